/** Fills the `...` of a new function from a function of the same name that the library has. */
import type { CFile } from "../c/syntax";
import type { FileDiff, Hunk, HunkLine } from "../text/document";
import { concat, type MappedText, slice, unmapped } from "../text/mapped";
import { BaseIndex } from "./base";
import { sumOfFits } from "./fit";
import type { ImageAssumption } from "./image";
import { itemsOf } from "./items";
import { layPatch } from "./lay";
import { renderLaid } from "./render";
import { addedLines, asKind, hunkOf } from "./snippets";
import { cutIntoUnits } from "./units";

export interface Filled {
  readonly lines: readonly HunkLine[];
  readonly assumption: ImageAssumption;
}

/** The diff with the gaps of its new functions filled, where that is possible. */
export function withFilledGaps(diff: FileDiff, library: readonly CFile[], assumptions: ImageAssumption[]): FileDiff {
  if (!diff.hunks.some(hasAddedGap)) return diff;
  return {
    ...diff,
    hunks: diff.hunks.map((hunk) => (hasAddedGap(hunk) ? filledHunk(hunk, library, assumptions) : hunk)),
  };
}

function hasAddedGap(hunk: Hunk): boolean {
  return hunk.lines.some((line) => line.kind === "added" && /^\s*(\.\.\.|…|\/\*\s*(\.\.\.|…))/.test(line.code.text));
}

function filledHunk(hunk: Hunk, library: readonly CFile[], assumptions: ImageAssumption[]): Hunk {
  const text = hunk.lines.map((line) => (line.kind === "removed" ? "" : line.code.text)).join("\n");
  const { units } = cutIntoUnits(text);
  const lines: HunkLine[] = [];
  let at = 0;
  for (const item of itemsOf(units, null)) {
    if (item.kind !== "body" || item.name === null || !item.fromHead || !item.toEnd) continue;
    const from = units[item.first]?.line ?? 0;
    const to = (units[item.last - 1]?.lastLine ?? from) + 1;
    const own = hunk.lines.slice(from, to);
    if (!own.every((line) => line.kind === "added")) continue;
    const filled = filledFunction(item.name, own, library);
    if (filled === null) continue;
    lines.push(...hunk.lines.slice(at, from), ...filled.lines);
    assumptions.push(filled.assumption);
    at = to;
  }
  return hunkWith(hunk, [...lines, ...hunk.lines.slice(at)]);
}

function hunkWith(hunk: Hunk, lines: readonly HunkLine[]): Hunk {
  const { oldStart, newStart, headerSpan, section, span } = hunk;
  return { oldStart, newStart, headerSpan, section, span, lines };
}

/** Null where there is no gap, or nothing that what is shown of the function agrees with. */
export function filledFunction(name: string, lines: readonly HunkLine[], library: readonly CFile[]): Filled | null {
  const text = concat(lines.flatMap((line) => [line.code, unmapped("\n")]));
  const gap = cutIntoUnits(text.text).units.find((unit) => unit.kind === "gap");
  if (gap === undefined) return null;
  let best: { code: MappedText; contradicted: number; path: string } | null = null;
  for (const file of library) {
    if (!file.functions.some((definition) => definition.name === name)) continue;
    const found = filledFrom(name, lines, file);
    if (found !== null && found.contradicted < (best?.contradicted ?? Infinity)) best = { ...found, path: file.path };
  }
  if (best === null) return null;
  const shown = `What ${name}() hides behind \`...\` is taken from the function of that name in the base (${best.path}).`;
  const span = lines[gap.line]?.span ?? lines[0]?.span ?? null;
  return {
    lines: addedLines(best.code, hunkOf(lines).span),
    assumption: { kind: "gap-from-base", text: shown, span, function: name },
  };
}

function filledFrom(
  name: string,
  lines: readonly HunkLine[],
  file: CFile,
): { code: MappedText; contradicted: number } | null {
  const hunk = hunkOf(asKind(lines, "context"));
  const diff = {
    oldPath: null,
    newPath: null,
    oldBlob: null,
    newBlob: null,
    span: hunk.span,
    hunks: [hunk],
    hasText: true,
    changes: [],
  };
  const [laid] = layPatch([diff], new BaseIndex([file])).files;
  if (laid === undefined) return null;
  const fit = sumOfFits(laid.fits);
  if (fit.contradicted * 2 > fit.shown) return null;
  const { after } = renderLaid(laid);
  const { units } = cutIntoUnits(after.text);
  const item = itemsOf(units, null).find(
    (one) =>
      one.name === name && one.kind === "body" && one.fromHead && holdsShown(after, units[one.first]?.start ?? 0),
  );
  const start = units[item?.first ?? -1]?.start;
  const end = units[(item?.last ?? 0) - 1]?.end;
  if (start === undefined || end === undefined) return null;
  return { code: slice(after, start, end), contradicted: fit.contradicted };
}

/** The base's file may have the function several times, in branches that are not compiled. */
function holdsShown(text: MappedText, start: number): boolean {
  return text.segments.some(
    (segment) => segment.start <= start && segment.start + segment.length > start && segment.origin !== "base",
  );
}
