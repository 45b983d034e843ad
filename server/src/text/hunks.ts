/** Reads one hunk: what is there, whatever its header promises, and never into the next file or mail. */
import { isGap, freshState, look } from "./codelike";
import type { Hunk } from "./document";
import type { Layout } from "./layout";
import { isFileStart, isSignature, markerOf } from "./markers";
import {
  ADDED,
  CONTEXT,
  CONTINUED,
  DROPPED,
  freshPiece,
  type Header,
  HunkOfLevel,
  kindOf,
  merged,
  NO_NEWLINE,
  type Piece,
  push,
  REMOVED,
} from "./pieces";
import type { Problems } from "./problems";
import type { QuoteLevel } from "./quotes";

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

  const lastPiece = pieces.findLast((piece) => piece.at.length > 0);
  const last = lastPiece?.at[lastPiece.at.length - 1] ?? line;
  return { hunks, last, next: last + 1 };
}

/** A hunk without any header: the given lines, each with its marker. */
export function looseHunk(level: QuoteLevel, first: number, last: number, layout: Layout): Hunk {
  const piece = freshPiece();
  for (let line = first; line <= last; line++) push(piece, line, kindOf(markerOf(level, line)));
  return new HunkOfLevel(level, null, null, piece, layout);
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
