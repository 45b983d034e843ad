/** Offsets to lines and columns, as an editor counts them. */
import type { Span } from "../text/mapped";

/** One of several files that were read as one document. */
export interface DocumentFile {
  readonly path: string;
  /** Where it begins in the document. */
  readonly start: number;
}

/** 1-based; columns count UTF-16 units. */
export interface Position {
  /** Whose lines are counted, where the document is made of several files. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** 1-based, the end exclusive. */
export interface Range extends Position {
  readonly endLine: number;
  readonly endColumn: number;
}

/** Lines end with LF, CR LF or a lone CR, as in VS Code and in the language server protocol. */
export class LineIndex {
  /** Offset of the first character of each line. */
  private readonly starts: readonly number[];
  private readonly text: string;
  private readonly files: readonly (DocumentFile & { readonly firstLine: number })[];

  constructor(text: string, files: readonly DocumentFile[] = []) {
    this.text = text;
    this.starts = lineStarts(text);
    this.files = files.map((file) => ({ ...file, firstLine: this.lineAt(file.start) }));
  }

  /** Offsets outside the text give its first or last position; one inside a line end gives the end of the line. */
  position(offset: number): Position {
    const inside = Math.min(Math.max(offset, 0), this.text.length);
    const line = this.lineAt(inside);
    const start = this.starts[line] ?? 0;
    const splitsLineEnd = this.text.charCodeAt(inside) === LF && this.text.charCodeAt(inside - 1) === CR;
    const column = inside - start + (splitsLineEnd ? 0 : 1);
    const file = this.files.findLast(({ firstLine }) => firstLine <= line);
    return file === undefined
      ? { line: line + 1, column }
      : { file: file.path, line: line - file.firstLine + 1, column };
  }

  range(span: Span): Range {
    const from = this.position(span.start);
    const to = this.position(Math.max(span.start, span.end));
    return { ...from, endLine: to.line, endColumn: to.column };
  }

  /** `12`, and where there are several files `2:12`, with the number of the file. */
  label(offset: number): string {
    const { file, line } = this.position(offset);
    if (file === undefined) return String(line);
    const number = /^\d+/.exec(file.slice(file.lastIndexOf("/") + 1))?.[0];
    const name = number === undefined ? this.files.findIndex(({ path }) => path === file) + 1 : Number(number);
    return `${name}:${line}`;
  }

  /** The line without its end; null when the text has no such line. */
  span(line: number): Span | null {
    const start = this.starts[line - 1];
    if (start === undefined) return null;
    const text = this.text.slice(start, this.starts[line] ?? this.text.length);
    return { start, end: start + text.replace(/\r?\n$|\r$/, "").length };
  }

  /** An end of line at the end of the text begins no further one. */
  get count(): number {
    return this.starts.length - (this.starts.at(-1) === this.text.length && this.starts.length > 1 ? 1 : 0);
  }

  private lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

const LF = 10;
const CR = 13;

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) starts.push(at + 1);
  }
  return starts;
}
