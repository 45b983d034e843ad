/** Code whose lines carry `+` or `-` although no hunk header stands above them. */
import { freshState, look, type Look } from "./codelike";
import type { Snippet } from "./document";
import { looseHunk } from "./hunks";
import { contextSkip, freshLayout, type Layout, settle } from "./layout";
import { isFileStart, isSignature, type Marker, markerOf } from "./markers";
import { joinLines, type Loose, range } from "./loose";
import type { MappedText } from "./mapped";
import type { QuoteLevel } from "./quotes";

/** Lines that belong together as changed code. */
export interface Block {
  readonly first: number;
  readonly last: number;
  /** The first and the last line with `+` or `-`. */
  readonly firstMarked: number;
  readonly lastMarked: number;
  readonly removes: boolean;
}

export interface Marked {
  /** Null where the lines are a list or a rule. */
  readonly block: Block | null;
  /** The first line that was not looked at in vain. */
  readonly next: number;
}

/** The lines around a `+` or `-` line that belong together as changed code. */
export function markedBlock(level: QuoteLevel, floor: number, line: number, end: number, beforeHunk: boolean): Marked {
  const state = freshState();
  const seen: Record<Look, number> = { code: 0, weak: 0, prose: 0, blank: 0 };
  let lastMarked = line;
  let removes = false;
  let last = line;
  for (let at = line, unmarked = 0; at < end && (at === line || level.follows(at)) && unmarked < MOST_CONTEXT; at++) {
    const marker = markerOf(level, at);
    const changed = marker === "added" || marker === "removed";
    if (!changed && marker !== "context" && marker !== "tab" && marker !== "blank") break;
    if (changed && (isSignature(level, at) || isFileStart(level, at))) break;
    const kind = look(changed ? level.text(at).slice(1) : level.text(at), state);
    if (!changed && kind === "prose") break;
    unmarked = changed ? 0 : unmarked + 1;
    if (changed) {
      seen[kind]++;
      lastMarked = at;
      removes ||= marker === "removed";
    }
    if (kind !== "blank") last = at;
  }
  const touchesHunk = beforeHunk && last === end - 1;
  const enough = touchesHunk ? seen.code + seen.weak > 0 : seen.code >= 2;
  if (!enough || seen.prose * 5 > seen.code + seen.weak) return { block: null, next: lastMarked + 1 };
  let first = line;
  while (first > floor && level.follows(first) && isLeadingContext(level, first - 1)) first--;
  last = Math.max(last, lastMarked);
  return { block: { first, last, firstMarked: line, lastMarked, removes }, next: last + 1 };
}

function isLeadingContext(level: QuoteLevel, line: number): boolean {
  const marker = markerOf(level, line);
  if (marker !== "context" && marker !== "tab") return false;
  const kind = look(level.text(line), freshState());
  return kind === "code" || kind === "weak";
}

/** Only-added lines that form whole functions are a snippet; what they stand above is not part of it. */
export function readMarked(level: QuoteLevel, block: Block, stuffed: boolean): Loose {
  const layout = freshLayout();
  const hunk = looseHunk(level, block.first, block.last, layout);
  settle(layout, stuffed);
  if (block.removes) {
    return { first: block.first, last: block.last, snippet: null, hunk };
  }
  const whole = level.startsWith(lastWithText(level, block), "+}");
  const first = behindCommentTail(level, whole ? block.firstMarked : block.first, block.lastMarked);
  const last = whole ? block.lastMarked : block.last;
  const snippet: Snippet = {
    form: "added",
    code: joinLines(range(first, last).map((line) => markedCode(level, line, layout))),
    span: level.spanOf(first, last),
  };
  // Lines that were looked at and left out still belong to the place where the code stands.
  return { first: block.first, last: block.last, snippet, hunk: null };
}

/** A quote may begin in the middle of a comment; its tail would make no C of what follows. */
function behindCommentTail(level: QuoteLevel, first: number, last: number): number {
  for (let line = first; line < last; line++) {
    const text = level.text(line).replace(/^\+?\s*/, "");
    if (text.startsWith("*/")) return line + 1;
    if (!text.startsWith("*") || /^\*\w/.test(text)) break;
  }
  return first;
}

function lastWithText(level: QuoteLevel, block: Block): number {
  let line = block.lastMarked;
  while (line > block.firstMarked && level.length(line) <= 1) line--;
  return line;
}

function markedCode(level: QuoteLevel, line: number, layout: Layout): MappedText {
  const marker: Marker = markerOf(level, line);
  if (marker === "added") return level.code(line, 1, "added");
  return level.code(line, contextSkip(level, line, layout.stuffed), "context");
}

const MOST_CONTEXT = 12;
