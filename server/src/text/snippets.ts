/** Finds code that people write between their sentences, without any diff around it. */
import { freshState, look, type Look } from "./codelike";
import type { Hunk, Snippet } from "./document";
import {
  contextSkip,
  freshLayout,
  isFileStart,
  isSignature,
  type Layout,
  looseHunk,
  type Marker,
  markerOf,
  settle,
} from "./hunks";
import { SPACE } from "./lines";
import { concat, type MappedText, unmapped } from "./mapped";
import type { QuoteLevel } from "./quotes";

/** Loose code at the lines `first` to `last` of a level: a snippet, or changed lines that form a hunk. */
export interface Loose {
  readonly first: number;
  readonly last: number;
  readonly snippet: Snippet | null;
  readonly hunk: Hunk | null;
  readonly layout: Layout;
}

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

interface Block {
  readonly first: number;
  readonly last: number;
  /** The first and the last line with `+` or `-`. */
  readonly firstMarked: number;
  readonly lastMarked: number;
  readonly removes: boolean;
}

interface Marked {
  /** Null where the lines are a list or a rule. */
  readonly block: Block | null;
  /** The first line that was not looked at in vain. */
  readonly next: number;
}

/** The lines around a `+` or `-` line that belong together as changed code. */
function markedBlock(level: QuoteLevel, floor: number, line: number, end: number, beforeHunk: boolean): Marked {
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
function readMarked(level: QuoteLevel, block: Block, stuffed: boolean): Loose {
  const layout = freshLayout();
  const hunk = looseHunk(level, block.first, block.last, layout);
  settle(layout, stuffed);
  if (block.removes) {
    return { first: block.first, last: block.last, snippet: null, hunk, layout };
  }
  const whole = level.startsWith(lastWithText(level, block), "+}");
  const first = behindCommentTail(level, whole ? block.firstMarked : block.first, block.lastMarked);
  const last = whole ? block.lastMarked : block.last;
  const snippet: Snippet = {
    form: "added",
    code: join(range(first, last).map((line) => markedCode(level, line, layout))),
    span: level.spanOf(first, last),
  };
  // Lines that were looked at and left out still belong to the place where the code stands.
  return { first: block.first, last: block.last, snippet, hunk: null, layout };
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

/** Runs of lines that look like C. Blank lines inside are kept; prose and, in the author's own text, quotes end a run. */
function findPlain(level: QuoteLevel, first: number, end: number, found: Loose[]): void {
  let line = first;
  while (line < end) {
    const run = plainRun(level, line, end);
    if (run.snippet !== null) found.push(run.snippet);
    line = run.next;
  }
}

interface PlainRun {
  readonly snippet: Loose | null;
  readonly next: number;
}

function plainRun(level: QuoteLevel, from: number, end: number): PlainRun {
  const state = freshState();
  let first = -1;
  let last = -1;
  let code = 0;
  let telling = 0;
  let braces = 0;
  let line = from;
  for (; line < end; line++) {
    if (first >= 0 && level.depth === 0 && !level.follows(line)) break;
    const text = level.text(line);
    const inComment = state.comment;
    const kind = look(text, state);
    if (kind === "blank") continue;
    if (kind === "prose") {
      if (first >= 0 && braces > 0 && isSketched(level, line, end)) continue;
      break;
    }
    if (kind === "weak" && first < 0 && !isComment(text)) {
      if (state.parens > 0) state.parens = 0;
      break;
    }
    if (first < 0) first = line;
    // A line that only stands for others ends no snippet, but belongs to one only with code behind it.
    if (kind === "code" || braces > 0 || inComment) last = line;
    if (kind !== "code") continue;
    code++;
    if (TELLING.test(text)) telling++;
    braces = Math.max(0, braces + balance(text));
  }
  const next = Math.max(line, from + 1);
  if (first < 0 || last < first || code < 2 || (code < 3 && telling === 0)) return { snippet: null, next };
  const snippet: Snippet = {
    form: "plain",
    code: join(range(first, last).flatMap((at) => plainCode(level, at, first))),
    span: level.spanOf(first, last),
  };
  return { snippet: { first, last, snippet, hunk: null, layout: freshLayout() }, next };
}

function plainCode(level: QuoteLevel, line: number, first: number): MappedText[] {
  const code = level.code(line, 0, "context");
  const cut = line === first || level.follows(line) ? null : level.cutBefore(line);
  return cut === null ? [code] : [cut, code];
}

/** One line of English where the writer spared himself the code: indented, inside braces, code directly below. */
function isSketched(level: QuoteLevel, line: number, end: number): boolean {
  const first = level.charAt(line, 0);
  if ((first !== SPACE && first !== 0x09) || line + 1 >= end || level.length(line) > 200) return false;
  return look(level.text(line + 1), freshState()) === "code";
}

function isComment(text: string): boolean {
  return /^\s*(\/\*|\/\/)/.test(text.slice(0, 200));
}

function balance(text: string): number {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x7b) open++;
    else if (character === 0x7d) open--;
  }
  return open;
}

/** Lines joined by newlines of our own. */
function join(lines: readonly MappedText[]): MappedText {
  const newline = unmapped("\n");
  return concat(lines.flatMap((line) => [line, newline]));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const MOST_CONTEXT = 12;
const TELLING = /^\s*(if|else|for|while|switch|return|goto|static|struct|void|int|bool|#\s*\w+)\b|[{}]\s*$|->/;
