/** Who holds what and waits for whom, when nobody can go on. */
import type { Model } from "../../model/ir";
import { waitOf } from "./interpret";
import { modeOfLock, nameOfLock, shortName } from "./waiting";
import type { World } from "./world";

/** `deadlock: CPU 0 holds A (write) and waits for B (held by CPU 1); CPU 1 holds B and waits for A (...)`. */
export function deadlockMessage(model: Model, world: World, stuck: readonly number[]): string {
  const cycle = cycleAmong(model, world, stuck);
  const others = stuck.filter((thread) => !cycle.includes(thread));
  return `deadlock: ${[...cycle, ...others].map((thread) => whatOf(model, world, thread)).join("; ")}`;
}

function whatOf(model: Model, world: World, thread: number): string {
  const name = shortName(model.threads[thread]?.name ?? `thread ${thread}`);
  const actor = world.threads[thread];
  const held = (actor?.held ?? []).map((one) => nameOfLock(model, one) + modeOfLock(model, one));
  if ((actor?.nesting ?? 0) > 0) held.push("rcu_read_lock()");
  const waits = waitOf(model, world, thread)?.message ?? "waits";
  return held.length === 0 ? `${name} ${waits}` : `${name} holds ${held.join(", ")} and ${waits}`;
}

/** Threads each of which waits for the next, and the last for the first; empty when they wait for something else. */
function cycleAmong(model: Model, world: World, stuck: readonly number[]): readonly number[] {
  const next = new Map(
    stuck.map((thread) => {
      const by = waitOf(model, world, thread)?.by ?? [];
      return [thread, by.find((other) => stuck.includes(other))] as const;
    }),
  );
  for (const first of stuck) {
    const way = [first];
    for (let at = next.get(first); at !== undefined && !way.includes(at); at = next.get(at)) way.push(at);
    if (next.get(way.at(-1) ?? first) === first) return way;
  }
  return [];
}
