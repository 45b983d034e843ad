/** Asks the workspace for what a document's diffs name; which paths are safe to open is decided in two places. */
import { blobSource } from "../image/revisions";
import { type History, isObjectId, type WantedFile, type WantedHistory } from "../image/history";
import type { Document, FileDiff, Patch } from "../text/document";
import type { Workspace } from "./api";
import { type LocalHeaders, NO_HEADERS, readLocalHeaders } from "./local-headers";
import { isInside } from "./inside";
import type { WorkspaceSources } from "./variants";

/** No more than this many files are read for one document. */
const MOST = 200;

export interface WorkspaceRead {
  readonly workspace: WorkspaceSources;
  /** All texts that were read, by the source name that segments carry. */
  readonly sources: ReadonlyMap<string, string>;
  /** Of a document that is C itself, what it includes beside it. */
  readonly headers: LocalHeaders;
}

/**
 * @param name of the document
 * @param tree what profiles read of a kernel tree, if the workspace is one
 */
export async function readWorkspace(
  document: Document,
  name: string,
  workspace: Workspace,
  tree: readonly string[],
): Promise<WorkspaceRead> {
  const files = await readFiles(document, workspace, tree);
  const wanted = wantedBy(document, tree);
  const headers = document.kind === "c" ? await readLocalHeaders(name, document.text, workspace) : NO_HEADERS;
  const isWanted = wanted.blobs.length > 0 || wanted.files.length > 0;
  const history = isWanted ? await workspace.history?.(wanted) : undefined;
  return {
    workspace: { workspace: (path) => files.get(path), ...(history === undefined ? {} : { history }) },
    sources: new Map([
      ...[...files, ...headers.texts].map(([path, text]) => [`workspace:${path}`, text] as const),
      ...(history === undefined ? [] : blobsOf(history)),
    ]),
    headers,
  };
}

async function readFiles(
  document: Document,
  workspace: Workspace,
  tree: readonly string[],
): Promise<Map<string, string>> {
  const paths = new Set<string>();
  for (const file of document.patches.flatMap((patch) => patch.files))
    for (const path of pathsOf(file)) paths.add(path);
  const texts = new Map<string, string>();
  for (const path of new Set([...[...paths].slice(0, MOST), ...tree])) {
    const text = await workspace.read(path);
    if (text !== undefined) texts.set(path, text);
  }
  return texts;
}

/** Paths that may be asked for, the old one first. */
function pathsOf({ oldPath, newPath }: FileDiff): string[] {
  const paths = [oldPath, newPath].filter((path) => path !== null);
  return paths.every(isInside) ? [...new Set(paths)].filter((path) => /\.[ch]$/.test(path)) : [];
}

function wantedBy({ patches }: Document, tree: readonly string[]): WantedHistory {
  const files = patches.flatMap((patch) => patch.files).filter((file) => pathsOf(file).length > 0);
  const blobs = files.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]);
  return {
    blobs: [...new Set(blobs)].filter((id) => id !== null && isObjectId(id)).slice(0, 2 * MOST) as string[],
    files: wantedOfBases(patches, tree).slice(0, 2 * MOST),
    prerequisites: prerequisitesOf(patches),
  };
}

/** Each list once: all patches of a series have the same. */
function prerequisitesOf(patches: readonly Patch[]): WantedHistory["prerequisites"] {
  const lists = patches
    .filter(({ prerequisites }) => prerequisites.length > 0)
    .map(({ baseCommit, prerequisites }) => ({ since: baseCommit, patchIds: prerequisites }));
  return [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()];
}

/** Of each base commit the files of its patches, and what profiles read of a tree. */
function wantedOfBases(patches: readonly Patch[], tree: readonly string[]): WantedFile[] {
  const wanted = new Map<string, WantedFile>();
  for (const { baseCommit: commit, files } of patches) {
    if (commit === null || !isObjectId(commit)) continue;
    for (const path of [...files.flatMap(pathsOf), ...tree]) wanted.set(`${commit}:${path}`, { commit, path });
  }
  return [...wanted.values()];
}

function blobsOf({ blobs, files }: History): [string, string][] {
  return [...blobs.values(), ...files.values()].flatMap((found) =>
    "text" in found ? [[blobSource(found.id), found.text] as [string, string]] : [],
  );
}

/**
 * What a file of the tree may be called in a folder that may be a part of the tree: in `/linux/arch/x86`, `mm/fault.c` is
 * `arch/x86/mm/fault.c`. The name itself comes first.
 */
export function namesBelow(folder: string, file: string): string[] {
  const own = folder.split("/");
  const parts = file.split("/");
  const isOwn = (cut: number): boolean => parts.slice(0, cut).every((part, i) => part === own[own.length - cut + i]);
  return parts.flatMap((_, cut) => (isOwn(cut) ? [parts.slice(cut).join("/")] : []));
}
