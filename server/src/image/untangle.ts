/**
 * A diff may thread one new function through two old ones, keeping a brace of the one and the last lines of the other. Such
 * lines belong to no function on both sides, so here the old functions leave whole and the new one comes whole behind them:
 * another diff of the same two texts.
 */
import type { HunkLine } from "../text/document";
import { type Item, itemsOf } from "./items";
import type { Stream } from "./segments";

/** The lines as they are where nothing is threaded so. */
export function untangled(
  lines: readonly HunkLine[],
  before: Stream,
  after: Stream,
  around: string | null,
): readonly HunkLine[] {
  const old = bodiesOf(before, around);
  if (old.length < 2) return lines;
  const regions: Extent[] = [];
  for (const one of bodiesOf(after, around)) {
    if (!one.item.fromHead) continue;
    const touched = old.filter(({ from, to }) => from < one.to && to > one.from);
    const isThreaded = touched.some(
      ({ item, from }) => item.fromHead && from > one.from && lines[from]?.kind === "removed",
    );
    const [first] = touched;
    const last = touched.at(-1);
    if (!isThreaded || first === undefined || last === undefined || first === last) continue;
    regions.push({ from: Math.min(first.from, one.from), to: Math.max(last.to, one.to) });
  }
  return regions.reduceRight((rest, { from, to }) => apart(rest, from, to), lines);
}

/** Lines of the hunk. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

function bodiesOf({ cut: { units }, lines }: Stream, around: string | null): (Extent & { readonly item: Item })[] {
  return itemsOf(units, around)
    .filter(({ kind }) => kind === "body")
    .map((item) => ({
      item,
      from: lines[units[item.first]?.line ?? 0] ?? 0,
      to: (lines[units[item.last - 1]?.lastLine ?? 0] ?? 0) + 1,
    }));
}

function apart(lines: readonly HunkLine[], from: number, to: number): HunkLine[] {
  const amid = lines.slice(from, to);
  const as = (kind: "removed" | "added", other: "removed" | "added"): HunkLine[] =>
    amid.flatMap((line) =>
      line.kind === other ? [] : [{ kind, code: line.code, span: line.span, noNewline: line.noNewline }],
    );
  return [...lines.slice(0, from), ...as("removed", "added"), ...as("added", "removed"), ...lines.slice(to)];
}
