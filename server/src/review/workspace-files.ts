/** Asks the workspace for the files that a document's diffs name; which paths are safe to open is decided in two places. */
import type { Document } from "../text/document";
import type { Workspace } from "./api";

/** No more than this many files are read for one document. */
const MOST = 200;

export async function readWorkspaceFiles(document: Document, workspace: Workspace): Promise<Map<string, string>> {
  const paths = new Set<string>();
  for (const patch of document.patches) {
    for (const file of patch.files) {
      for (const path of [file.oldPath, file.newPath]) {
        if (path !== null && /\.[ch]$/.test(path) && isInside(path)) paths.add(path);
      }
    }
  }
  const texts = new Map<string, string>();
  for (const path of [...paths].slice(0, MOST)) {
    const text = await workspace.read(path);
    if (text !== undefined) texts.set(path, text);
  }
  return texts;
}

/** A path out of a diff is somebody else's text: only plain relative ones are asked for. */
export function isInside(path: string): boolean {
  if (path === "" || /^[/\\~]|^[A-Za-z]:|\0/.test(path)) return false;
  return !path.split(/[/\\]/).includes("..");
}
