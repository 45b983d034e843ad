/** What a search may leave out, in the form in which it asks. */
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
  /**
   * A state in which it is enough that one thread moves need not be stored when there is one way that goes on: what
   * follows can be looked at in its place. `sticky.ts` sees to it that this comes to an end.
   */
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
