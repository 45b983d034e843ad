/** The C of the profiles, which traces lead into: shown as it was built in, in documents that nobody can edit. */
import {
  Location,
  Uri,
  workspace,
  type Diagnostic,
  type Disposable,
  type ExtensionContext,
  type TextDocumentContentProvider,
} from "vscode";

const SCHEME = "lastput-base";

export class BaseFiles implements TextDocumentContentProvider, Disposable {
  private readonly folder: Uri;
  private readonly registration: Disposable;

  constructor({ extensionUri }: ExtensionContext) {
    this.folder = Uri.joinPath(extensionUri, "dist", "profiles");
    this.registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  dispose(): void {
    this.registration.dispose();
  }

  /** Where to show what the server calls `uri`; files that are not ours stay where they are. */
  shown(uri: Uri): Uri {
    const inside = `${this.folder.path}/`;
    if (uri.scheme !== this.folder.scheme || !uri.path.startsWith(inside)) return uri;
    return Uri.from({ scheme: SCHEME, path: uri.path.slice(inside.length - 1) });
  }

  /** The same for the places that diagnostics refer to. */
  showIn(diagnostics: readonly Diagnostic[]): void {
    for (const related of diagnostics.flatMap(({ relatedInformation }) => relatedInformation ?? [])) {
      related.location = new Location(this.shown(related.location.uri), related.location.range);
    }
  }

  async provideTextDocumentContent({ path }: Uri): Promise<string> {
    return new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(this.folder, path)));
  }
}
