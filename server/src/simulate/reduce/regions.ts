/**
 * What a thread can still touch before it has to wait for another one: everything ahead of it in its program, up to
 * where it takes a lock that the other holds.
 */
import type { Model, Program } from "../../model/ir";
import type { LockSet } from "../machine/certain";
import { successors } from "../machine/liveness";
import type { Places } from "../machine/places";
import type { Toucher, Touches } from "./touches";

/** touched[place]: what the thread can touch from there on while somebody else holds those locks. */
export function regions(
  model: Model,
  program: Program,
  places: Places,
  own: readonly Touches[],
  toucher: Toucher,
  held: LockSet,
): readonly Touches[] {
  const touched = own.map(({ reads, writes }) => ({ reads: reads.slice(), writes: writes.slice() }));
  const before: number[][] = touched.map(() => []);
  for (const place of touched.keys()) {
    if (isBarred(model, program, places, place, held)) continue;
    for (const next of successors(program, places, place)) before[next]?.push(place);
  }
  const work = [...touched.keys()];
  for (let place = work.pop(); place !== undefined; place = work.pop()) {
    const from = touched[place] ?? toucher.none();
    for (const earlier of before[place] ?? []) {
      const to = touched[earlier];
      if (!to) continue;
      const moreReads = merge(from.reads, to.reads);
      const moreWrites = merge(from.writes, to.writes);
      if (moreReads || moreWrites) work.push(earlier);
    }
  }
  return touched;
}

function isBarred(model: Model, program: Program, places: Places, place: number, held: LockSet): boolean {
  const at = places.stepOf(place);
  const action = at ? program.steps[at.step]?.action : undefined;
  if (action?.kind !== "lock" || action.op !== "acquire") return false;
  const bits = (held >> BigInt(2 * action.lock)) & 3n;
  const exclusive = action.mode === "exclusive" || model.locks[action.lock]?.kind !== "rw";
  return bits === 3n || (bits === 1n && exclusive);
}

/** True when `to` grew. */
function merge(from: Int32Array, to: Int32Array): boolean {
  let grew = false;
  for (const [word, bits] of from.entries()) {
    const now = (to[word] ?? 0) | bits;
    if (now === to[word]) continue;
    to[word] = now;
    grew = true;
  }
  return grew;
}
