/** The reductions by name, so that each can be left out by itself: to compare, and to see what it pays. */

export const REDUCTIONS = [
  /** A thread's own affairs run together with the step before them: `machine/rests.ts`. */
  "fusion",
  /** Locals that can no longer be read are kept as 0: `machine/liveness.ts`. */
  "dead-locals",
  /** What locals surely hold at a place is put in, and ways that cannot be gone are left out: `machine/flow.ts`. */
  "constants",
  /** Taking and giving back locks runs together with what is done under them: `sections.ts`. */
  "sections",
  /** In some states it is enough that one thread moves: `persistent.ts`. */
  "persistent",
  /** States in which one thread moves, and in one way, are not stored: `plan.ts`. */
  "chains",
  /** Of states that differ in which of some threads that are alike did what, one is stored: `symmetry.ts`. */
  "symmetry",
] as const;

export type Reduction = (typeof REDUCTIONS)[number];

/** All, none, or those. */
export type Reduce = boolean | ReadonlySet<Reduction>;

const ALL: ReadonlySet<Reduction> = new Set(REDUCTIONS);
const NONE: ReadonlySet<Reduction> = new Set();
/** Under these a path has one transition for each step that others could notice, and no state of others is left out. */
const PLAIN: readonly Reduction[] = ["fusion", "dead-locals", "constants"];

export function reductions(reduce: Reduce): ReadonlySet<Reduction> {
  return typeof reduce === "boolean" ? (reduce ? ALL : NONE) : reduce;
}

/** What is left for a search that must know every state, or find a shortest path. */
export function plainOnes(reduce: Reduce): ReadonlySet<Reduction> {
  const all = reductions(reduce);
  return new Set(PLAIN.filter((one) => all.has(one)));
}
