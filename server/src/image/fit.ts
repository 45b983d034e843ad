/** Counts how what a diff shows agrees with the base that it was laid over. */
import type { Laid } from "./align";
import type { Fit } from "./image";
import { isCounted } from "./likeness";
import type { Unit } from "./units";

export const NO_FIT: Fit = { shown: 0, matched: 0, varied: 0, contradicted: 0, contradictions: [] };

/** `own` are indices of units of the base that stand for something: nothing shown contradicts them. */
export function fitOf(
  shown: readonly Unit[],
  base: readonly Unit[],
  laid: Laid,
  own: ReadonlySet<number> = new Set(),
): Fit {
  const contradictions: string[] = [];
  let matched = 0;
  let varied = 0;
  const pairedShown = new Map(laid.pairs.map((pair) => [pair.shown, pair]));
  for (const [i, unit] of shown.entries()) {
    const pair = pairedShown.get(i);
    const likeness = pair !== undefined && own.has(pair.base) ? "same" : (pair?.likened.likeness ?? "none");
    if (likeness === "worded") varied++;
    if (!isCounted(unit)) continue;
    if (likeness === "same" || likeness === "worded") matched++;
    else if (likeness === "none") contradictions.push(`shown, but not in the base: ${oneLine(unit)}`);
    else contradictions.push(`shown: ${oneLine(unit)}; in the base: ${oneLine(base[pair?.base ?? -1])}`);
  }
  const pairedBase = new Set(laid.pairs.map((pair) => pair.base));
  for (let j = laid.from; j < laid.to; j++) {
    const unit = base[j];
    if (unit !== undefined && isCounted(unit) && !pairedBase.has(j) && !own.has(j)) {
      contradictions.push(`in the base amid what is shown, but not shown: ${oneLine(unit)}`);
    }
  }
  const count = shown.filter(isCounted).length;
  return { shown: count, matched, varied, contradicted: contradictions.length, contradictions };
}

export function sumOfFits(fits: readonly Fit[]): Fit {
  const sum = (pick: (fit: Fit) => number): number => fits.reduce((total, fit) => total + pick(fit), 0);
  return {
    shown: sum((fit) => fit.shown),
    matched: sum((fit) => fit.matched),
    varied: sum((fit) => fit.varied),
    contradicted: sum((fit) => fit.contradicted),
    contradictions: fits.flatMap((fit) => fit.contradictions),
  };
}

/** As it is written, but on one line and without comments. */
function oneLine(unit: Unit | undefined): string {
  if (unit === undefined) return "";
  const { words, spots } = unit;
  const isBehindSpace = (i: number): boolean => i > 0 && (spots[2 * i] ?? 0) > (spots[2 * i - 1] ?? Infinity);
  const text =
    unit.kind === "directive" ? unit.key : words.map((word, i) => (isBehindSpace(i) ? ` ${word}` : word)).join("");
  const line = text.replaceAll(/\s+/g, " ").replace(/;$/, "");
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}
