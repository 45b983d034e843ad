/**
 * Takes a hunk apart by what its lines belong to. What stood there before the patch decides: lines added in the middle
 * of a function belong to it, whatever they are.
 */
import type { Hunk, HunkLine } from "../text/document";
import { concat, type MappedText, unmapped } from "../text/mapped";
import { type Item, itemsOf } from "./items";
import { untangled } from "./untangle";
import { type Cut, cutIntoUnits, nameOfSection, type Unit } from "./units";

/** Lines `from` to `to` (exclusive) of a hunk. */
export interface Segment {
  readonly reading: HunkReading;
  readonly from: number;
  readonly to: number;
  /** Null for what lies between functions and was not there before: blank lines, comments, new functions. */
  readonly item: Item | null;
  readonly before: Side;
  readonly after: Side;
}

export interface Side {
  readonly units: readonly Unit[];
  /** The first (last) unit may be torn off because the hunk begins (ends) there. */
  readonly tornStart: boolean;
  readonly tornEnd: boolean;
}

export interface HunkReading {
  readonly hunk: Hunk;
  /** The function or struct that the section behind `@@` names. */
  readonly around: string | null;
  readonly before: Stream;
  readonly after: Stream;
}

/** The lines of a hunk that stand on one side, as one text. */
export interface Stream {
  readonly text: string;
  /** Index in the hunk of each line of the text. */
  readonly lines: readonly number[];
  readonly cut: Cut;
}

/** `isBody`: all lines are known to lie in one function, wherever they stand. */
export function segmentsOf(hunk: Hunk, isBody = false): readonly Segment[] {
  const known = isBody ? undefined : read.get(hunk);
  if (known !== undefined) return known;
  const segments = readSegments(hunk, isBody);
  if (!isBody) read.set(hunk, segments);
  return segments;
}

/** A hunk is laid under many bases; it is taken apart once. */
const read = new WeakMap<Hunk, readonly Segment[]>();

function readSegments(given: Hunk, isBody: boolean): Segment[] {
  const reading = readHunk(given, isBody);
  const { hunk } = reading;
  const ranges = isBody ? [wholeRange(reading)] : rangesOf(reading);
  const segments: Segment[] = [];
  let at = 0;
  const segment = ({ item, from, to }: Range): void => {
    if (from >= to) return;
    const before = sideOf(reading.before, from, to);
    segments.push({ reading, from, to, item, before, after: sideOf(reading.after, from, to) });
  };
  for (const { item, from, to } of ranges) {
    segment({ item: null, from: at, to: from });
    for (const part of splitAtGaps(reading, { item, from: Math.max(at, from), to })) segment(part);
    at = Math.max(at, to);
  }
  segment({ item: null, from: at, to: hunk.lines.length });
  return segments;
}

function readHunk(hunk: Hunk, isBody: boolean): HunkReading {
  const around = hunk.section === null ? null : nameOfSection(hunk.section);
  const before = streamOf(hunk.lines, "removed");
  const after = streamOf(hunk.lines, "added");
  const lines = isBody ? hunk.lines : untangled(hunk.lines, before, after, around);
  if (lines === hunk.lines) return { hunk, around, before, after };
  return { hunk: { ...hunk, lines }, around, before: streamOf(lines, "removed"), after: streamOf(lines, "added") };
}

/** The lines of a segment on one side, each with a line end; other lines are left out, and those that `stays` replaces. */
export function textOf(
  { reading, from, to }: Segment,
  side: "before" | "after",
  stays: readonly { readonly from: number; readonly to: number; readonly code: MappedText }[] = [],
): MappedText {
  const hidden = side === "before" ? "added" : "removed";
  const parts: MappedText[] = [];
  const waiting = [...stays];
  let behind = from;
  const isChange = (i: number): boolean => i >= from && i < to && reading.hunk.lines[i]?.kind !== "context";
  for (let i = from; i <= to; i++) {
    // What stood behind a removed line stands behind what came in its place.
    const isAmidChange = side === "after" && isChange(i - 1) && isChange(i);
    const due = isAmidChange ? 0 : waiting.filter((stay) => stay.from <= i).length;
    for (const stay of waiting.splice(0, due)) {
      parts.push(stay.code);
      behind = Math.max(behind, stay.to);
    }
    const line = i < to ? reading.hunk.lines[i] : undefined;
    if (line !== undefined && i >= behind && line.kind !== hidden) parts.push(line.code, unmapped("\n"));
  }
  return concat(parts);
}

/** A smaller part of a segment. */
export function partOf({ reading, item }: Segment, from: number, to: number): Segment {
  return { reading, from, to, item, before: sideOf(reading.before, from, to), after: sideOf(reading.after, from, to) };
}

/** The hunk begins inside of a comment, and this segment with it. */
export function beginsInComment({ reading, from, to }: Segment, side: "before" | "after"): boolean {
  const { cut, lines } = reading[side];
  const first = lines[0] ?? -1;
  return cut.startsInComment && first >= from && first < to;
}

/** The hunk ends inside of a comment, and this segment with it. */
export function endsInComment({ reading, from, to }: Segment, side: "before" | "after"): boolean {
  const { cut, lines } = reading[side];
  const last = lines.at(-1) ?? -1;
  return cut.endsInComment && last >= from && last < to;
}

/** The lines of a segment on one side, with what a comment needs of which only a part is shown. */
export function closedTextOf(segment: Segment, side: "before" | "after"): MappedText {
  const open = beginsInComment(segment, side) ? [unmapped("/*\n")] : [];
  const close = endsInComment(segment, side) ? [unmapped("*/\n")] : [];
  return concat([...open, textOf(segment, side), ...close]);
}

/** Whether code comes or goes; comments do not count. */
export function isChanged({ reading, before, after }: Segment): boolean {
  const isOf = ({ units }: Side, { lines }: Stream): boolean =>
    units.some((unit) => {
      for (let line = unit.line; line <= unit.lastLine; line++) {
        if (reading.hunk.lines[lines[line] ?? -1]?.kind !== "context") return true;
      }
      return false;
    });
  return isOf(before, reading.before) || isOf(after, reading.after);
}

/** The segment without statements that begin or end outside of the hunk, if they are unchanged. */
export function withoutTornEdges(segment: Segment): Segment {
  const { reading, before } = segment;
  const first = before.units[0];
  const last = before.units[before.units.length - 1];
  const lineOf = (line: number): number => reading.before.lines[line] ?? 0;
  let { from, to } = segment;
  if (last !== undefined && before.tornEnd && last.cutAtEnd) to = Math.max(from, lineOf(last.line));
  if (first !== undefined && before.tornStart && first.cutAtStart) from = Math.min(to, lineOf(first.lastLine) + 1);
  const isContext = (start: number, end: number): boolean =>
    reading.hunk.lines.slice(start, end).every((line) => line.kind === "context");
  if (!isContext(segment.from, from)) from = segment.from;
  if (!isContext(to, segment.to)) to = segment.to;
  if (from === segment.from && to === segment.to) return segment;
  const item = segment.item === null || from === segment.from ? segment.item : { ...segment.item, fromHead: false };
  return { reading, from, to, item, before: sideOf(reading.before, from, to), after: sideOf(reading.after, from, to) };
}

function streamOf(lines: readonly HunkLine[], own: "added" | "removed"): Stream {
  const indices: number[] = [];
  const texts: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.kind !== "context" && line.kind !== own) continue;
    indices.push(i);
    texts.push(line.code.text);
  }
  const text = texts.join("\n");
  return { text, lines: indices, cut: cutIntoUnits(text) };
}

interface Range {
  readonly item: Item | null;
  readonly from: number;
  readonly to: number;
}

function wholeRange({ hunk, before }: HunkReading): Range {
  const last = before.cut.units.length;
  const item: Item = { kind: "body", name: null, first: 0, last, fromHead: false, toEnd: false, isTorn: false };
  return { item, from: 0, to: hunk.lines.length };
}

function rangesOf(reading: HunkReading): Range[] {
  const end = reading.hunk.lines.length;
  const items = itemsOf(reading.before.cut.units, reading.around);
  if (items.length === 0) {
    // Nothing but additions: what is added tells whether they stand inside of a function.
    const [first] = itemsOf(reading.after.cut.units, reading.around);
    if (first === undefined || first.kind !== "body" || first.fromHead) return [];
    return [{ item: { ...first, first: 0, last: 0, toEnd: false }, from: 0, to: end }];
  }
  const { units } = reading.before.cut;
  return items.map((item, i) => {
    const first = reading.before.lines[units[item.first]?.line ?? 0] ?? 0;
    const last = reading.before.lines[units[item.last - 1]?.lastLine ?? 0] ?? end;
    const isOpenAtStart = i === 0 && item.kind === "body" && !item.fromHead;
    const isOpenAtEnd = i === items.length - 1 && item.kind === "body" && !item.toEnd;
    return { item, from: isOpenAtStart ? 0 : first, to: isOpenAtEnd ? end : behindReplacement(reading.hunk, last + 1) };
  });
}

/** Lines added right behind a removed line stand in its place. */
function behindReplacement(hunk: Hunk, from: number): number {
  let to = from;
  if (hunk.lines[from - 1]?.kind === "removed") while (hunk.lines[to]?.kind === "added") to++;
  return to;
}

function sideOf(stream: Stream, from: number, to: number): Side {
  const all = stream.cut.units;
  const first = firstAtLine(stream, from);
  const last = firstAtLine(stream, to);
  return {
    units: all.slice(first, last),
    tornStart: first === 0 && first < last,
    tornEnd: last === all.length && first < last,
  };
}

/** Index of the first unit that begins at or behind the line of the hunk. */
function firstAtLine({ cut: { units }, lines }: Stream, hunkLine: number): number {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[units[middle]?.line ?? 0] ?? 0) < hunkLine) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A `...` among the unchanged lines of a body stands for code that is not shown: what is around it are two pieces. */
function splitAtGaps(reading: HunkReading, range: Range): Range[] {
  const { item, from, to } = range;
  if (item === null || item.kind !== "body") return [range];
  const { cut, lines } = reading.before;
  const gaps = cut.units
    .slice(item.first, item.last)
    .filter((unit) => unit.kind === "gap" && reading.hunk.lines[lines[unit.line] ?? -1]?.kind === "context")
    .map((unit) => lines[unit.line] ?? 0);
  if (gaps.length === 0) return [range];
  const edges = [from - 1, ...gaps, to];
  const count = edges.length - 1;
  return Array.from({ length: count }, (_, i) => ({
    item: { ...item, fromHead: item.fromHead && i === 0, toEnd: item.toEnd && i === count - 1 },
    from: (edges[i] ?? 0) + 1,
    to: edges[i + 1] ?? to,
  }));
}
