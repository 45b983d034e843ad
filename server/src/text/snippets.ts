/** Finds code that people write between their sentences, without any diff around it. */
import type { Loose } from "./loose";
import { markerOf } from "./markers";
import { markedBlock, readMarked } from "./marked";
import { plainRun } from "./plain";
import type { QuoteLevel } from "./quotes";

export interface Around {
  /** A hunk header stands right behind: even a single changed line above it is code. */
  readonly beforeHunk: boolean;
  /** What to think of the layout where the lines themselves do not tell. */
  readonly stuffed: boolean;
}

/** The loose code among the lines from `first` to `end` (exclusive), in order. */
export function findLoose(level: QuoteLevel, first: number, end: number, around: Around): Loose[] {
  const found: Loose[] = [];
  let plainFrom = first;
  for (let line = first; line < end; line++) {
    const marker = markerOf(level, line);
    if (marker !== "added" && marker !== "removed") continue;
    const { block, next } = markedBlock(level, plainFrom, line, end, around.beforeHunk);
    line = next - 1;
    if (block === null) continue;
    findPlain(level, plainFrom, block.first, found);
    found.push(readMarked(level, block, around.stuffed));
    plainFrom = next;
  }
  findPlain(level, plainFrom, end, found);
  return found;
}

/** Between changed lines: runs that look like C as they stand. */
function findPlain(level: QuoteLevel, first: number, end: number, found: Loose[]): void {
  let line = first;
  while (line < end) {
    const run = plainRun(level, line, end);
    if (run.loose !== null) found.push(run.loose);
    line = run.next;
  }
}
