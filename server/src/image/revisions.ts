/** The states of a file that a git repository has for a diff of it. */
import type { FileDiff, Patch } from "../text/document";
import { fileKey, type FoundPatches, type FoundText, type History, type Missing, NO_HISTORY } from "./history";
import type { ImageSources } from "./image";
import type { Candidate } from "./workspace";

export interface Revisions {
  /** The best first. */
  readonly found: readonly Candidate[];
  /** What the patch names and the repository does not have, as parts of a sentence. */
  readonly missing: readonly string[];
}

/**
 * The blob that the index line names as the old one is what the patch was made on, to the letter. The new one is its
 * result; it is there when somebody applied the patch. A base commit has the file as it was before the whole series.
 */
export function revisionsOf(diff: FileDiff, patch: Patch, history: History): Revisions {
  const found: Candidate[] = [];
  const missing: string[] = [];
  const path = diff.oldPath ?? diff.newPath ?? "";
  const look = (text: FoundText | undefined, name: string, side: Candidate["side"]): void => {
    if (text === undefined) return;
    if ("missing" in text) missing.push(`${WHY[text.missing](name, path)}${shallow(text.missing, history)}`);
    else found.push({ path, text: text.text, source: blobSource(text.id), origin: "blob", name, side });
  };
  if (diff.oldBlob !== null) look(history.blobs.get(diff.oldBlob), `blob ${short(diff.oldBlob)}`, "before");
  const old = missing.length;
  if (diff.newBlob !== null) look(history.blobs.get(diff.newBlob), `blob ${short(diff.newBlob)}`, "after");
  // That the result is not there yet is how it should be.
  missing.length = old;
  for (const commit of commitsOf(patch, history)) {
    const text = history.files.get(fileKey({ commit, path }));
    look(text, `commit ${short(commit)}`, null);
  }
  return { found, missing };
}

/** The base with the patches that have to be there first, and the base without. */
function commitsOf(patch: Patch, { prerequisites }: History): string[] {
  const { baseCommit } = patch;
  if (baseCommit === null) return [];
  const newest = prerequisites.find((each) => isListOf(patch, each))?.newest ?? null;
  return newest === null ? [baseCommit] : [newest, baseCommit];
}

const WHY: Readonly<Record<Missing, (name: string, path: string) => string>> = {
  absent: (name) => `the repository has no ${name}`,
  ambiguous: (name) => `several objects of the repository may be ${name}`,
  "no-file": (name, path) => (name.startsWith("commit") ? `${name} has no ${path}` : `${name} is no file`),
  "too-large": (name) => `${name} is too large to be C that somebody wrote`,
};

function shallow(missing: Missing, { isShallow }: History): string {
  return missing === "absent" && isShallow ? " (it is a shallow clone)" : "";
}

/** `blob:ID`, the full one. */
export function blobSource(id: string): string {
  return `blob:${id}`;
}

function short(id: string): string {
  return id.slice(0, 12);
}

/** A file of the tree that a patch was made on. */
export interface TreeText {
  readonly text: string;
  readonly kind: "workspace" | "blob";
}

/** As of the commit that a patch was made on, where the repository has it, else as it is checked out. */
export function treeUnder(patch: Patch, { workspace, history }: Pick<ImageSources, "workspace" | "history">) {
  const files = history?.files ?? new Map<string, FoundText>();
  const has = (commit: string): boolean =>
    [...files].some(([key, found]) => key.startsWith(`${commit}:`) && "text" in found);
  const commit = commitsOf(patch, history ?? NO_HISTORY).find(has);
  return (path: string): TreeText | undefined => {
    const found = commit === undefined ? undefined : files.get(fileKey({ commit, path }));
    if (found !== undefined) return "text" in found ? { text: found.text, kind: "blob" } : undefined;
    const text = workspace(path);
    return text === undefined ? undefined : { text, kind: "workspace" };
  };
}

/** What keeps the repository from having what the patch was made on, each as a code and a sentence. */
export function troubleWith(patch: Patch, history: History): { readonly code: string; readonly message: string }[] {
  const names = patch.baseCommit !== null || patch.files.some(({ oldBlob, newBlob }) => (oldBlob ?? newBlob) !== null);
  if (history.refusal !== null && names) {
    const message = `The git repository of the workspace could not be asked for what the patch was made on: ${history.refusal}.`;
    return [{ code: "image.git-refused", message }];
  }
  const searched = history.prerequisites.find((each) => isListOf(patch, each));
  const missing = searched?.patchIds.filter((id) => !searched.commits.has(id)) ?? [];
  if (searched === undefined || missing.length === 0) return [];
  const shown = missing.slice(0, MOST_SHOWN).map(short);
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : "";
  const bound = searched.isCutShort ? ` (more were not looked at)` : "";
  const message = `Of the ${searched.patchIds.length} patches that have to be applied first (prerequisite-patch-id) these are not among the ${searched.searched} commits that were looked at${bound}: ${shown.join(", ")}${more}.`;
  return [{ code: "image.prerequisite-missing", message }];
}

const MOST_SHOWN = 5;

function isListOf({ baseCommit, prerequisites }: Patch, { since, patchIds }: FoundPatches): boolean {
  return since === baseCommit && patchIds.join() === prerequisites.join();
}
