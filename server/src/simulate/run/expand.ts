/** The moves of all threads in one state. */
import type { Compiled } from "../machine/compile";
import type { Code } from "./code";
import type { Store } from "./store";

interface Mover {
  readonly thread: number;
  /** Where the thread's pc lies. */
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly moves: Code["moves"][number];
  readonly executed: Uint8Array;
  /** Step of each value of pc. */
  readonly steps: Int32Array;
}

export class Expander {
  private readonly movers: readonly Mover[];

  constructor(
    compiled: Compiled,
    private readonly store: Store,
    private readonly code: Code,
  ) {
    this.movers = compiled.threads.map((thread, index) => {
      const place = compiled.layout.placeOf(thread.pc) ?? { word: 0, shift: 0, mask: 0 };
      const steps = Int32Array.from(thread.rests, (rest) => thread.places.stepOf(rest)?.step ?? -1);
      const executed = code.executed[index] ?? new Uint8Array(0);
      return { thread: index, ...place, moves: code.moves[index] ?? [], executed, steps };
    });
  }

  /**
   * Calls `before` for each thread that has not ended, and `after` when it could move: its successors lie at `to`,
   * one behind the other. False when no thread could move.
   */
  expand(
    state: number,
    before: (thread: number) => void,
    after: (successors: number, to: number, thread: number) => void,
  ): boolean {
    const { store } = this;
    const from = state * store.words;
    let moved = false;
    for (const mover of this.movers) {
      const pc = ((store.states[from + mover.word] as number) >>> mover.shift) & mover.mask;
      let move = mover.moves[pc];
      if (move === undefined) {
        store.room = Math.max(store.room, this.code.make(mover.thread, pc));
        move = mover.moves[pc];
      }
      if (!move) continue;
      const to = store.place();
      before(mover.thread);
      const successors = move(store.states, from, to);
      if (successors < 0) continue;
      moved = true;
      mover.executed[mover.steps[pc] as number] = 1;
      after(successors, to, mover.thread);
    }
    return moved;
  }
}
