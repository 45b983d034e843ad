/** An editor that measures: a real server process that it talks to over standard input and output. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly { readonly code?: unknown }[];
}

/** The server answered with an error, or ended. */
export class ServerFailure extends Error {
  override readonly name = "ServerFailure";
}

export class Editor {
  private readonly server: ChildProcessWithoutNullStreams;
  private readonly pending = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  private readonly listeners = new Set<(published: Published) => void>();
  private received = Buffer.alloc(0);
  private lastId = 0;
  private version = 0;

  constructor(script: string) {
    this.server = spawn(process.execPath, [script, "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
    this.server.stdout.on("data", (chunk: Buffer) => this.receive(chunk));
    this.server.stderr.resume();
    // A server that ended is told by the answers that do not come.
    this.server.stdin.on("error", () => undefined);
    this.server.on("exit", (code) => {
      for (const waiting of this.pending.values()) waiting.reject(new ServerFailure(`the server ended (${code})`));
      this.pending.clear();
    });
  }

  async initialize(folder: string | null): Promise<void> {
    const workspaceFolders = folder === null ? null : [{ uri: folder, name: "kernel" }];
    await this.request("initialize", {
      processId: process.pid,
      rootUri: folder,
      workspaceFolders,
      capabilities: { textDocument: { publishDiagnostics: { versionSupport: true, relatedInformation: true } } },
    });
    this.notify("initialized", {});
  }

  open(uri: string, languageId: string, text: string): void {
    this.version = 1;
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId, version: this.version, text } });
  }

  /** One edit of an open document, as it is typed. */
  change(uri: string, range: unknown, text: string): void {
    this.version++;
    const textDocument = { uri, version: this.version };
    this.notify("textDocument/didChange", { textDocument, contentChanges: [{ range, text }] });
  }

  /** The verdict, when the review of the present text is complete. */
  async verdict(uri: string): Promise<string> {
    const { verdict } = (await this.request("lastput/check", { uri })) as { readonly verdict: string | null };
    if (verdict === null) throw new ServerFailure("the server has no verdict for the document");
    return verdict;
  }

  /** Resolves with the first that fits. */
  async published(fits: (published: Published) => boolean): Promise<Published> {
    return new Promise((resolve) => {
      const listener = (published: Published): void => {
        if (!fits(published)) return;
        this.listeners.delete(listener);
        resolve(published);
      };
      this.listeners.add(listener);
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.notify("exit", undefined);
    // One that does not listen any more.
    const patience = setTimeout(() => this.server.kill("SIGKILL"), 2000);
    if (this.server.exitCode === null) await ended;
    clearTimeout(patience);
  }

  private async request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.send({ id, method, params });
    });
  }

  private notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  private send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const end = this.received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.received.toString("latin1", 0, end))?.[1]);
      const from = end + 4;
      if (this.received.length < from + length) return;
      const body = this.received.toString("utf8", from, from + length);
      this.received = this.received.subarray(from + length);
      this.handle(JSON.parse(body) as Message);
    }
  }

  private handle({ id, method, params, result, error }: Message): void {
    if (method === "textDocument/publishDiagnostics") {
      for (const listener of this.listeners) listener(params as Published);
    } else if (method !== undefined && id !== undefined) {
      // Nothing that a server may ask of an editor matters here.
      this.send({ id, result: null });
    } else if (typeof id === "number") {
      const waiting = this.pending.get(id);
      this.pending.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new ServerFailure(error.message));
    }
  }
}
