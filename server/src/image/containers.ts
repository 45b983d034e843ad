/** Finds where in one function of the base each of the segments goes that show parts of it. */
import { mapped, type MappedText, type Span } from "../text/mapped";
import { type Laid, layPieces, netDepth, type ShownPiece } from "./align";
import type { BaseFile, Container } from "./base";
import { fitOf, NO_FIT, sumOfFits } from "./fit";
import type { Fit } from "./image";
import { isTornEnd, isTornStart } from "./likeness";
import { isChanged, type Segment } from "./segments";
import type { Unit } from "./units";

/** The segment takes the place of these characters of the base. */
export interface Placed extends Span {
  readonly file: BaseFile;
  /** Whether what was found there is the state before or, the patch being applied already, after it. */
  readonly found: "before" | "after";
  /** It begins (ends) outside of functions. */
  readonly startsOutside: boolean;
  readonly endsOutside: boolean;
  /** No statement told where it belongs, only the line number. */
  readonly byNumber: boolean;
  readonly braces: { readonly before: Braces; readonly after: Braces };
  /** What of the base stays amid the shown lines. */
  readonly stays: readonly Stay[];
}

/** Lines `from` to `to` (exclusive) of the hunk give way to code of the base; none where both are equal. */
export interface Stay {
  readonly from: number;
  readonly to: number;
  readonly code: MappedText;
}

/** How many braces of our own the image needs before (behind) a segment, because only the patch or only the base has a block there. */
export interface Braces {
  readonly opened: number;
  readonly closed: number;
}

export const NO_BRACES: Placed["braces"] = { before: { opened: 0, closed: 0 }, after: { opened: 0, closed: 0 } };

export interface ContainerPlaces {
  readonly places: readonly Placed[];
  readonly found: "before" | "after";
  readonly fit: Fit;
  /** Something of the base stands amid what is shown and is not shown. */
  readonly drops: boolean;
}

/** Places for all segments of a function, in their order; null when they do not belong there. */
export function placeIn(container: Container, segments: readonly Segment[]): ContainerPlaces | null {
  if (segments.length > MOST_SEGMENTS) return null;
  const before = layAs("before", container, segments);
  const isPerfect = before !== null && before.fit.contradicted === 0;
  if (!isPerfect && segments.some(isChanged)) {
    const after = layAs("after", container, segments);
    // The patch is in the base already. What it shows of the state before it still contradicts the base.
    const isApplied =
      after !== null && after.fit.contradicted === 0 && after.fit.shown === after.fit.matched && after.fit.shown > 0;
    if (isApplied) return { ...after, fit: before?.fit ?? lostFit(segments) };
  }
  return before;
}

/** No function of a short base is changed in more places. */
const MOST_SEGMENTS = 200;

function lostFit(segments: readonly Segment[]): Fit {
  const count = segments.reduce((sum, segment) => sum + segment.before.units.length, 0);
  return { ...NO_FIT, shown: count, contradicted: count };
}

function layAs(found: "before" | "after", container: Container, segments: readonly Segment[]): ContainerPlaces | null {
  const pins = segments.map((segment) => pinOf(segment, found, container));
  const pieces = segments.map((segment, i) => pieceOf(segment, found, container, pins[i] ?? null));
  const laid = layPieces(pieces, container.units, container.own);
  if (laid === null || laid.some((one, i) => !holdsTornEdges(one, pieces[i]))) return null;
  const fits = laid.map((one, i) => fitOf(segments[i]?.[found].units ?? [], container.units, one, container.own));
  // Held by the head or the end of the function alone: the base has something else altogether there.
  if (fits.some((fit) => fit.shown > 1 && fit.matched === 0)) return null;
  const before = bracesOf("before", container, segments, laid);
  const after = bracesOf("after", container, segments, laid);
  const places = laid.map((one, i) => ({
    ...placedOf(one, pieces[i], pins[i] ?? null, container, found),
    braces: { before: before[i] ?? NO_BRACES.before, after: after[i] ?? NO_BRACES.after },
    stays: staysOf(segments[i], one, container, found),
  }));
  // A short base leaves out most fields of a struct: that says nothing against it.
  const isFunction = !container.name.includes(" ");
  const fit = isFunction ? sumOfFits(fits) : NO_FIT;
  const drops = laid.some(({ from, to, pairs }) => pairs.length < to - from) || places.some(hasOwnBraces);
  return { places, found, fit, drops };
}

function hasOwnBraces({ braces: { before, after } }: Placed): boolean {
  return before.opened + before.closed + after.opened + after.closed > 0;
}

/** Our own instruments stay where they are: behind the shown statement that they stand behind in the base. */
function staysOf(
  segment: Segment | undefined,
  { from, to, pairs }: Laid,
  { file, units, own }: Container,
  found: "before" | "after",
): Stay[] {
  if (segment === undefined || own.size === 0) return [];
  const { lines } = segment.reading[found];
  const shown = segment[found].units;
  const pairOf = new Map(pairs.map((pair) => [pair.base, pair]));
  const codeOf = (unit: Unit): MappedText => {
    const start = file.lineStart(unit.line);
    return mapped(file.text.slice(start, file.lineStart(unit.lastLine + 1)), `base:${file.path}`, start, "base");
  };
  const stays: Stay[] = [];
  let behind = segment.from;
  for (let j = from; j < to; j++) {
    const unit = units[j];
    const pair = pairOf.get(j);
    if (unit === undefined) continue;
    if (pair === undefined) {
      if (own.has(j)) stays.push({ from: behind, to: behind, code: codeOf(unit) });
      continue;
    }
    let last = pair.shown;
    // Nothing goes between a head and what it governs.
    while (["control", "macro", "else", "do"].includes(shown[last]?.kind ?? "") && last + 1 < shown.length) last++;
    behind = (lines[shown[last]?.lastLine ?? 0] ?? 0) + 1;
    const first = lines[shown[pair.shown]?.line ?? 0] ?? 0;
    const end = (lines[shown[pair.shown]?.lastLine ?? 0] ?? 0) + 1;
    const isContext = segment.reading.hunk.lines.slice(first, end).every((line) => line.kind === "context");
    if (own.has(j) && isContext && pair.likened.likeness !== "same")
      stays.push({ from: first, to: end, code: codeOf(unit) });
  }
  return stays;
}

/** A block that one segment opens and a later one closes needs nothing. */
function bracesOf(
  side: "before" | "after",
  container: Container,
  segments: readonly Segment[],
  laid: readonly Laid[],
): { opened: number; closed: number }[] {
  const braces = segments.map(() => ({ opened: 0, closed: 0 }));
  const open: number[] = [];
  for (const [i, segment] of segments.entries()) {
    const one = laid[i];
    if (one === undefined) continue;
    let surplus = netDepth(segment[side].units) - netDepth(container.units.slice(one.from, one.to));
    for (; surplus > 0; surplus--) open.push(i);
    for (; surplus < 0; surplus++) {
      const own = braces[i];
      if (open.pop() === undefined && own !== undefined) own.opened++;
    }
  }
  for (const i of open) {
    const own = braces[i];
    if (own !== undefined) own.closed++;
  }
  return braces;
}

/** A statement of which only a part is shown can stand only where the base has the rest of it. */
function holdsTornEdges(laid: Laid, piece: ShownPiece | undefined): boolean {
  if (piece === undefined) return true;
  const last = piece.units.length - 1;
  const isSame = (index: number): boolean =>
    laid.pairs.some((pair) => pair.shown === index && pair.likened.likeness === "same");
  if (piece.tornStart && piece.units[0]?.cutAtStart === true && !isSame(0)) return false;
  return !(piece.tornEnd && piece.units[last]?.cutAtEnd === true && !isSame(last));
}

function pieceOf(segment: Segment, found: "before" | "after", container: Container, pin: Pin | null): ShownPiece {
  const { units, tornStart, tornEnd } = segment[found];
  const { hunk } = segment.reading;
  const start = found === "before" ? hunk.oldStart : hunk.newStart;
  const first = start === null ? null : start - 1;
  const { file, span } = container;
  // Numbers that lie outside of the function say that this base has other numbers altogether.
  const lineOf = (line: number): number => (first ?? 0) + line;
  const edge = units[0];
  const isNear =
    edge !== undefined && lineOf(edge.line) >= file.lineAt(span.start) && lineOf(edge.line) <= file.lineAt(span.end);
  return {
    units,
    fromHead: segment.item?.fromHead ?? false,
    toEnd: segment.item?.toEnd ?? false,
    tornStart,
    tornEnd,
    pinned: pin,
    oldLine: first !== null && isNear ? (unit) => lineOf(unit.line) : null,
  };
}

/** Lines of the base, and the units that begin there. */
interface Pin {
  readonly from: number;
  readonly to: number;
  readonly span: Span;
}

/** Where the line numbers say that the segment is, if the base has the very lines there that the segment shows. */
function pinOf(segment: Segment, found: "before" | "after", container: Container): Pin | null {
  const { hunk } = segment.reading;
  const stream = segment.reading[found];
  const start = found === "before" ? hunk.oldStart : hunk.newStart;
  if (start === null) return null;
  const firstInStream = stream.lines.findIndex((line) => line >= segment.from);
  const shown = stream.lines.filter((line) => line >= segment.from && line < segment.to);
  const skipped = firstInStream < 0 ? stream.lines.length : firstInStream;
  // Of an empty range, a diff gives the number of the line before it.
  const firstLine = (stream.lines.length === 0 ? start : start - 1) + skipped;
  const { file, span, units } = container;
  if (firstLine <= file.lineAt(span.start) || firstLine + shown.length > file.lineAt(span.end) + 1) return null;
  if (!shown.every((line, i) => hunk.lines[line]?.code.text.trimEnd() === file.lineText(firstLine + i).trimEnd()))
    return null;
  const from = file.lineStart(firstLine);
  const to = file.lineStart(firstLine + shown.length);
  const unitAt = (offset: number): number => {
    const index = units.findIndex((unit) => unit.start >= offset);
    return index < 0 ? units.length : index;
  };
  return { from: unitAt(from), to: unitAt(to), span: { start: from, end: to } };
}

function placedOf(
  laid: Laid,
  piece: ShownPiece | undefined,
  pin: Pin | null,
  container: Container,
  found: "before" | "after",
): Omit<Placed, "braces" | "stays"> {
  const { file, units } = container;
  const rest = {
    file,
    found,
    startsOutside: piece?.fromHead === true && laid.from === 0,
    endsOutside: piece?.toEnd === true && laid.to === units.length,
  };
  const isPinned = laid.pairs.length === 0 && pin !== null && laid.from === pin.from && laid.to === pin.to;
  if (isPinned || laid.to === laid.from) {
    const span = pin?.span ?? {
      start: units[laid.from]?.start ?? container.span.end,
      end: units[laid.from]?.start ?? container.span.end,
    };
    return { ...span, ...rest, byNumber: true };
  }
  return { start: startOf(laid, piece, container), end: endOf(laid, piece, container), ...rest, byNumber: false };
}

/** The start of the first unit's line; inside of it where the shown one is only its rest. */
function startOf(laid: Laid, piece: ShownPiece | undefined, { file, units }: Container): number {
  const unit = units[laid.from];
  const shown = piece?.units[0];
  const isFirst = laid.pairs[0]?.shown === 0 && laid.pairs[0].base === laid.from;
  let start = unit?.start ?? 0;
  if (unit !== undefined && shown !== undefined && isFirst && piece?.tornStart === true && isTornStart(shown, unit)) {
    start = unit.spots[unit.spots.length - shown.spots.length] ?? start;
  }
  const line = file.lineStart(file.lineAt(start));
  return file.text.slice(line, start).trim() === "" ? line : start;
}

/** Behind the last unit's line; behind the last shown token where the shown one is only its beginning. */
function endOf(laid: Laid, piece: ShownPiece | undefined, { file, units }: Container): number {
  const unit = units[laid.to - 1];
  const shown = piece?.units.at(-1);
  const pair = laid.pairs.at(-1);
  const isLast = pair !== undefined && pair.shown === (piece?.units.length ?? 0) - 1 && pair.base === laid.to - 1;
  let end = unit?.end ?? 0;
  if (unit !== undefined && shown !== undefined && isLast && piece?.tornEnd === true && isTornEnd(shown, unit)) {
    end = unit.spots[shown.spots.length - 1] ?? end;
  }
  const next = file.lineStart(file.lineAt(end) + 1);
  return isTrivia(file.text.slice(end, next)) ? next : end;
}

/** The rest of a line without code. */
function isTrivia(rest: string): boolean {
  return /^\s*(\/\/.*|\/\*(?:[^*]|\*(?!\/))*\*\/\s*)?$/.test(rest);
}
