/**
 * A piece of text after transfer decoding that knows where each of its characters stands in the document that
 * the person opened. Most pieces are the document itself; quoted-printable and base64 parts are not.
 */
import { DOCUMENT, type MappedText, type Origin, type Segment, type Span } from "./mapped";

/**
 * `length` characters at `start` of the decoded text were written as `docLength` characters at `docStart` of the
 * document. Equal lengths mean the same characters; otherwise places inside the run are in proportion.
 */
export interface Run {
  readonly start: number;
  readonly length: number;
  readonly docStart: number;
  readonly docLength: number;
}

export class SourceText {
  /** `runs` are sorted by `start`, do not overlap and cover the text, except for what has no place of its own. */
  constructor(
    readonly text: string,
    private readonly runs: readonly Run[],
  ) {}

  static ofDocument(text: string): SourceText {
    return new SourceText(text, [{ start: 0, length: text.length, docStart: 0, docLength: text.length }]);
  }

  /** The characters from `start` to `end` as a source of their own. */
  part(start: number, end: number): SourceText {
    const runs: Run[] = [];
    for (let index = this.runAt(start); index < this.runs.length; index++) {
      const run = this.runs[index];
      if (run === undefined || run.start >= end) break;
      const first = Math.max(run.start, start);
      const last = Math.min(run.start + run.length, end);
      if (first >= last) continue;
      const docStart = placeIn(run, first);
      runs.push({ start: first - start, length: last - first, docStart, docLength: placeIn(run, last) - docStart });
    }
    return new SourceText(this.text.slice(start, end), runs);
  }

  /** Where the character at the offset begins in the document. */
  toDocument(offset: number): number {
    const run = this.runs[this.runAt(offset)] ?? this.runs[this.runs.length - 1];
    if (run === undefined) return 0;
    return placeIn(run, Math.min(Math.max(offset, run.start), run.start + run.length));
  }

  /** The stretch of the document that was written for these characters. */
  span(start: number, end: number): Span {
    const first = this.toDocument(start);
    if (end <= start) return { start: first, end: first };
    const run = this.runs[this.runBefore(end)];
    const last = run === undefined ? first : placeIn(run, Math.min(end, run.start + run.length));
    return { start: first, end: Math.max(first, last) };
  }

  /** The characters from `start` to `end` as code that points into the document. */
  code(start: number, end: number, origin: Origin): MappedText {
    const segments: Segment[] = [];
    for (let index = this.runAt(start); index < this.runs.length; index++) {
      const run = this.runs[index];
      if (run === undefined || run.start >= end) break;
      const first = Math.max(run.start, start);
      const last = Math.min(run.start + run.length, end);
      if (first >= last) continue;
      // A run that is longer than what it was written as (no encoding does that) would point behind itself.
      const sourceStart = placeIn(run, first);
      const length = Math.min(last - first, run.docStart + run.docLength - sourceStart);
      if (length > 0) segments.push({ start: first - start, length, source: DOCUMENT, sourceStart, origin });
    }
    return { text: this.text.slice(start, end), segments };
  }

  /** The index of the run that holds the offset, or of the first one behind it. */
  private runAt(offset: number): number {
    const before = this.runBefore(offset + 1);
    const run = this.runs[before];
    return run !== undefined && run.start + run.length > offset ? before : before + 1;
  }

  /** The index of the last run that starts before the offset; -1 where there is none. */
  private runBefore(offset: number): number {
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const run = this.runs[middle];
      if (run !== undefined && run.start < offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function placeIn(run: Run, offset: number): number {
  const inside = offset - run.start;
  if (run.length === run.docLength) return run.docStart + inside;
  return run.docStart + Math.floor((inside * run.docLength) / run.length);
}
