/** What stands outside of functions: where it goes, and what it replaces. */
import type { Span } from "../text/mapped";
import { layPieces, netDepth } from "./align";
import type { BaseFile } from "./base";
import { type Braces, NO_BRACES, type Placed } from "./containers";
import { fitOf, NO_FIT } from "./fit";
import type { Fit } from "./image";
import type { Segment } from "./segments";
import type { Unit } from "./units";

/** A place outside of functions. */
export function outside(file: BaseFile, start: number, end: number): Placed {
  return {
    file,
    start,
    end,
    found: "before",
    startsOutside: true,
    endsOutside: true,
    byNumber: false,
    braces: NO_BRACES,
    stays: [],
  };
}

/** A new function that breaks off with the hunk still has to end. */
export function unclosed(units: readonly Unit[]): Braces {
  return { opened: 0, closed: Math.max(0, netDepth(units)) };
}

/** A unit of the after side that the patch brings. */
export function isAdded({ reading }: Segment, unit: Unit): boolean {
  return reading.hunk.lines[reading.after.lines[unit.line] ?? -1]?.kind === "added";
}

/** Nothing but comments and blanks lies between the two places. */
export function isNextTo(placed: Placed, end: number): boolean {
  if (placed.start < end) return false;
  const { file } = placed;
  for (let line = file.lineAt(end); file.lineStart(line) < placed.start; line++) {
    if (file.lineStart(line) >= end && file.codeLines.has(line)) return false;
  }
  return (
    file.text.slice(end, Math.min(placed.start, file.lineStart(file.lineAt(end) + 1))).trim() === "" ||
    file.lineStart(file.lineAt(end)) === end
  );
}

/** Where the numbers put something that stands between functions, if the base has the shown lines just there. */
export function lineByNumber(segment: Segment, file: BaseFile): Span | null {
  const { hunk, before } = segment.reading;
  if (hunk.oldStart === null) return null;
  const skipped = before.lines.filter((line) => line < segment.from).length;
  const shown = before.lines.slice(skipped).filter((line) => line < segment.to);
  const first = (before.lines.length === 0 ? hunk.oldStart : hunk.oldStart - 1) + skipped;
  if (first + shown.length > file.lineStarts.length) return null;
  const fits = shown.every((line, i) => hunk.lines[line]?.code.text.trimEnd() === file.lineText(first + i).trimEnd());
  return fits ? { start: file.lineStart(first), end: file.lineStart(first + shown.length) } : null;
}

/** The last part is the same: the base's files carry the kernel's names, but no folders. */
export function samePath(a: string, b: string | null): boolean {
  return b !== null && a.slice(a.lastIndexOf("/") + 1) === b.slice(b.lastIndexOf("/") + 1);
}

/** What a patch brings as new stands in the base already: a contradiction, unless it is the same. */
export function fitOfReplaced(name: string, shown: readonly Unit[], base: readonly Unit[]): Fit {
  const piece = {
    units: shown,
    fromHead: true,
    toEnd: true,
    tornStart: false,
    tornEnd: false,
    pinned: null,
    oldLine: null,
  };
  const [laid] = layPieces([piece], base) ?? [];
  if (laid !== undefined && fitOf(shown, base, laid).contradicted === 0) return NO_FIT;
  return { ...NO_FIT, contradicted: 1, contradictions: [`new in the patch, but the base has another: ${name}`] };
}
