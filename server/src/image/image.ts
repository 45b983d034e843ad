/**
 * The before and after image of what a patch touches: whole C files, made from a workspace file, from the built-in
 * base laid under the hunks, or from the hunks alone with gaps.
 */
import type { CFile } from "../c/syntax";
import type { Authorship, Patch, Problem } from "../text/document";
import type { MappedText, Span } from "../text/mapped";
import type { History } from "./history";

export type ImageSource = "workspace" | "blob" | "base" | "hunks";

/** One file as text; its segments say for every character whether it was shown, and where. Gaps are written `...`. */
export interface Image {
  readonly path: string;
  readonly code: MappedText;
}

export interface FileImages {
  /**
   * The path that images and places of this file carry: that of the base's file where it is laid under the hunks (the
   * images take its place), else that of the diff. No two files of a patch have the same.
   */
  readonly path: string;
  readonly source: ImageSource;
  /** For `blob`, what it is in words: `blob 1a2b3c4d5e6f`, `commit 1a2b3c4d5e6f`. */
  readonly revision?: string;
  /** Null for a file that is new (before) or deleted (after). */
  readonly before: Image | null;
  readonly after: Image | null;
  /** Functions with an added or removed line, by name; `before`/`after` tell in which image they stand. */
  readonly changed: readonly ChangedFunction[];
  /** How well what the diff shows fits the base; all 0 for `workspace`. For `hunks`: the functions that the base has, but differently. */
  readonly fit: Fit;
  readonly assumptions: readonly ImageAssumption[];
}

export interface ChangedFunction {
  readonly name: string;
  readonly before: boolean;
  readonly after: boolean;
}

/** Counted in statements (an `if (...)` head, a simple statement ...) of the lines that stand in the before image. */
export interface Fit {
  readonly shown: number;
  readonly matched: number;
  /** Of the matched (and of function heads), those in other words: what is shown was taken. Tells bases apart that contradict equally. */
  readonly varied: number;
  /** Shown but not in the base, or in the base amid the shown ones but not shown. */
  readonly contradicted: number;
  readonly contradictions: readonly string[];
}

export interface ImageAssumption {
  readonly kind: "gap-from-base" | "gap" | "applied-already" | "offset" | "fuzz" | "revision" | "placed-in";
  /** One sentence for a person: `4 lines of kvm_tdp_mmu_put_root() between the two hunks are taken from the base`. */
  readonly text: string;
  /** Where in the document it belongs; null when nowhere. */
  readonly span: Span | null;
  /** The function it concerns; null for file scope. */
  readonly function: string | null;
}

export interface PatchImages {
  /** Files that are no C, or mention no name of the base, are in none. With an empty base all C files are read. */
  readonly files: readonly FileImages[];
  readonly problems: readonly Problem[];
  /** Loose statements that stand in no function and fit none: read, not run. */
  readonly loose: readonly { readonly code: MappedText; readonly authorship: Authorship }[];
}

/** What the images may be made from. The core reads no file itself: texts are given in. */
export interface ImageSources {
  /** The workspace file of that (already safe, relative) path; undefined when there is none. */
  readonly workspace: (path: string) => string | undefined;
  /** What the git repository around it has; absent where nobody may ask it. */
  readonly history?: History;
  /** The built-in base of one combination of facts: parsed, and its text. */
  readonly base: readonly CFile[];
  /** Functions of other combinations, by which a gap in a new function may be filled. */
  readonly library: readonly CFile[];
  /** The document's text, for passing quickly over files that mention nothing of the base. */
  readonly document?: string;
}

export type BuildImages = (patch: Patch, sources: ImageSources) => PatchImages;
