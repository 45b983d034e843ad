/**
 * What a git repository has of what the patches of a document name: the blobs of `index` lines, files as of a
 * `base-commit:`, and whether the patches of `prerequisite-patch-id:` lines were applied. Plain data, which travels
 * between threads.
 */

export interface WantedHistory {
  /** Ids of `index` lines, as written. */
  readonly blobs: readonly string[];
  readonly files: readonly WantedFile[];
  readonly prerequisites: readonly WantedPatches[];
}

export interface WantedFile {
  /** The id of a `base-commit:` line, as written. */
  readonly commit: string;
  /** As the diff names it, from the top of the repository. */
  readonly path: string;
}

/** Looked for among the commits behind `since`, or among the latest when there is no such commit. */
export interface WantedPatches {
  readonly since: string | null;
  readonly patchIds: readonly string[];
}

export interface History {
  /** Why the repository could not be asked, in words for the person; null when it could or when there is none. */
  readonly refusal: string | null;
  /** Some commits were left out when the repository was cloned. */
  readonly isShallow: boolean;
  /** By their ids as written; one that was not asked for is not in it. */
  readonly blobs: ReadonlyMap<string, FoundText>;
  /** By `fileKey`. */
  readonly files: ReadonlyMap<string, FoundText>;
  readonly prerequisites: readonly FoundPatches[];
}

/** `id` is the full one of the blob. */
export type FoundText = { readonly id: string; readonly text: string } | { readonly missing: Missing };

/**
 * `absent`: no such object. `ambiguous`: several begin like this. `no-file`: the object is none, or the commit has no file
 * of that path. `too-large`: nobody writes such C.
 */
export type Missing = "absent" | "ambiguous" | "no-file" | "too-large";

export interface FoundPatches extends WantedPatches {
  /** Patch id -> the commit that it was applied as. */
  readonly commits: ReadonlyMap<string, string>;
  /** The newest of them with all patches below it, and the wanted files as of it; null when a patch is missing. */
  readonly newest: string | null;
  /** How many commits were looked at, and whether there are more. */
  readonly searched: number;
  readonly isCutShort: boolean;
}

export const NO_HISTORY: History = {
  refusal: null,
  isShallow: false,
  blobs: new Map(),
  files: new Map(),
  prerequisites: [],
};

export function fileKey({ commit, path }: WantedFile): string {
  return `${commit}:${path}`;
}

/** Whether somebody else's text may be handed to git as the id of an object. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{4,64}$/.test(text);
}
