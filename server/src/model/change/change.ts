/** A change of the C of one file, to be lowered and run like what somebody wrote. */
import type { Span } from "../../text/mapped";

export interface Change {
  /** For a person, in a sentence about one line: `without it`, `if its condition were true`. */
  readonly title: string;
  /** In the file's text. They do not overlap. */
  readonly edits: readonly CodeEdit[];
}

/** `text` takes the place of the span; `from` moves text from elsewhere in the file there instead. */
export interface CodeEdit extends Span {
  readonly text: string;
  readonly from?: Span;
}

/** Blanks with the line ends of what stood there, so that everything behind it stays where it is. */
export function blank(text: string, span: Span, first = ""): CodeEdit {
  const old = text.slice(span.start, span.end);
  return { start: span.start, end: span.end, text: first + old.slice(first.length).replaceAll(/[^\n]/g, " ") };
}
