/** The files of the workspace folders as the editor has them: unsaved text before what is on the disk. */
import { type History, NO_HISTORY, type WantedHistory } from "../image/history";
import type { Workspace } from "../review/api";
import { namesBelow } from "../review/workspace-files";

export class WorkspaceFiles implements Required<Workspace> {
  private folders: { readonly uri: string; readonly disk: Workspace }[] = [];
  /** Path -> where it was found. */
  private readonly found = new Map<string, string>();

  /**
   * @param diskOf the files below a folder, which must refuse paths that lead out of it
   * @param openText the text of a document that the editor has open
   */
  constructor(
    private readonly diskOf: (folderUri: string) => Workspace,
    private readonly openText: (uri: string) => string | undefined,
  ) {}

  setFolders(uris: readonly string[]): void {
    this.folders = uris.map((uri) => ({ uri: uri.replace(/\/$/, ""), disk: this.diskOf(uri) }));
    this.found.clear();
  }

  /** From the first folder that has it. */
  async read(path: string): Promise<string | undefined> {
    for (const { uri, disk } of this.folders) {
      for (const name of namesBelow(decoded(uri), path)) {
        const text = await disk.read(name);
        if (text === undefined) continue;
        const file = `${uri}/${name.split("/").map(encodeURIComponent).join("/")}`;
        this.found.set(path, file);
        return this.openText(file) ?? text;
      }
    }
    return undefined;
  }

  /** Of the first folder whose repository has anything of it, else of the first that has one. */
  async history(wanted: WantedHistory): Promise<History> {
    let first: History | null = null;
    for (const { disk } of this.folders) {
      const history = await disk.history?.(wanted);
      if (history === undefined || history === NO_HISTORY) continue;
      first ??= history;
      const texts = [...history.blobs.values(), ...history.files.values()];
      if (texts.some((text) => "text" in text)) return history;
    }
    return first ?? NO_HISTORY;
  }

  /** Whether a review was made with that file, so that it is out of date when the file changes. */
  wasRead(uri: string): boolean {
    const wanted = decoded(uri);
    return [...this.found.values()].some((file) => decoded(file) === wanted);
  }

  /** Whether the path was found at the URI. */
  isAt(path: string, uri: string): boolean {
    const file = this.found.get(path);
    return file !== undefined && decoded(file) === decoded(uri);
  }

  uriOf(path: string): string | null {
    return this.found.get(path) ?? null;
  }
}

/** Editors differ in what they encode. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
