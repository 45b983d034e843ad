/** What a search may leave out, in the form in which it asks. */
import type { Compiled } from "../machine/compile";
import { PersistentSets } from "./persistent";
import type { Reduction } from "./reductions";
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

/** Threads that are alike. */
export interface Group {
  readonly threads: readonly number[];
  /** What there is of each thread, in parts. Equal tuples of parts: the threads do the same. */
  readonly chunks: readonly Chunk[];
}

export interface Chunk {
  /** Not shifted: the largest value. */
  readonly mask: number;
  /** By member of the group. */
  readonly places: readonly { readonly word: number; readonly shift: number }[];
}

export function plan(compiled: Compiled, which: ReadonlySet<Reduction>): Plan {
  const sets = which.has("persistent") ? new PersistentSets(compiled) : null;
  return {
    suffices: (thread, pc) => sets?.suffices(thread, pc) ?? NEVER,
    order: compiled.threads.map((_, thread) => thread),
    chains: which.has("chains"),
    groups: [],
  };
}
