/** Which functions of an image hold added or removed code. */
import { type MappedText, type Origin, type Segment, segmentAt } from "../text/mapped";
import type { ChangedFunction } from "./image";
import { itemsOf } from "./items";
import { cutIntoUnits } from "./units";

/** `isActive` tells of an offset of the base whether the function there is compiled; others are in no image. */
export function changedFunctions(
  before: MappedText | null,
  after: MappedText | null,
  isActive: (baseOffset: number) => boolean = () => true,
): ChangedFunction[] {
  const old = functionsOf(before, "removed", isActive);
  const now = functionsOf(after, "added", isActive);
  const names = new Set([...old, ...now].filter(([, isChanged]) => isChanged).map(([name]) => name));
  return [...names].map((name) => ({ name, before: old.has(name), after: now.has(name) }));
}

/** Name -> whether it holds code of that origin. */
function functionsOf(
  code: MappedText | null,
  origin: Origin,
  isActive: (baseOffset: number) => boolean,
): Map<string, boolean> {
  const functions = new Map<string, boolean>();
  if (code === null) return functions;
  const changes = code.segments.filter((segment) => segment.origin === origin);
  const { units } = cutIntoUnits(code.text);
  let next = 0;
  for (const item of itemsOf(units, null)) {
    if (item.kind !== "body" || item.name === null || item.name.includes(" ")) continue;
    const start = units[item.first]?.start ?? 0;
    const from = segmentAt(code, start);
    if (from?.origin === "base" && !isActive(from.sourceStart + start - from.start)) continue;
    let isChanged = functions.get(item.name) ?? false;
    for (const { spots } of units.slice(item.first, item.last)) {
      for (let i = 0; i < spots.length && next < changes.length; i += 2) {
        while (endOf(changes[next]) <= (spots[i] ?? 0)) next++;
        if ((changes[next]?.start ?? Infinity) < (spots[i + 1] ?? 0)) isChanged = true;
      }
    }
    functions.set(item.name, isChanged);
  }
  return functions;
}

function endOf(segment: Segment | undefined): number {
  return segment === undefined ? Infinity : segment.start + segment.length;
}
