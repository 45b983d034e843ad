/**
 * What a search may leave out, in the form in which it asks.
 *
 * Chains: where it is enough that one thread moves, and it can move in one way, all that is to be found from the state
 * is found from its only successor, the step in between was run and has told what it found. So the state need not be
 * stored (Holzmann, State compression in SPIN, 1997, and Behrmann, Larsen, Pelánek, To store or not to store, 2003: a
 * state must be stored only where it breaks a cycle). No cycle consists of such states: see `sticky.ts`.
 */
import type { Compiled } from "../machine/compile";
import { PersistentSets } from "./persistent";
import type { Reduction } from "./reductions";
import { groupOf, type Group } from "./symmetry";
export type { Chunk, Group } from "./symmetry";
import { NEVER, type Test } from "./test";

export interface Plan {
  /** In which states it is enough that this thread moves, if it can and some way of it goes on. */
  suffices(thread: number, pc: number): Test;
  /** In which order threads are asked. */
  readonly order: readonly number[];
  /** Whether states with a single way to go on are passed without being stored. */
  readonly chains: boolean;
  /** States are the same when they differ in how the members of a group are numbered. */
  readonly groups: readonly Group[];
}

export function plan(compiled: Compiled, which: ReadonlySet<Reduction>): Plan {
  const sets = which.has("persistent") ? new PersistentSets(compiled) : null;
  return {
    suffices: (thread, pc) => sets?.suffices(thread, pc) ?? NEVER,
    order: compiled.threads.map((_, thread) => thread),
    chains: which.has("chains"),
    groups: which.has("symmetry") ? compiled.alike.map((alike) => groupOf(alike, compiled.layout)) : [],
  };
}
