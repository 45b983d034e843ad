/** Reads one hunk: what is there, whatever its header promises, and never into the next file or mail. */
import { isGap, freshState, look } from "./codelike";
import type { Hunk, HunkLine } from "./document";
import { SPACE, TAB } from "./lines";
import { concat, type MappedText, type Span, unmapped } from "./mapped";
import type { Problems } from "./problems";
import type { QuoteLevel } from "./quotes";

/**
 * How the lines of one diff are laid out. Mailers that write format=flowed put one more blank before each line
 * that begins with one; this is known only after all hunks of the diff were seen, and used when lines are asked for.
 */
export interface Layout {
  stuffed: boolean;
  /** Context lines that can only be explained by stuffing, and those that rule it out. */
  readonly evidence: { stuffed: number; plain: number };
}

export function freshLayout(): Layout {
  return { stuffed: false, evidence: { stuffed: 0, plain: 0 } };
}

export interface HunkReading {
  readonly hunks: readonly Hunk[];
  /** The last line that was read, and the first that was not. */
  readonly last: number;
  readonly next: number;
}

export function isHunkHeader(level: QuoteLevel, line: number): boolean {
  return level.startsWith(line, "@@ ") && (readHeader(level, line) !== null || isSketchedHeader(level, line));
}

/** Reads the hunk whose `@@` line this is. */
export function readHunk(level: QuoteLevel, line: number, layout: Layout, problems: Problems): HunkReading {
  const header = readHeader(level, line);
  if (header === null) return readSketch(level, line, layout, problems);
  let read = readLines(level, line, header, true);
  if (read.joined > 0 && !read.complete) read = readLines(level, line, header, false);
  report(level, line, header, read, problems);
  const pieces = read.complete ? [merged(read.pieces)] : read.pieces;
  const hunks = pieces
    .filter((piece) => piece.at.length > 0)
    .map(
      (piece, index) => new HunkOfLevel(level, index === 0 ? line : null, index === 0 ? header : null, piece, layout),
    );
  for (const piece of pieces) weigh(level, piece, layout);
  const lastPiece = pieces.findLast((piece) => piece.at.length > 0);
  const last = lastPiece?.at[lastPiece.at.length - 1] ?? line;
  return { hunks, last, next: last + 1 };
}

/** A hunk without any header: the given lines, each with its marker. */
export function looseHunk(level: QuoteLevel, first: number, last: number, layout: Layout): Hunk {
  const piece = freshPiece();
  for (let line = first; line <= last; line++) push(piece, line, kindOf(markerOf(level, line)));
  weigh(level, piece, layout);
  return new HunkOfLevel(level, null, null, piece, layout);
}

export type Marker = "context" | "added" | "removed" | "no-newline" | "blank" | "tab" | "none";

/** What the first character of a line says in a diff. An empty line is context that lost its blank. */
export function markerOf(level: QuoteLevel, line: number): Marker {
  switch (level.charAt(line, 0)) {
    case SPACE:
    case NO_BREAK_SPACE:
      return "context";
    case PLUS:
      return "added";
    case MINUS:
      return "removed";
    case BACKSLASH:
      return level.charAt(line, 1) === SPACE ? "no-newline" : "none";
    case TAB:
      return "tab";
    case -1:
      return "blank";
    default:
      return "none";
  }
}

/** Whether a new file begins with this line: `diff --git`, or `---` and `+++` above a hunk. */
export function isFileStart(level: QuoteLevel, line: number): boolean {
  if (level.startsWith(line, "diff --")) return /^diff --(git|cc|combined) \S/.test(level.text(line).slice(0, 40));
  return (
    level.startsWith(line, "--- ") &&
    level.startsWith(line + 1, "+++ ") &&
    (line + 2 >= level.count || /^(@@ |--- |diff )/.test(level.text(line + 2).slice(0, 5)))
  );
}

/** `-- ` and what git writes below it. A removed line `- ` looks the same, but is not followed by a version. */
export function isSignature(level: QuoteLevel, line: number): boolean {
  if (!level.startsWith(line, "--")) return false;
  const length = level.length(line);
  if (length > 3 || (length === 3 && level.charAt(line, 2) !== SPACE)) return false;
  if (line + 1 >= level.count) return true;
  const below = level.text(line + 1).slice(0, 40);
  return /^\d+\.\d/.test(below) || !/^[-+ \t@\\]|^diff /.test(below);
}

/** Where the code of a context line begins: behind its blank, and behind the one that stuffing added. */
export function contextSkip(level: QuoteLevel, line: number, stuffed: boolean): number {
  const first = level.charAt(line, 0);
  if (first !== SPACE && first !== NO_BREAK_SPACE) return 0;
  return stuffed && level.charAt(line, 1) === SPACE ? 2 : 1;
}

/** Decides once for the diff whether it is stuffed; `otherwise` holds where its lines do not tell. */
export function settle(layout: Layout, otherwise: boolean): void {
  const { stuffed, plain } = layout.evidence;
  layout.stuffed = stuffed + plain === 0 ? otherwise : stuffed > 4 * plain;
}

const NO_BREAK_SPACE = 0xa0;
const PLUS = 0x2b;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;
const STAR = 0x2a;

interface Header {
  readonly oldStart: number | null;
  readonly oldCount: number;
  readonly newStart: number | null;
  readonly newCount: number;
  readonly section: string | null;
}

function readHeader(level: QuoteLevel, line: number): Header | null {
  if (!level.startsWith(line, "@@ -")) return null;
  const match = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)$/.exec(level.text(line));
  if (match === null) return null;
  const section = match[5]?.trim() ?? "";
  return {
    oldStart: Number(match[1]),
    oldCount: Number(match[2] ?? 1),
    newStart: Number(match[3]),
    newCount: Number(match[4] ?? 1),
    section: section === "" ? null : section,
  };
}

/** `@@ ... @@` and other headers by hand, if a changed line or two follow. */
function isSketchedHeader(level: QuoteLevel, line: number): boolean {
  if (level.length(line) > 300 || !/^@@ .*@@/.test(level.text(line))) return false;
  for (let below = line + 1; below < line + 8; below++) {
    const marker = markerOf(level, below);
    if (marker === "added" || marker === "removed") return look(level.text(below).slice(1), freshState()) !== "prose";
    if (marker === "none" || below >= level.count) return false;
  }
  return false;
}

const CONTEXT = 0;
const ADDED = 1;
const REMOVED = 2;
const NO_NEWLINE = 3;
const CONTINUED = 4;
const DROPPED = 5;

function kindOf(marker: Marker): number {
  if (marker === "added") return ADDED;
  if (marker === "removed") return REMOVED;
  return marker === "no-newline" ? NO_NEWLINE : CONTEXT;
}

/** Lines of the level with what each is; a hunk torn apart by replies has several pieces. */
interface Piece {
  readonly at: number[];
  readonly kinds: number[];
}

function freshPiece(): Piece {
  return { at: [], kinds: [] };
}

function push(piece: Piece, line: number, kind: number): void {
  piece.at.push(line);
  piece.kinds.push(kind);
}

function merged(pieces: readonly Piece[]): Piece {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  return { at: pieces.flatMap((piece) => piece.at), kinds: pieces.flatMap((piece) => piece.kinds) };
}

interface Reading {
  readonly pieces: readonly Piece[];
  readonly complete: boolean;
  readonly oldSeen: number;
  readonly newSeen: number;
  /** Lines joined to the one before, which a mailer had wrapped. */
  readonly joined: number;
  /** Whether something that properly ends a hunk follows. */
  readonly ended: boolean;
}

function readLines(level: QuoteLevel, headerLine: number, header: Header, join: boolean): Reading {
  const pieces = [freshPiece()];
  let piece = pieces[0] ?? freshPiece();
  let oldSeen = 0;
  let newSeen = 0;
  let joined = 0;
  let line = headerLine + 1;
  while (line < level.count && (oldSeen < header.oldCount || newSeen < header.newCount)) {
    if (!level.follows(line) || isGapLine(level, line)) {
      const resumed = resume(level, line);
      if (resumed < 0) break;
      piece = freshPiece();
      pieces.push(piece);
      line = resumed;
    }
    const marker = markerOf(level, line);
    if (marker === "none") {
      if (!join || !isWrapped(level, line)) break;
      push(piece, line, piece.at.length === 0 ? DROPPED : CONTINUED);
      joined++;
    } else {
      if (marker === "removed" && (isSignature(level, line) || isFileStart(level, line))) break;
      const kind = kindOf(marker);
      push(piece, line, kind);
      if (kind === CONTEXT || kind === REMOVED) oldSeen++;
      if (kind === CONTEXT || kind === ADDED) newSeen++;
    }
    line++;
  }
  const reached = oldSeen === header.oldCount && newSeen === header.newCount;
  if (line < level.count && level.follows(line) && markerOf(level, line) === "no-newline")
    push(piece, line++, NO_NEWLINE);
  const extra = oldSeen >= header.oldCount && newSeen >= header.newCount ? extraLines(level, line) : 0;
  for (const end = line + extra; line < end; line++) {
    const kind = kindOf(markerOf(level, line));
    push(piece, line, kind);
    if (kind === CONTEXT || kind === REMOVED) oldSeen++;
    if (kind === CONTEXT || kind === ADDED) newSeen++;
  }
  const complete = reached && extra === 0;
  if (!complete) {
    // Empty lines at a broken end are those between the hunk and whatever follows.
    for (let at = piece.at.length - 1; at >= 0 && markerOf(level, piece.at[at] ?? 0) === "blank"; at--) {
      piece.at.pop();
      piece.kinds.pop();
      oldSeen--;
      newSeen--;
    }
  }
  const ended =
    extra > 0 ||
    (line < level.count && (level.startsWith(line, "@@ ") || isFileStart(level, line) || isSignature(level, line)));
  return { pieces, complete, oldSeen, newSeen, joined, ended };
}

function isGapLine(level: QuoteLevel, line: number): boolean {
  return markerOf(level, line) === "none" && level.length(line) < 200 && isGap(level.text(line));
}

/** Where an interrupted hunk goes on behind a reply or a `[...]`; -1 if it does not. */
function resume(level: QuoteLevel, from: number): number {
  let line = from;
  while (line < level.count && (level.isBlank(line) || isGapLine(level, line))) line++;
  if (line >= level.count) return -1;
  const marker = markerOf(level, line);
  if (marker === "none" || marker === "no-newline" || isSignature(level, line) || isFileStart(level, line)) return -1;
  return look(level.text(line).slice(marker === "tab" ? 0 : 1), freshState()) === "prose" ? -1 : line;
}

/** A line without a marker between two lines of the hunk is the end of the one before it. */
function isWrapped(level: QuoteLevel, line: number): boolean {
  const before = markerOf(level, line - 1);
  const after = markerOf(level, line + 1);
  if (!level.follows(line) || !level.follows(line + 1) || before === "blank") return false;
  if (level.startsWith(line, "@@") || level.startsWith(line, "diff ")) return false;
  return (
    after === "added" || after === "removed" || (after === "context" && !level.isBlank(line + 1)) || after === "tab"
  );
}

/** How many lines go on in the manner of a hunk although its counts are used up. */
function extraLines(level: QuoteLevel, from: number): number {
  let last = from - 1;
  for (let line = from; line < level.count && level.follows(line); line++) {
    const marker = markerOf(level, line);
    if (marker !== "added" && marker !== "removed" && marker !== "context") break;
    if (isSignature(level, line) || isFileStart(level, line)) break;
    if (!level.isBlank(line)) last = line;
  }
  return last - from + 1;
}

function readSketch(level: QuoteLevel, line: number, layout: Layout, problems: Problems): HunkReading {
  const message = "The numbers of this @@ line cannot be read: the hunk is placed by its lines alone.";
  problems.add("text.hunk-header", message, level.span(line));
  const piece = freshPiece();
  let last = line;
  for (let below = line + 1; below < level.count && level.follows(below); below++) {
    const marker = markerOf(level, below);
    if (marker === "none" || isSignature(level, below) || isFileStart(level, below)) break;
    if (marker === "blank" && (markerOf(level, below + 1) === "none" || markerOf(level, below + 1) === "blank")) break;
    push(piece, below, kindOf(marker));
    last = below;
  }
  weigh(level, piece, layout);
  return { hunks: [new HunkOfLevel(level, line, null, piece, layout)], last, next: last + 1 };
}

function report(level: QuoteLevel, line: number, header: Header, read: Reading, problems: Problems): void {
  const span = level.span(line);
  if (read.joined > 0) {
    problems.add("text.wrapped", `${read.joined} wrapped lines of this hunk were joined again.`, span);
  }
  if (read.complete) return;
  const promised = `The header of this hunk counts ${header.oldCount} old and ${header.newCount} new lines`;
  const found = `${read.oldSeen} and ${read.newSeen} are here`;
  if (read.ended || read.oldSeen > header.oldCount || read.newSeen > header.newCount) {
    problems.add("text.hunk-count", `${promised}, but ${found}: what is here was read.`, span);
  } else {
    problems.add("text.hunk-truncated", `${promised}, but it breaks off: ${found}. What is here was read.`, span);
  }
}

/** Collects what the context lines say about stuffing. A comment's ` * ` says nothing, nor do wide indents. */
function weigh(level: QuoteLevel, piece: Piece, layout: Layout): void {
  for (let index = 0; index < piece.at.length; index++) {
    const line = piece.at[index] ?? 0;
    if (piece.kinds[index] !== CONTEXT || level.charAt(line, 0) !== SPACE) continue;
    const second = level.charAt(line, 1);
    const third = level.charAt(line, 2);
    if (second !== SPACE) layout.evidence.plain++;
    else if (third !== SPACE && third !== STAR) layout.evidence.stuffed++;
  }
}

class HunkOfLevel implements Hunk {
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
