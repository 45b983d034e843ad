/** What could not be read, said once per place and never so often that it hides everything else. */
import type { Problem } from "./document";
import type { Span } from "./mapped";

/** The codes of this stage and what each of them means. */
export type TextProblemCode =
  /** The document has no text at all. */
  | "text.empty"
  /** So many NUL and control characters that this is no text; nothing was read. */
  | "text.binary"
  /** A few NUL characters in a text that was read otherwise. */
  | "text.nul"
  /** Neither a diff nor C was found. */
  | "text.no-code"
  /** The `@@` line promises other counts than the lines below it have. */
  | "text.hunk-count"
  /** The hunk breaks off before its counts are reached. */
  | "text.hunk-truncated"
  /** An `@@` line without readable numbers. */
  | "text.hunk-header"
  /** A diff against several parents, which says nothing about one before state. */
  | "text.combined-diff"
  /** A `---`/`+++` pair or a `diff --git` with text to come and no hunk behind it. */
  | "text.no-hunk"
  /** Lines that a mailer wrapped and that were joined again. */
  | "text.wrapped"
  /** Positions lie in base64 and are those of the encoded lines. */
  | "text.base64"
  /** A character set that is not known here; read as UTF-8. */
  | "text.charset"
  /** Only an HTML form of this part; not read. */
  | "text.html"
  /** Parts inside parts beyond any sense; the inner ones were not read. */
  | "text.nesting"
  /** The archive's page names an attachment but does not show it. */
  | "text.attachment-not-shown"
  /** More problems of a code than are listed. */
  | "text.more";

const LISTED_PER_CODE = 50;

export class Problems {
  private readonly listed: Problem[] = [];
  private readonly counts = new Map<TextProblemCode, number>();

  add(code: TextProblemCode, message: string, span: Span | null): void {
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    if (count <= LISTED_PER_CODE) this.listed.push({ code, message, span });
  }

  /** In the order of the document, those without a place first. */
  all(): Problem[] {
    const sorted = [...this.listed].sort((a, b) => (a.span?.start ?? -1) - (b.span?.start ?? -1));
    for (const [code, count] of this.counts) {
      if (count <= LISTED_PER_CODE) continue;
      const message = `${count - LISTED_PER_CODE} more problems of the kind ${code} are not listed.`;
      sorted.push({ code: "text.more", message, span: null });
    }
    return sorted;
  }
}
