/** The panel that shows one trace at a time, beside the document that it was found in. */
import {
  languages,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type Webview,
  type WebviewPanel,
} from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import type { BaseFiles } from "./base-files";
import type { FromPanel, ToPanel } from "./messages";
import { page, pageFolder } from "./page";
import { keepOpen, reveal } from "./reveal";
import { TRACE_REQUEST, type TraceParams, type TracePanelData } from "./trace";

const GONE: ToPanel = {
  kind: "nothing",
  message: "The document no longer has this finding. Choose a code lens in it to see another interleaving.",
};

export class TracePanel implements Disposable {
  private panel: WebviewPanel | null = null;
  private params: TraceParams | null = null;
  private answer: ToPanel | null = null;
  /** That of the document when the answer was asked for. */
  private version: number | undefined;
  /** Whether the page has said that it takes messages. */
  private isReady = false;
  private readonly parts: Disposable[];

  constructor(
    private readonly context: ExtensionContext,
    private readonly client: BaseLanguageClient,
    private readonly base: BaseFiles,
  ) {
    this.parts = [
      languages.onDidChangeDiagnostics(({ uris }) => {
        if (uris.some((uri) => uri.toString() === this.params?.uri) && this.isOutdated()) void this.load();
      }),
    ];
  }

  dispose(): void {
    this.panel?.dispose();
    for (const part of this.parts) part.dispose();
  }

  async open(params: TraceParams): Promise<void> {
    this.params = params;
    await keepOpen(Uri.parse(params.uri));
    if (this.panel === null) {
      this.adopt(window.createWebviewPanel("lastput.trace", "Lastput", ViewColumn.Beside));
    } else {
      this.panel.reveal();
    }
    await this.load();
  }

  private adopt(panel: WebviewPanel): void {
    this.panel = panel;
    panel.onDidDispose(() => {
      this.panel = null;
      this.params = null;
      this.answer = null;
    });
    panel.webview.onDidReceiveMessage((message: FromPanel) => void this.receive(panel.webview, message));
    this.isReady = false;
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageFolder(this.context.extensionUri)] };
    panel.webview.html = page(panel.webview, this.context.extensionUri);
  }

  private async receive(webview: Webview, message: FromPanel): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.isReady = true;
        if (this.answer !== null) await webview.postMessage(this.answer);
        break;
      case "select": {
        if (this.answer?.kind !== "trace") break;
        const { params, data } = this.answer;
        const location = data.steps[message.step]?.location;
        if (location) await reveal(this.base.shown(Uri.parse(location.uri)), location.range, params, message.focus);
        break;
      }
    }
  }

  /**
   * After an edit lines may have moved, and the finding may be gone. Without one the trace stays true, even when the
   * run that goes on finds a shorter one and drops it.
   */
  private isOutdated(): boolean {
    return this.answer?.kind !== "trace" || versionOf(this.answer.params.uri) !== this.version;
  }

  /** Asks the server for the trace and shows what it answers. */
  private async load(): Promise<void> {
    const { params } = this;
    if (params === null) return;
    const version = versionOf(params.uri);
    const answer = await this.ask(params);
    // Another trace was opened meanwhile, or the panel was closed.
    if (this.params !== params || this.panel === null) return;
    this.answer = answer;
    this.version = version;
    this.panel.title = answer.kind === "trace" ? `Lastput: ${answer.data.title}` : "Lastput";
    if (this.isReady) await this.panel.webview.postMessage(answer);
  }

  private async ask(params: TraceParams): Promise<ToPanel> {
    try {
      const data = await this.client.sendRequest<TracePanelData | null>(TRACE_REQUEST, params);
      return data === null ? GONE : { kind: "trace", params, data };
    } catch (error) {
      return { kind: "nothing", message: `The language server could not give this trace: ${String(error)}` };
    }
  }
}

function versionOf(uri: string): number | undefined {
  return workspace.textDocuments.find((document) => document.uri.toString() === uri)?.version;
}
