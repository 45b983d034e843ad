/** Lines of a level that were found to be those of a hunk, and the Hunk made of them. */
import type { Hunk, HunkLine } from "./document";
import { contextSkip, type Layout, weigh } from "./layout";
import { concat, type MappedText, type Span, unmapped } from "./mapped";
import type { Marker } from "./markers";
import type { QuoteLevel } from "./quotes";

/** What an `@@` line says. */
export interface Header {
  readonly oldStart: number | null;
  readonly oldCount: number;
  readonly newStart: number | null;
  readonly newCount: number;
  readonly section: string | null;
}

/** What became of a line; numbers, because a hunk may have millions. */
export const CONTEXT = 0;
export const ADDED = 1;
export const REMOVED = 2;
export const NO_NEWLINE = 3;
export const CONTINUED = 4;
export const DROPPED = 5;

export function kindOf(marker: Marker): number {
  if (marker === "added") return ADDED;
  if (marker === "removed") return REMOVED;
  return marker === "no-newline" ? NO_NEWLINE : CONTEXT;
}

/** Lines of the level with what each is; a hunk torn apart by replies has several pieces. */
export interface Piece {
  readonly at: number[];
  readonly kinds: number[];
}

export function freshPiece(): Piece {
  return { at: [], kinds: [] };
}

export function push(piece: Piece, line: number, kind: number): void {
  piece.at.push(line);
  piece.kinds.push(kind);
}

export function merged(pieces: readonly Piece[]): Piece {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  return { at: pieces.flatMap((piece) => piece.at), kinds: pieces.flatMap((piece) => piece.kinds) };
}

export class HunkOfLevel implements Hunk {
  readonly oldStart: number | null;
  readonly newStart: number | null;
  readonly headerSpan: Span | null;
  readonly section: string | null;
  readonly span: Span;
  private readonly at: Int32Array;
  private readonly kinds: Uint8Array;
  private made: readonly HunkLine[] | null = null;

  constructor(
    private readonly level: QuoteLevel,
    headerLine: number | null,
    header: Header | null,
    piece: Piece,
    private readonly layout: Layout,
  ) {
    this.oldStart = header?.oldStart ?? null;
    this.newStart = header?.newStart ?? null;
    this.section = header?.section ?? null;
    this.headerSpan = headerLine === null ? null : level.span(headerLine);
    this.at = Int32Array.from(piece.at);
    this.kinds = Uint8Array.from(piece.kinds);
    const first = headerLine ?? this.at[0] ?? 0;
    this.span = level.spanOf(first, this.at[this.at.length - 1] ?? first);
    for (const [index, line] of piece.at.entries()) if (piece.kinds[index] === CONTEXT) weigh(level, line, layout);
  }

  /** Made when first asked for: most lines of a big diff are of files that nobody looks into. */
  get lines(): readonly HunkLine[] {
    this.made ??= this.makeLines();
    return this.made;
  }

  private makeLines(): HunkLine[] {
    const lines: HunkLine[] = [];
    for (let index = 0; index < this.at.length; index++) {
      const kind = KINDS[this.kinds[index] ?? DROPPED];
      if (kind === undefined) continue;
      const line = this.at[index] ?? 0;
      const skip = kind === "context" ? contextSkip(this.level, line, this.layout.stuffed) : 1;
      const rest = this.kinds[index + 1] === CONTINUED ? (this.at[index + 1] ?? null) : null;
      const behind = this.kinds[rest === null ? index + 1 : index + 2];
      lines.push(new LineOfLevel(this.level, line, skip, kind, rest, behind === NO_NEWLINE));
    }
    return lines;
  }
}

/** The kinds of lines that stand for themselves. */
const KINDS: readonly (HunkLine["kind"] | undefined)[] = ["context", "added", "removed"];

/** A line that holds no text of its own: a hunk may have millions of them. */
class LineOfLevel implements HunkLine {
  constructor(
    private readonly level: QuoteLevel,
    private readonly line: number,
    private readonly skip: number,
    readonly kind: HunkLine["kind"],
    /** The line that holds its end where a mailer wrapped it. */
    private readonly rest: number | null,
    readonly noNewline: boolean,
  ) {}

  get code(): MappedText {
    const code = this.level.code(this.line, this.skip, this.kind);
    return this.rest === null ? code : concat([code, unmapped(" "), this.level.code(this.rest, 0, this.kind)]);
  }

  get span(): Span {
    return this.level.spanOf(this.line, this.rest ?? this.line);
  }
}
