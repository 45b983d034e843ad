/** Which documents the server gets to see: patches and mails always, others when the person asks for it. */
import { languages, type Disposable, type TextDocument } from "vscode";
import {
  CodeActionRequest,
  CodeLensRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  HoverRequest,
  State,
  TextDocumentSyncKind,
  type BaseLanguageClient,
  type TextDocumentFilter,
} from "vscode-languageclient";

/** Other schemes hold copies, the left side of a diff for one, which must not be reported twice. */
const SCHEMES = ["file", "untitled", "vscode-vfs"];

export const ALWAYS_CHECKED: { readonly language: string; readonly scheme: string }[] = [
  "diff",
  "lastput-mail",
].flatMap((language) => SCHEMES.map((scheme) => ({ language, scheme })));

/** Documents of other languages that the command was run on. They stay checked until the window closes. */
export class CheckedDocuments implements Disposable {
  private readonly filters = new Map<string, TextDocumentFilter>();
  private readonly restarts: Disposable;

  constructor(private readonly client: BaseLanguageClient) {
    // A server that was started again knows nothing of what was registered by hand.
    this.restarts = client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) return;
      for (const filter of this.filters.values()) this.register(filter);
    });
  }

  dispose(): void {
    this.restarts.dispose();
  }

  /** From now on the server follows the document. */
  add(document: TextDocument): void {
    const key = document.uri.toString();
    if (this.filters.has(key) || languages.match(ALWAYS_CHECKED, document) > 0) return;
    // A pattern equal to the path matches without being read as a glob.
    const filter = { scheme: document.uri.scheme, pattern: document.uri.fsPath };
    this.filters.set(key, filter);
    if (this.client.state === State.Running) this.register(filter);
  }

  private register(filter: TextDocumentFilter): void {
    const registerOptions = { documentSelector: [filter] };
    const id = () => crypto.randomUUID();
    const { client } = this;
    client.getFeature(HoverRequest.method).register({ id: id(), registerOptions });
    client.getFeature(CodeLensRequest.method).register({ id: id(), registerOptions });
    client.getFeature(CodeActionRequest.method).register({ id: id(), registerOptions });
    client.getFeature(DidChangeTextDocumentNotification.method).register({
      id: id(),
      registerOptions: { ...registerOptions, syncKind: TextDocumentSyncKind.Incremental },
    });
    client.getFeature(DidCloseTextDocumentNotification.method).register({ id: id(), registerOptions });
    // Last, because it sends what is open already.
    client.getFeature(DidOpenTextDocumentNotification.method).register({ id: id(), registerOptions });
  }
}
