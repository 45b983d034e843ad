/**
 * What a thread can still touch before it has to wait for another one, which does not move: everything ahead of it
 * in its program, up to where it wants a lock that the other holds, or waits for the end of the other's section.
 */
import type { CompiledThread } from "../machine/compile";
import type { LockSet } from "../machine/certain";
import type { Touches } from "./touches";
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

/** What the thread can touch from a place on. A place at which it must wait has nothing ahead. */
export function regions(
  model: Model,
  thread: CompiledThread,
  own: readonly Touches[],
  bars: Bars,
): (place: number) => Touches {
  const size = own[0]?.length ?? 0;
  const touched = new Int32Array(own.length * size);
  const before: number[][] = own.map(() => []);
  for (const [place, touches] of own.entries()) {
    if (isBarred(model, thread, place, bars)) continue;
    touched.set(touches, place * size);
    if (isLastBefore(thread, place, bars)) continue;
    for (const to of thread.next[place] ?? []) before[to]?.push(place);
  }
  const work = [...own.keys()];
  for (let place = work.pop(); place !== undefined; place = work.pop()) {
    for (const earlier of before[place] ?? []) if (add(touched, place * size, earlier * size, size)) work.push(earlier);
  }
  return (place) => touched.subarray(place * size, (place + 1) * size);
}

/** True when there was something new. */
function add(words: Int32Array, from: number, to: number, size: number): boolean {
  let grew = false;
  for (let word = 0; word < size; word++) {
    const now = (words[to + word] as number) | (words[from + word] as number);
    if (now === words[to + word]) continue;
    words[to + word] = now;
    grew = true;
  }
  return grew;
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
