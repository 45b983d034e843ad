/**
 * The language server: what the editor says goes to the checks, what they find goes to the editor. Its thread holds
 * documents and their last reviews and computes nothing.
 */
import {
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocuments,
  type CodeAction,
  type CodeLens,
  type Connection,
  type Diagnostic,
  type Hover,
  type InitializeParams,
  type Range,
} from "vscode-languageserver";
import { TextDocument, type Position } from "vscode-languageserver-textdocument";
import type { Workspace } from "../review/api";
import type { Finding, FindingStep, Review } from "../review/review";
import type { CheckListener } from "./check";
import { Answers, findingsIn } from "./answers";
import { Asking } from "./asking";
import { BaselineFile } from "./baseline-file";
import { initializeResult } from "./capabilities";
import { Checks } from "./checks";
import { diagnosticsOf, failureDiagnostic, type Showing } from "./diagnostics";
import { editorOf, type Editor, type Trust } from "./editor";
import { hoverOf } from "./hovers";
import { LensRefresh } from "./lens-refresh";
import { lensesOf } from "./lenses";
import type { WorkerHandle } from "./messages";
import { checkParams, traceParams, whyParams } from "./params";
import type { UriOf } from "./places";
import { Progress } from "./progress";
import {
  CheckRequest,
  OPEN_TRACE,
  RepairsRequest,
  SHOW_REPAIRS,
  SHOW_TRACE,
  SHOW_WHY,
  TraceRequest,
  TrustNotification,
  WhyRequest,
  type CheckResult,
  type Trace,
} from "./protocol";
import { Questions } from "./questions";
import { Runner } from "./runner";
import { Settings } from "./settings";
import { summaryOf } from "./summary";
import { actionsOf } from "./trace-actions";
import { traceOf } from "./traces";
import { questionActions } from "./why-actions";
import { whyLenses } from "./why-lenses";
import { WorkspaceFiles } from "./workspace-files";

/** All that the server needs from the machine that it runs on. */
export interface ServerHost {
  readonly version: string;
  startWorker(): WorkerHandle;
  /** The files below a workspace folder, and the git repository that it is in; refuses paths that lead out of it. */
  filesOf(folderUri: string, asksGit: boolean): Workspace;
  /** Where the editor can read about a code of findings; null when it cannot. */
  codePage(code: string): string | null;
  /** Where the editor can open a C file of a profile; null when it cannot. */
  profileUri(path: string): string | null;
  /** A trace as a table of text; `lineOf` gives the 1-based line of a step that stands in the document. */
  traceTable(finding: Finding, lineOf: (step: FindingStep) => number | null): string;
}

/** Serves until the editor says `exit`. */
export function startServer(connection: Connection, host: ServerHost): void {
  let server: Server | null = null;
  connection.onInitialize((params) => {
    if (server !== null) return new ResponseError(ErrorCodes.InvalidRequest, "The server is initialized already.");
    server = new Server(connection, host, params);
    return initializeResult(host.version);
  });
  connection.listen();
}

class Server implements CheckListener {
  private readonly documents = new TextDocuments(TextDocument);
  private readonly editor: Editor;
  private readonly files: WorkspaceFiles;
  private readonly settings: Settings;
  private readonly runner: Runner;
  private readonly checks: Checks;
  private readonly progress: Progress;
  private readonly refresh: LensRefresh;
  private readonly uriOf: UriOf;
  private readonly answers = new Answers();
  private readonly asking: Asking;
  private readonly baseline: BaselineFile;
  private trust: Trust;
  /** Of the workspace. */
  private folders: readonly string[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly host: ServerHost,
    params: InitializeParams,
  ) {
    this.editor = editorOf(params);
    this.files = new WorkspaceFiles(
      (folder) => host.filesOf(folder, this.trust === "all"),
      (uri) => this.documents.get(uri)?.getText(),
    );
    this.trust = this.editor.trust;
    this.settings = new Settings(connection, params.initializationOptions);
    this.setFolders(this.editor.folders);
    this.runner = new Runner(() => host.startWorker(), this.files);
    this.baseline = new BaselineFile(connection, this.files);
    this.checks = new Checks(this.runner, () => this.settings.options, this);
    this.progress = new Progress(connection, this.editor.workDone, (uri) => this.checks.interrupt(uri));
    this.refresh = new LensRefresh(connection, this.editor.lensRefresh);
    this.asking = new Asking(
      connection,
      this.checks,
      new Questions(connection, this.editor.workDone, this.runner),
      this.answers,
      (uri) => this.documents.get(uri),
      (document) => void this.learnt(document),
    );
    this.uriOf = (kind, path) => {
      if (kind === "workspace") return this.files.uriOf(path);
      return kind === "blob" ? null : host.profileUri(path);
    };
    this.listenToDocuments();
    this.listenToRequests();
    connection.onInitialized(() => void this.initialized(params));
    connection.onShutdown(() => this.runner.dispose());
  }

  visible(review: Review): Review {
    return this.baseline.shown(review);
  }

  progressed(document: TextDocument, review: Review): void {
    this.progress.progressed(document.uri, review);
  }

  shown(document: TextDocument, review: Review | null): void {
    // It is of another text, or of one that is read otherwise.
    this.asking.forget(document.uri);
    try {
      this.publish(document, review === null ? [] : diagnosticsOf(review, document, this.showing()));
      void this.refresh.present(document.uri, this.lenses(document, review));
    } catch (error) {
      // A mistake of ours in showing one review must not end the server.
      this.failed(document, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  private showing(): Showing {
    return {
      uriOf: this.relatedUri(),
      pageOf: (code) => this.host.codePage(code),
      levels: this.settings.levels,
    };
  }

  failed(document: TextDocument, failure: string): void {
    this.connection.console.error(`${document.uri}: ${failure}`);
    this.publish(document, [failureDiagnostic(failure)]);
    this.progress.stopped(document.uri);
  }

  stopped(document: TextDocument): void {
    this.progress.stopped(document.uri);
  }

  private async initialized({ capabilities }: InitializeParams): Promise<void> {
    await this.settings.listen(capabilities, () => void this.settingsChanged());
    // Without one there is nothing that a review would have to be shown without.
    if (this.settings.baseline !== null) await this.settingsChanged();
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      const watchers = [{ globPattern: "**/*.[chS]" }, { globPattern: "**/*.json" }];
      await this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (this.editor.foldersChange) this.connection.workspace.onDidChangeWorkspaceFolders(async () => this.readAnew());
  }

  private async readAnew(): Promise<void> {
    const now = this.editor.foldersChange ? await this.connection.workspace.getWorkspaceFolders() : null;
    this.setFolders(now === null ? this.editor.folders : now.map(({ uri }) => uri));
    await this.settingsChanged();
  }

  private async settingsChanged(): Promise<void> {
    this.setFolders(this.folders);
    await this.baseline.use(this.settings.baseline, this.trust !== "nothing");
    this.checks.restart();
  }

  /** A kernel tree that the person named comes behind them. */
  private setFolders(uris: readonly string[]): void {
    this.folders = uris;
    const { tree } = this.settings;
    this.files.setFolders(this.trust === "nothing" ? [] : [...uris, ...(tree === null ? [] : [tree])]);
  }

  private listenToDocuments(): void {
    this.documents.onDidChangeContent(({ document }) => {
      this.asking.forget(document.uri);
      this.checks.update(document);
      this.filesChanged([document.uri]);
    });
    this.connection.onDidChangeWatchedFiles(({ changes }) => this.filesChanged(changes.map(({ uri }) => uri)));
    this.documents.onDidClose(({ document }) => {
      this.asking.forget(document.uri);
      this.checks.close(document.uri);
      this.refresh.forget(document.uri);
      this.publish(document, []);
    });
    this.documents.listen(this.connection);
  }

  /** A patch is read together with the files that it changes. */
  private filesChanged(uris: readonly string[]): void {
    if (uris.some((uri) => this.baseline.isAt(uri))) void this.settingsChanged();
    else if (uris.some((uri) => this.files.wasRead(uri))) this.checks.restart();
  }

  private listenToRequests(): void {
    const { connection } = this;
    connection.onCodeLens(async ({ textDocument }) => this.onCodeLens(textDocument.uri));
    connection.onCodeAction(async ({ textDocument, range }) => this.onCodeAction(textDocument.uri, range));
    connection.onHover(async ({ textDocument, position }) => this.onHover(textDocument.uri, position));
    connection.onNotification(TrustNotification, async () => {
      this.trust = "all";
      await this.readAnew();
    });
    connection.onRequest(TraceRequest, async (params) => this.onTrace(params));
    connection.onRequest(CheckRequest, async (params) => this.onCheck(params));
    connection.onRequest(WhyRequest, async (params, token) =>
      this.asking.why(whyParams(params, WhyRequest.method), token),
    );
    connection.onRequest(RepairsRequest, async (params, token) =>
      this.asking.repairs(traceParams(params, RepairsRequest.method), token),
    );
    connection.onExecuteCommand(async ({ command, arguments: [argument] = [] }, token) => {
      if (command === SHOW_TRACE || command === OPEN_TRACE) return this.showTrace(argument);
      if (command === SHOW_REPAIRS) return this.asking.showRepairs(traceParams(argument, SHOW_REPAIRS), token);
      if (command === SHOW_WHY) {
        const params = whyParams(argument, SHOW_WHY);
        return this.asking.showWhy(params, token, (finding) => this.tableOf(params.uri, finding));
      }
      return new ResponseError(ErrorCodes.InvalidParams, `Lastput has no command ${command}.`);
    });
  }

  /** An editor that cannot be told to ask again has to wait for the last word. */
  private async onCodeLens(uri: string): Promise<CodeLens[] | null> {
    const review = await this.checks.review(uri, this.editor.lensRefresh ? "shown" : "complete");
    const document = this.documents.get(uri);
    if (review === null || document === undefined) return null;
    const lenses = this.lenses(document, review);
    this.refresh.answered(uri, lenses);
    return lenses;
  }

  private async onCodeAction(uri: string, range: Range): Promise<CodeAction[] | null> {
    const review = await this.checks.review(uri, "shown");
    const document = this.documents.get(uri);
    if (review === null || document === undefined) return null;
    const { traceCommand, whyCommand: why, repairsCommand: repairs } = this.editor;
    return [
      ...actionsOf(review, document, range, traceCommand),
      ...questionActions(review, document, range, this.answers.of(uri), { why, repairs }),
    ];
  }

  private async onHover(uri: string, position: Position): Promise<Hover | null> {
    const review = await this.checks.review(uri, "shown");
    const document = this.documents.get(uri);
    if (review === null || document === undefined) return null;
    return hoverOf(review, document, position, this.editor.hoverKind, this.answers.of(uri));
  }

  private async onTrace(params: unknown): Promise<Trace | null> {
    const { uri, fingerprint } = traceParams(params, TraceRequest.method);
    const review = await this.checks.review(uri, "shown");
    const document = this.documents.get(uri);
    if (review === null || document === undefined) return null;
    return traceOf(review, fingerprint, document, this.uriOf, findingsIn(this.answers.of(uri)));
  }

  private async onCheck(params: unknown): Promise<CheckResult> {
    const { uri, languageId } = checkParams(params);
    if (!this.checks.ask(uri, languageId)) {
      throw new ResponseError(ErrorCodes.InvalidParams, `${uri} is not open, so there is nothing to check.`);
    }
    const review = await this.checks.review(uri, "complete");
    if (review !== null) return { verdict: review.verdict, message: summaryOf(review) };
    const why = this.checks.hasFailed(uri) ? "Lastput failed; its log says how" : "the document was changed or closed";
    return { verdict: null, message: `there is no result: ${why}` };
  }

  /** For editors without a panel: the table goes to where they show messages, and back as the command's result. */
  private async showTrace(argument: unknown): Promise<string | null> {
    const { uri, fingerprint } = traceParams(argument, SHOW_TRACE);
    const review = await this.checks.review(uri, "shown");
    const document = this.documents.get(uri);
    const findings = [...(review?.findings ?? []), ...findingsIn(this.answers.of(uri))];
    const finding = findings.find((other) => other.fingerprint === fingerprint);
    if (finding === undefined || document === undefined) return null;
    const table = this.tableOf(uri, finding);
    const message = `${finding.message}\n\n${table}`;
    void this.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
    return table;
  }

  private tableOf(uri: string, finding: Finding): string {
    const document = this.documents.get(uri);
    return this.host.traceTable(finding, ({ location }) =>
      location.kind === "document" && document !== undefined
        ? document.positionAt(location.range.start).line + 1
        : null,
    );
  }

  private lenses(document: TextDocument, review: Review | null): CodeLens[] {
    if (review === null) return [];
    const { traceCommand, whyCommand } = this.editor;
    const known = this.answers.of(document.uri);
    const asked = whyLenses(review, document, known, { ask: whyCommand, trace: traceCommand });
    const quiet = asked.filter(({ command }) => command?.command !== whyCommand || this.settings.whyLens);
    return [...lensesOf(review, document, traceCommand), ...quiet];
  }

  /** Lenses tell what is known; hovers are asked for when they are wanted. */
  private async learnt(document: TextDocument): Promise<void> {
    const review = await this.checks.review(document.uri, "shown");
    await this.refresh.present(document.uri, this.lenses(document, review));
  }

  private relatedUri(): UriOf | null {
    return this.editor.relatedInformation ? this.uriOf : null;
  }

  private publish({ uri, version }: TextDocument, diagnostics: Diagnostic[]): void {
    void this.connection.sendDiagnostics({ uri, version, diagnostics });
  }
}
