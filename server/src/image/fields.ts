/**
 * Merges what a diff does to a struct into the base's struct of that name. A short base has few of the fields and in an
 * order of its own, so what is not shown says nothing: only fields that come and go count.
 */
import type { Container } from "./base";
import { partOf, type Segment } from "./segments";
import { netDepth } from "./align";
import type { Unit } from "./units";
import type { Span } from "../text/mapped";

export interface MergedFields {
  /** Added lines, to stand before the closing brace. */
  readonly added: readonly Segment[];
  /** Where they go. */
  readonly at: number;
  /** Fields of the base that the patch removes. */
  readonly removed: readonly Span[];
}

export function mergeFields({ file, units, span }: Container, segments: readonly Segment[]): MergedFields {
  const known = new Map(units.flatMap((unit) => fieldsOf(unit).map((name) => [name, unit] as const)));
  const brace = units.findLast((unit) => unit.kind === "close");
  const added: Segment[] = [];
  const removed: Span[] = [];
  const kept = new Set(segments.flatMap(({ after }) => after.units.flatMap(fieldsOf)));
  for (const segment of segments) {
    const { lines } = segment.reading.hunk;
    for (let from = segment.from; from < segment.to; from++) {
      if (lines[from]?.kind !== "added") continue;
      let to = from;
      while (to < segment.to && lines[to]?.kind === "added") to++;
      added.push(...newFields(partOf(segment, from, to), known));
      from = to;
    }
    for (const unit of segment.before.units) {
      const line = segment.reading.before.lines[unit.line] ?? -1;
      const own = fieldsOf(unit).map((name) => known.get(name)).find((one) => one !== undefined); // prettier-ignore
      if (own === undefined || lines[line]?.kind !== "removed" || fieldsOf(unit).some((name) => kept.has(name)))
        continue;
      removed.push({ start: file.lineStart(own.line), end: file.lineStart(own.lastLine + 1) });
    }
  }
  return { added, at: file.lineStart(brace?.line ?? file.lineAt(span.end)), removed };
}

/** The whole of a run of added lines where it is balanced and new, else its new fields one by one. */
function newFields(part: Segment, known: ReadonlyMap<string, Unit>): Segment[] {
  const { units } = part.after;
  const isNew = (unit: Unit): boolean => !fieldsOf(unit).some((name) => known.has(name));
  const opens = units[0]?.depth ?? 0;
  if (netDepth(units) === 0 && units.every((unit) => isNew(unit) && unit.depth >= opens)) return [part];
  return units
    .filter((unit) => unit.kind === "simple" && fieldsOf(unit).length > 0 && isNew(unit))
    .map((unit) => {
      const { lines } = part.reading.after;
      return partOf(part, lines[unit.line] ?? 0, (lines[unit.lastLine] ?? 0) + 1);
    });
}

/** The names that a member declares: `int a, *b[2], c:1;`. */
function fieldsOf({ kind, words }: Unit): string[] {
  if (kind !== "simple") return [];
  const names: string[] = [];
  for (const [i, word] of words.entries()) {
    const next = words[i + 1] ?? "";
    if (/^[A-Za-z_]/.test(word) && [";", ",", ":", "["].includes(next)) names.push(word);
  }
  return names;
}
