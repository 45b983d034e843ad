/**
 * What the text stage hands on: a document taken apart into patches, files, hunks and loose code, each with
 * its exact place in the document that the person opened.
 */
import type { MappedText, Span } from "./mapped";

export type DocumentKind = "mail" | "mbox" | "diff" | "c";

/** `author` wrote it in this mail or file; `quoted` stands behind `>` and is somebody else's. */
export type Authorship = "author" | "quoted";

/** Something that could not be read as it stands, and what was done instead. Codes are dotted (`text.*`). */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** Where, in offsets of the document; null when it concerns the document as a whole. */
  readonly span: Span | null;
}

export interface Document {
  readonly kind: DocumentKind;
  /** The text as the person sees it; every `document` segment below points into it. */
  readonly text: string;
  readonly patches: readonly Patch[];
  /** The whole document as code, when it is plain C. */
  readonly code: MappedText | null;
  readonly problems: readonly Problem[];
}

/**
 * One reviewable change: a diff with the mail around it. A mail that carries several diffs, or quoted diffs and
 * code beside its own, gives several patches; one mail of an mbox gives at least one when it holds any code.
 */
export interface Patch {
  readonly subject: string | null;
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  /** The mails that led to it, the first one first, as far as it names them. */
  readonly references: readonly string[];
  /** When the mail was sent or the commit made, as `2022-03-02`; null when nothing says so. */
  readonly date: string | null;
  /** `3/7` of `[PATCH 3/7]`. */
  readonly part: string | null;
  readonly baseCommit: string | null;
  /** Patch ids of what has to be applied to the base commit first, in that order. */
  readonly prerequisites: readonly string[];
  readonly authorship: Authorship;
  /** How many `>` stand before its lines. */
  readonly depth: number;
  /** From its first to its last line of code or diff. */
  readonly span: Span;
  readonly files: readonly FileDiff[];
  /** Loose code that belongs to no hunk, in the order of the document. */
  readonly snippets: readonly Snippet[];
}

export interface FileDiff {
  /** Without `a/` and `b/`; null for /dev/null, and both null when the diff names no file. */
  readonly oldPath: string | null;
  readonly newPath: string | null;
  /** Blob ids of the `index` line. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly span: Span;
  readonly hunks: readonly Hunk[];
  /** Whether there are hunks. */
  readonly hasText: boolean;
  /** What the header says beside that. */
  readonly changes: readonly ("mode" | "rename" | "copy" | "binary")[];
}

export interface Hunk {
  /** 1-based line numbers and counts as the header gives them; null where the header does not (snippets). */
  readonly oldStart: number | null;
  readonly newStart: number | null;
  readonly headerSpan: Span | null;
  /** What git prints behind the second `@@`, usually the head of the function. */
  readonly section: string | null;
  readonly span: Span;
  readonly lines: readonly HunkLine[];
}

export interface HunkLine {
  readonly kind: "context" | "added" | "removed";
  /** The line without quote prefix, stuffing, diff marker and line end; mapped to the document. */
  readonly code: MappedText;
  /** The line as a whole in the document, prefixes included, line end excluded. */
  readonly span: Span;
  /** True when `\ No newline at end of file` follows. */
  readonly noNewline: boolean;
}

/** Code shown without a diff around it, or new functions all of whose lines are added, before the first header. */
export interface Snippet {
  /** `added` when its lines carry `+`. */
  readonly form: "plain" | "added";
  readonly code: MappedText;
  readonly span: Span;
}
