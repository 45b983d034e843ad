/** What the explorer wants of a search, whatever runs the transitions. */

/** Why a search came back. */
export const enum Pause {
  /** As many states were expanded as were asked for. */
  Slice,
  /** Nothing is left to expand. */
  Done,
  /** As many states are stored as may be. */
  Full,
  /** No more memory is to be had. */
  NoMemory,
  /** Somebody called `interrupt`. */
  Interrupted,
}

/** Whom a search tells what it comes upon. */
export interface Watcher {
  /** The thread that moves now found something. Told again only while it must be: see `Search.tellAll`. */
  report(finding: number): void;
  note(note: number): void;
  /** In this state no thread can move. */
  stuck(state: number): void;
}

/** The states that are known, in the order in which they were found. */
export interface States {
  readonly count: number;
  wordsOf(state: number): Int32Array;
  /** The state from which it was found first; -1 for the initial one. */
  parentOf(state: number): number;
}

export interface Search extends States {
  /** Bytes that the states take, index and origins included. */
  readonly bytes: number;
  readonly transitions: number;
  /** States that were gone on from: the first so many. */
  readonly expanded: number;
  /** starts[d]: the first state at depth d. */
  readonly starts: readonly number[];
  /** The state in which a thread moves now, and the thread. */
  readonly current: { readonly state: number; readonly thread: number };
  /** Steps that ran, by thread and number of the step in its program. */
  readonly executed: readonly Uint8Array[];
  /** Expands that many states, breadth first; stops before it would store more than `most`. */
  explore(states: number, most: number): Pause;
  /** Makes `explore` come back when the state in hand is done. */
  interrupt(): void;
  /** From now on every finding is reported, not only those that were not reported before. */
  tellAll(): void;
  /**
   * Once more, for a state that is known: calls `before` for each thread, then `after` with each of its successors
   * (-1 for one that is not known). False when no thread could move.
   */
  revisit(state: number, before: (thread: number) => void, after: (successor: number) => void): boolean;
}
