/** A real VS Code for tests: its server on this machine, its workbench in a headless Chromium. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium as playwright, type Browser, type Page } from "playwright-core";
import { chromium } from "../support/needs";
import { cache, root } from "../support/paths";

const HOST = path.join(cache, "vscode");
const SERVER = path.join(HOST, "node_modules/code-server/lib/vscode/out/server-main.js");

/** Nothing that moves, asks, saves or phones by itself. */
const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "telemetry.telemetryLevel": "off",
  "extensions.ignoreRecommendations": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "update.mode": "none",
  "files.autoSave": "off",
  "workbench.editor.languageDetection": false,
  "editor.autoIndent": "none",
  "editor.autoClosingBrackets": "never",
  "git.enabled": false,
  "chat.commandCenter.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.hover.delay": 100,
  "editor.minimap.enabled": false,
};

const CHROMIUM_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

export interface HostOptions {
  /** Packaged extensions to install. */
  readonly extensions: readonly string[];
  /** Files to copy into the workspace folder. */
  readonly files: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

export class VsCode {
  private constructor(
    readonly page: Page,
    readonly workspace: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly server: ServerProcess,
    private readonly browser: Browser,
  ) {}

  static async start({ extensions, files, settings }: HostOptions): Promise<VsCode> {
    // Nothing to do when it is there already; else from the npm registry, in less than a minute.
    execFileSync("sh", [path.join(root, "test/client/setup-vscode.sh"), HOST], { stdio: "pipe" });
    const folder = mkdtempSync(path.join(tmpdir(), "lastput-vscode-"));
    const workspace = path.join(folder, "workspace");
    const data = path.join(folder, "data");
    mkdirSync(workspace);
    mkdirSync(path.join(data, "User"), { recursive: true });
    writeFileSync(path.join(data, "User/settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
    for (const file of files) cpSync(file, path.join(workspace, path.basename(file)));
    const folders = [
      "--accept-server-license-terms",
      `--extensions-dir=${path.join(folder, "extensions")}`,
      `--user-data-dir=${data}`,
      `--server-data-dir=${path.join(folder, "server")}`,
    ];
    for (const extension of extensions) {
      execFileSync(process.execPath, [SERVER, ...folders, "--install-extension", extension, "--force"], {
        stdio: "pipe",
      });
    }
    const server = new ServerProcess(folders);
    try {
      const port = await server.port();
      const browser = await playwright.launch({ executablePath: chromium(), args: CHROMIUM_FLAGS });
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      page.setDefaultTimeout(30_000);
      // The gallery chiefly: no test may depend on the network.
      await page.route(
        (url) => url.hostname !== "127.0.0.1" && /^https?:$/.test(url.protocol),
        (route) => route.abort(),
      );
      return new VsCode(page, workspace, folder, port, server, browser);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** What the server printed: the errors of extensions are in it. */
  get log(): string {
    return this.server.log;
  }

  /** Loads the workbench with one file of the workspace open. */
  async open(file: string): Promise<void> {
    const url = new URL(`http://127.0.0.1:${this.port}/`);
    url.searchParams.set("folder", this.workspace);
    const uri = `vscode-remote://127.0.0.1:${this.port}${path.join(this.workspace, file)}`;
    url.searchParams.set("payload", JSON.stringify([["openFile", uri]]));
    await this.page.goto(url.href);
    await this.page.locator(".tab.active", { hasText: file }).waitFor();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

class ServerProcess {
  log = "";
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor(folders: readonly string[]) {
    const env = { ...process.env };
    for (const name of ["NODE_OPTIONS", "NODE_TEST_CONTEXT", "VSCODE_IPC_HOOK_CLI"]) delete env[name];
    // Without it a login shell is started to read its environment.
    env["VSCODE_CLI"] = "1";
    const network = ["--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--telemetry-level", "off"];
    // A process group of its own: stop() ends extension hosts and language servers with it.
    const options = { env, detached: true, stdio: ["ignore", "pipe", "pipe"] as ("ignore" | "pipe")[] };
    this.child = spawn(process.execPath, [SERVER, ...folders, ...network], options);
    this.child.stdout?.on("data", (chunk) => (this.log += String(chunk)));
    this.child.stderr?.on("data", (chunk) => (this.log += String(chunk)));
    this.exited = new Promise((resolve) => this.child.once("exit", resolve));
  }

  async port(): Promise<number> {
    for (let waited = 0; waited < 30_000; waited += 50) {
      const found = /Extension host agent listening on (\d+)/.exec(this.log);
      if (found) return Number(found[1]);
      if (this.child.exitCode !== null) break;
      await sleep(50);
    }
    throw new Error(`the server of VS Code did not start:\n${this.log}`);
  }

  async stop(): Promise<void> {
    this.signal("SIGTERM");
    await Promise.race([this.exited, sleep(5000)]);
    this.signal("SIGKILL");
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  private signal(name: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, name);
    } catch (error) {
      // ESRCH: the whole group has gone by itself.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
