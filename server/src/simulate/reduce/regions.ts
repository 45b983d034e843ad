/**
 * What a thread can still touch before it has to wait for another one, which does not move: everything ahead of it
 * in its program, up to where it wants a lock that the other holds, or waits for the end of the other's section.
 */
import type { CompiledThread } from "../machine/compile";
import type { LockSet } from "../machine/certain";
import { NOTHING, same, union, type Touches } from "./touches";
import type { Model } from "../../model/ir";

/** What keeps a thread from going on. */
export interface Bars {
  /** The other one surely holds these. */
  readonly locks: LockSet;
  /** The other one surely is in a read-side section. */
  readonly reads: boolean;
  /** There is nothing to do for this thread, which is a daemon. */
  readonly idle: boolean;
}

/** By place: what the thread can touch from there on. A place at which it must wait has nothing ahead. */
export function regions(model: Model, thread: CompiledThread, own: readonly Touches[], bars: Bars): readonly Touches[] {
  const touched = own.map((touches, place) => (isBarred(model, thread, place, bars) ? NOTHING : touches));
  const before: number[][] = touched.map(() => []);
  for (const place of touched.keys()) {
    if (isBarred(model, thread, place, bars) || isLastBefore(thread, place, bars)) continue;
    for (const to of thread.next[place] ?? []) before[to]?.push(place);
  }
  const work = [...touched.keys()];
  for (let place = work.pop(); place !== undefined; place = work.pop()) {
    const from = touched[place] ?? NOTHING;
    for (const earlier of before[place] ?? []) {
      const had = touched[earlier] ?? NOTHING;
      const now = union(had, from);
      if (same(now, had)) continue;
      touched[earlier] = now;
      work.push(earlier);
    }
  }
  return touched;
}

function isBarred(model: Model, { program, places }: CompiledThread, place: number, bars: Bars): boolean {
  const at = places.stepOf(place);
  const action = at ? program.steps[at.step]?.action : undefined;
  if (action?.kind === "take" || action?.kind === "drain") return bars.idle;
  if (action?.kind !== "lock" || action.op !== "acquire" || model.locks[action.lock]?.of !== null) return false;
  const bits = (bars.locks >> BigInt(2 * action.lock)) & 3n;
  const exclusive = action.mode === "exclusive" || model.locks[action.lock]?.kind !== "rw";
  return bits === 3n || (bits === 1n && exclusive);
}

/** A synchronize_rcu() that begins now waits for the other one. */
function isLastBefore({ program, places }: CompiledThread, place: number, bars: Bars): boolean {
  const at = places.stepOf(place);
  const action = at && !at.waits ? program.steps[at.step]?.action : undefined;
  return bars.reads && action?.kind === "rcu" && action.op === "synchronize";
}
