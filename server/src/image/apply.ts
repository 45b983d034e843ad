/**
 * Fits hunks into the text of a file as `patch` does: at the line that the header names or the nearest one where the
 * lines agree, then with up to two lines of context less, then whatever the white space.
 */
import type { Hunk } from "../text/document";
import { nameOfSection } from "./units";

/** A file as lines without their ends. */
export interface FileLines {
  readonly lines: readonly string[];
  /** 0-based numbers of the lines with that text, ascending. */
  at(text: string): readonly number[];
}

/** Lines `start` to `end` (exclusive) of the file are those of a hunk, without the context that was not looked at. */
export interface Fitted {
  readonly hunk: Hunk;
  readonly start: number;
  readonly end: number;
  /** Lines of context at the beginning (end) of the hunk that the file does not have. */
  readonly skippedAtStart: number;
  readonly skippedAtEnd: number;
  readonly ignoresSpace: boolean;
  /** By how many lines the header's number was off; null where the header has none. */
  readonly offset: number | null;
}

export interface Application {
  /** `after`: the file is as the patch leaves it. */
  readonly found: "before" | "after";
  readonly hunks: readonly Fitted[];
}

export function linesOf(text: string): FileLines {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const index = new Map<string, number[]>();
  for (const [i, line] of lines.entries()) {
    const key = spaceless(line);
    const list = index.get(key);
    if (list === undefined) index.set(key, [i]);
    else list.push(i);
  }
  return { lines, at: (line) => index.get(spaceless(line)) ?? [] };
}

export const SIDES = ["before", "after"] as const;

/** Null when some hunk fits in neither state, with the number of the first one that does not. */
export function applyHunks(
  file: FileLines,
  hunks: readonly Hunk[],
  sides: readonly ("before" | "after")[] = SIDES,
): Application | { readonly found: null; readonly failed: Hunk } {
  let failed = hunks[0];
  for (const level of LEVELS) {
    for (const found of sides) {
      const result = fitAll(file, hunks, found, level);
      if (Array.isArray(result)) return { found, hunks: result };
      if (found === sides[0]) failed = result.failed;
    }
  }
  return failed === undefined ? { found: sides[0] ?? "before", hunks: [] } : { found: null, failed };
}

interface Level {
  readonly fuzz: number;
  readonly ignoresSpace: boolean;
  /** A hunk with less context on one side than on the other is at that end of the file, says `patch`. */
  readonly anchored: boolean;
}

const LEVELS: readonly Level[] = [
  { fuzz: 0, ignoresSpace: false, anchored: true },
  { fuzz: 1, ignoresSpace: false, anchored: true },
  { fuzz: 2, ignoresSpace: false, anchored: true },
  // What was cut out of a longer hunk by hand has such a side anywhere.
  { fuzz: 0, ignoresSpace: false, anchored: false },
  { fuzz: 0, ignoresSpace: true, anchored: false },
  { fuzz: 2, ignoresSpace: true, anchored: false },
];

function fitAll(
  file: FileLines,
  hunks: readonly Hunk[],
  found: "before" | "after",
  level: Level,
): Fitted[] | { failed: Hunk } {
  const fitted: Fitted[] = [];
  let from = 0;
  let shift = 0;
  for (const hunk of hunks) {
    let fit: Fitted | null = null;
    for (let fuzz = 0; fuzz <= level.fuzz && fit === null; fuzz++) {
      fit = fitOne(file, patternOf(hunk, found, fuzz), from, shift, level);
    }
    if (fit === null) return { failed: hunk };
    fitted.push(fit);
    from = fit.end;
    shift = fit.offset ?? shift;
  }
  return fitted;
}

interface Pattern {
  readonly hunk: Hunk;
  readonly lines: readonly string[];
  readonly skippedAtStart: number;
  readonly skippedAtEnd: number;
  /** It stands at the beginning (end) of the file, since it lacks context there. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** 0-based line that the header names for the first line of the pattern; null without numbers. */
  readonly expected: number | null;
}

function patternOf(hunk: Hunk, found: "before" | "after", fuzz: number): Pattern {
  const hidden = found === "before" ? "added" : "removed";
  const all = hunk.lines;
  let leading = 0;
  while (leading < all.length && all[leading]?.kind === "context") leading++;
  let trailing = 0;
  while (trailing < all.length - leading && all[all.length - 1 - trailing]?.kind === "context") trailing++;
  // As `patch` counts: the longer side gives up its lines first.
  const most = Math.max(leading, trailing);
  const skippedAtStart = Math.max(0, Math.min(leading, fuzz + leading - most));
  const skippedAtEnd = Math.max(0, Math.min(trailing, fuzz + trailing - most));
  const shown = all.slice(skippedAtStart, all.length - skippedAtEnd).filter((line) => line.kind !== hidden);
  const start = found === "before" ? hunk.oldStart : hunk.newStart;
  const isEmpty = all.every((line) => line.kind === hidden);
  const expected = start === null ? null : (isEmpty ? start : start - 1) + skippedAtStart;
  const isFirst = start !== null && fuzz + leading < most;
  const isLast = start !== null && fuzz + trailing < most;
  return { hunk, lines: shown.map((line) => line.code.text), skippedAtStart, skippedAtEnd, isFirst, isLast, expected };
}

/** The nearest place at or behind line `from` where all lines of the pattern are. */
function fitOne(file: FileLines, pattern: Pattern, from: number, shift: number, level: Level): Fitted | null {
  const { ignoresSpace } = level;
  const { hunk, lines, skippedAtStart, skippedAtEnd, expected } = pattern;
  const wanted = expected === null ? lineOfSection(file, hunk, from) : expected + shift;
  const at = (start: number): Fitted => {
    const offset = expected === null ? null : start - expected;
    return { hunk, start, end: start + lines.length, skippedAtStart, skippedAtEnd, ignoresSpace, offset };
  };
  if (lines.length === 0) {
    if (expected === null) return null;
    return wanted >= from && wanted <= file.lines.length ? at(wanted) : null;
  }
  const isAllowed = (start: number): boolean => {
    if (!level.anchored) return true;
    return (!pattern.isFirst || start === 0) && (!pattern.isLast || start + lines.length === file.lines.length);
  };
  const places = candidates(file, lines, from, wanted).filter(isAllowed);
  const first = places.findIndex((place) => matches(file, lines, place, ignoresSpace));
  const start = places[first];
  if (start === undefined) return null;
  // With neither a number nor a name nor a hunk before it, one of several places would be a guess.
  const isUnguided = expected === null && hunk.section === null && from === 0;
  const isGuess = isUnguided && places.slice(first + 1).some((place) => matches(file, lines, place, ignoresSpace));
  return isGuess ? null : at(start);
}

/** More places than this are not tried: a text of one and the same line over and over fits anywhere or nowhere. */
const MOST_CANDIDATES = 1000;

/** Where the rarest line of the pattern stands, the nearest first. */
function candidates(file: FileLines, lines: readonly string[], from: number, wanted: number): number[] {
  let rarest: readonly number[] | null = null;
  let offset = 0;
  for (const [i, line] of lines.entries()) {
    const places = file.at(line);
    if (rarest === null || places.length < rarest.length) [rarest, offset] = [places, i];
    if (places.length === 0) return [];
  }
  const near = nearest(rarest ?? [], wanted + offset).map((line) => line - offset);
  return near.filter((start) => start >= from && start + lines.length <= file.lines.length);
}

/** The numbers of an ascending list that are nearest to the wanted one, in order of their distance. */
function nearest(sorted: readonly number[], wanted: number): number[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  let [below, above] = [low - 1, low];
  while (found.length < MOST_CANDIDATES && (below >= 0 || above < sorted.length)) {
    const [a, b] = [sorted[below], sorted[above]];
    if (b === undefined || (a !== undefined && wanted - a < b - wanted)) {
      if (a !== undefined) found.push(a);
      below--;
    } else {
      found.push(b);
      above++;
    }
  }
  return found;
}

function matches(file: FileLines, lines: readonly string[], start: number, ignoresSpace: boolean): boolean {
  return lines.every((line, i) => {
    const other = file.lines[start + i] ?? "";
    if (line === other) return true;
    // Mailers cut blanks off the ends of lines.
    return ignoresSpace ? spaceless(line) === spaceless(other) : line.trimEnd() === other.trimEnd();
  });
}

function spaceless(line: string): string {
  return line.replaceAll(/\s+/g, "");
}

/** Without numbers: where the function begins that the hunk's header names. */
function lineOfSection(file: FileLines, hunk: Hunk, from: number): number {
  if (hunk.section === null) return from;
  const exact = file.at(hunk.section).find((line) => line >= from);
  if (exact !== undefined) return exact;
  const name = nameOfSection(hunk.section);
  if (name === null) return from;
  const found = file.lines.findIndex((line, i) => i >= from && /^\w/.test(line) && line.includes(name));
  return found < 0 ? from : found;
}
