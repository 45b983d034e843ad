/** Which locals of a program can still be read, by place. */
import type { Program, Step } from "../../model/ir";
import type { Places } from "./places";

/** live[place]: locals whose value at that place matters. */
export function liveLocals(program: Program, places: Places): readonly ReadonlySet<number>[] {
  const live = Array.from({ length: places.count }, () => new Set<number>());
  const uses = program.steps.map(localsRead);
  const before: number[][] = Array.from({ length: places.count }, () => []);
  for (let place = 0; place < places.count; place++) {
    for (const next of successors(program, places, place)) before[next]?.push(place);
  }
  const work = Array.from({ length: places.count }, (_, index) => index);
  for (let place = work.pop(); place !== undefined; place = work.pop()) {
    const now = transfer(program, places, place, uses, live);
    const known = live[place];
    if (!known || now.size === known.size) continue;
    for (const local of now) known.add(local);
    work.push(...(before[place] ?? []));
  }
  return live;
}

/** The places that can follow directly; a step that waits is followed by its waiting half as well. */
export function successors(program: Program, places: Places, place: number): readonly number[] {
  const at = places.stepOf(place);
  const step = at ? program.steps[at.step] : undefined;
  if (!at || !step) return [];
  const next = step.next.length === 0 ? [places.ended] : step.next;
  if (at.waits) return next;
  const wait = places.waitOf(at.step);
  return wait === null ? next : [...next, wait];
}

export function localWritten(step: Step): number | null {
  const { action } = step;
  return "into" in action ? action.into : null;
}

function transfer(
  program: Program,
  places: Places,
  place: number,
  uses: readonly ReadonlySet<number>[],
  live: readonly ReadonlySet<number>[],
): ReadonlySet<number> {
  const result = new Set<number>();
  for (const next of successors(program, places, place)) for (const local of live[next] ?? []) result.add(local);
  const at = places.stepOf(place);
  const step = at ? program.steps[at.step] : undefined;
  if (!at || !step || at.waits) return result;
  const into = localWritten(step);
  if (into !== null) result.delete(into);
  for (const local of uses[at.step] ?? []) result.add(local);
  return result;
}

/** Every `{kind: "local"}` within the action. */
function localsRead(step: Step): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("kind" in node && node.kind === "local" && "local" in node && typeof node.local === "number")
      found.add(node.local);
    for (const part of Object.values(node)) visit(part);
  };
  visit(step.action);
  return found;
}
