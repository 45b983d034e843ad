/** The lines of a text as offsets: a document of 50 MB has no room for a string per line. */
import type { SourceText } from "./source";

export class Lines {
  readonly count: number;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;

  constructor(readonly source: SourceText) {
    const breaks = breaksOf(source.text);
    this.count = breaks.count;
    this.starts = breaks.starts;
    this.ends = breaks.ends;
  }

  /** Where the line begins in the text. */
  start(line: number): number {
    return this.starts[line] ?? this.source.text.length;
  }

  /** Where the line ends in the text, its line end excluded. */
  end(line: number): number {
    return this.ends[line] ?? this.source.text.length;
  }

  text(line: number): string {
    return this.source.text.slice(this.start(line), this.end(line));
  }

  startsWith(line: number, prefix: string): boolean {
    const start = this.start(line);
    return start + prefix.length <= this.end(line) && this.source.text.startsWith(prefix, start);
  }

  isBlank(line: number): boolean {
    const { text } = this.source;
    for (let at = this.start(line); at < this.end(line); at++) {
      const character = text.charCodeAt(at);
      if (character !== SPACE && character !== TAB) return false;
    }
    return true;
  }
}

export const SPACE = 0x20;
export const TAB = 0x09;

interface Breaks {
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** A carriage return ends a line by itself only where the text has no line feed at all. */
function breaksOf(text: string): Breaks {
  const separator = text.includes("\n") || !text.includes("\r") ? "\n" : "\r";
  const count = countLines(text, separator);
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let start = 0;
  for (let line = 0; line < count; line++) {
    const found = text.indexOf(separator, start);
    const next = found < 0 ? text.length : found;
    let end = next;
    while (end > start && text.charCodeAt(end - 1) === 0x0d) end--;
    starts[line] = start;
    ends[line] = end;
    start = next + 1;
  }
  return { count, starts, ends };
}

function countLines(text: string, separator: string): number {
  let count = 0;
  let at = 0;
  while (at < text.length) {
    count++;
    const found = text.indexOf(separator, at);
    if (found < 0) break;
    at = found + 1;
  }
  return count;
}
