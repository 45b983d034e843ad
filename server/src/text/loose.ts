/** Code that stands in a text without a diff around it. */
import type { Hunk, Snippet } from "./document";
import { concat, type MappedText, unmapped } from "./mapped";

/** Loose code at the lines `first` to `last` of a level: a snippet, or changed lines that form a hunk. */
export interface Loose {
  readonly first: number;
  readonly last: number;
  readonly snippet: Snippet | null;
  readonly hunk: Hunk | null;
}

/** Lines joined by newlines of our own. */
export function joinLines(lines: readonly MappedText[]): MappedText {
  const newline = unmapped("\n");
  return concat(lines.flatMap((line) => [line, newline]));
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
