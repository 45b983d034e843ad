/** Breadth-first search on the interpreter, as plain as can be: what the explorer is compared with. */
import type { Model } from "../../../server/src/model/ir";
import { foundAtEnd } from "../../../server/src/simulate/interpret/final";
import { alternativesOf, move } from "../../../server/src/simulate/interpret/interpret";
import { firstWorld, type World } from "../../../server/src/simulate/interpret/world";

export interface Naive {
  readonly states: number;
  readonly codes: readonly string[];
}

/** Null when there are more states than that. `onWorld` is shown each once. */
export function naive(
  model: Model,
  maxStates: number,
  onWorld: (world: World) => void = () => undefined,
): Naive | null {
  const first = firstWorld(model);
  const seen = new Set([keyOf(first)]);
  const codes = new Set<string>();
  const queue: World[] = [first];
  for (let world = queue.shift(); world; world = queue.shift()) {
    onWorld(world);
    for (const thread of model.threads.keys()) {
      for (const alternative of alternativesOf(model, world, thread)) {
        const moved = move(model, world, { thread, alternative });
        if (typeof moved === "string") throw new Error(`an alternative that is none: ${moved}`);
        for (const { code } of moved.found) codes.add(code);
        if (moved.stopped) continue;
        const key = keyOf(moved.world);
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > maxStates) return null;
        queue.push(moved.world);
      }
    }
    for (const { code } of foundAtEnd(model, world, null)) codes.add(code);
  }
  return { states: seen.size, codes: [...codes].sort() };
}

/** Equal for worlds that differ only in the order in which things were noted. */
function keyOf(world: World): string {
  const threads = world.threads.map((actor) => ({
    ...actor,
    held: actor.held.map(({ lock, object, mode }) => `${lock}/${object}/${mode}`).sort(),
    readers: [...actor.readers].sort((a, b) => a - b),
    flush: Object.entries(actor.flush)
      .map(([key, mark]) => `${key}/${mark}`)
      .sort(),
  }));
  return JSON.stringify({ ...world, threads });
}
