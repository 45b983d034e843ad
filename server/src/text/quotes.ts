/**
 * Who says what in a mail: the lines that stand behind the same number of `>` are one level, and each level is
 * read on its own, so that a reply between two halves of a quoted hunk does not tear it apart.
 */
import { isGap } from "./codelike";
import { stripIndents } from "./indents";
import { type Lines, SPACE, TAB } from "./lines";
import type { MappedText, Origin, Span } from "./mapped";

/** The lines of one quoting depth, in order, without their quote prefixes. */
export class QuoteLevel {
  readonly count: number;

  constructor(
    readonly depth: number,
    private readonly all: Lines,
    /** Line numbers in `all`. */
    private readonly numbers: Int32Array,
    /** Where each line begins behind its quote prefix. */
    private readonly bodies: Int32Array,
  ) {
    this.count = numbers.length;
  }

  /** The character code `ahead` characters into the line, -1 behind its end. */
  charAt(line: number, ahead: number): number {
    const at = (this.bodies[line] ?? 0) + ahead;
    return line < this.count && at < this.all.end(this.numbers[line] ?? 0) ? this.all.source.text.charCodeAt(at) : -1;
  }

  startsWith(line: number, prefix: string): boolean {
    if (line >= this.count) return false;
    const start = this.bodies[line] ?? 0;
    return (
      start + prefix.length <= this.all.end(this.numbers[line] ?? 0) && this.all.source.text.startsWith(prefix, start)
    );
  }

  /** How many characters the line has behind its quote prefix. */
  length(line: number): number {
    return line < this.count ? this.all.end(this.numbers[line] ?? 0) - (this.bodies[line] ?? 0) : 0;
  }

  text(line: number): string {
    if (line >= this.count) return "";
    return this.all.source.text.slice(this.bodies[line], this.all.end(this.numbers[line] ?? 0));
  }

  isBlank(line: number): boolean {
    for (let ahead = 0; ; ahead++) {
      const character = this.charAt(line, ahead);
      if (character === -1) return true;
      if (character !== SPACE && character !== TAB) return false;
    }
  }

  /** Whether the line stands directly below the one before it, nothing of another level between. */
  follows(line: number): boolean {
    return line > 0 && line < this.count && (this.numbers[line] ?? 0) === (this.numbers[line - 1] ?? 0) + 1;
  }

  /** A `[...]` of another level between the line and the one before it: whoever cut the quote says so. */
  cutBefore(line: number): MappedText | null {
    const last = this.numbers[line] ?? 0;
    const from = Math.max((this.numbers[line - 1] ?? last) + 1, last - FURTHEST_CUT);
    for (let between = from; between < last; between++) {
      const text = this.all.text(between).slice(0, LONGEST_CUT);
      const prefix = /^[> ]*/.exec(text)?.[0].length ?? 0;
      if (!isGap(text.slice(prefix))) continue;
      return this.all.source.code(this.all.start(between) + prefix, this.all.end(between), "gap");
    }
    return null;
  }

  /** The line's place in the document, quote prefix included, line end excluded. */
  span(line: number): Span {
    const number = this.numbers[line] ?? 0;
    return this.all.source.span(this.all.start(number), this.all.end(number));
  }

  spanOf(first: number, last: number): Span {
    return { start: this.span(first).start, end: this.span(last).end };
  }

  /** The line behind its quote prefix and `skip` more characters. */
  code(line: number, skip: number, origin: Origin): MappedText {
    const end = this.all.end(this.numbers[line] ?? 0);
    const start = Math.min((this.bodies[line] ?? 0) + skip, end);
    return this.all.source.code(start, end, origin);
  }
}

export function quoteLevels(lines: Lines, first: number, end: number): QuoteLevel[] {
  const count = end - first;
  const depths = new Int32Array(count);
  const bodies = new Int32Array(count);
  const sizes = new Map<number, number>();
  for (let line = 0; line < count; line++) {
    const depth = readPrefix(lines, first + line, bodies, line);
    depths[line] = depth;
    sizes.set(depth, (sizes.get(depth) ?? 0) + 1);
  }
  stripQuoteBlanks(lines, first, depths, bodies);
  stripIndents(lines, first, depths, bodies);
  const filling = new Map<number, { numbers: Int32Array; bodies: Int32Array; filled: number }>();
  for (const [depth, size] of sizes) {
    filling.set(depth, { numbers: new Int32Array(size), bodies: new Int32Array(size), filled: 0 });
  }
  for (let line = 0; line < count; line++) {
    const level = filling.get(depths[line] ?? 0);
    if (level === undefined) continue;
    level.numbers[level.filled] = first + line;
    level.bodies[level.filled] = bodies[line] ?? 0;
    level.filled++;
  }
  return [...filling].map(([depth, level]) => new QuoteLevel(depth, lines, level.numbers, level.bodies));
}

/** `> > x`, `>> x` and `>>x` alike; the body is left to begin directly behind the last `>`. */
function readPrefix(lines: Lines, line: number, bodies: Int32Array, at: number): number {
  const { text } = lines.source;
  const end = lines.end(line);
  let position = lines.start(line);
  let depth = 0;
  while (position < end) {
    if (text.charCodeAt(position) === QUOTE) position += 1;
    else if (depth > 0 && text.charCodeAt(position) === SPACE && text.charCodeAt(position + 1) === QUOTE) position += 2;
    else break;
    if (position > end) break;
    depth++;
  }
  bodies[at] = Math.min(position, end);
  return depth;
}

/**
 * Most mailers write `> ` and some only `>`. In a run of lines of one depth the first kind leaves no line
 * that begins otherwise than with a blank; only then is that blank part of the prefix and not of the text.
 */
function stripQuoteBlanks(lines: Lines, first: number, depths: Int32Array, bodies: Int32Array): void {
  const { text } = lines.source;
  let from = 0;
  while (from < depths.length) {
    const depth = depths[from];
    let blank = 0;
    let other = 0;
    let marker = false;
    let to = from;
    for (; to < depths.length && depths[to] === depth; to++) {
      const body = bodies[to] ?? 0;
      if (body >= lines.end(first + to)) continue;
      if (text.charCodeAt(body) === SPACE) blank++;
      else other++;
      marker ||= text.startsWith("@@ -", body) || text.startsWith("diff --git ", body);
    }
    if (depth !== 0 && !marker && other * 4 <= blank) {
      for (let line = from; line < to; line++) {
        const body = bodies[line] ?? 0;
        if (body < lines.end(first + line) && text.charCodeAt(body) === SPACE) bodies[line] = body + 1;
      }
    }
    from = to;
  }
}

const QUOTE = 0x3e;
const FURTHEST_CUT = 200;
const LONGEST_CUT = 200;
