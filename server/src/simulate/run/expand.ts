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
  private readonly pcs: Int32Array;

  constructor(
    compiled: Compiled,
    private readonly store: Store,
    private readonly code: Code,
  ) {
    this.pcs = new Int32Array(compiled.threads.length);
    this.movers = compiled.threads.map((thread, index) => {
      const place = compiled.layout.placeOf(thread.pc) ?? { word: 0, shift: 0, mask: 0 };
      const steps = Int32Array.from(thread.rests, (rest) => thread.places.stepOf(rest)?.step ?? -1);
      const executed = code.executed[index] ?? new Uint8Array(0);
      return { thread: index, ...place, moves: code.moves[index] ?? [], executed, steps };
    });
  }

  /** The value of each thread's pc. Overwritten by the next call. */
  pcsOf(state: number): Int32Array {
    const from = state * this.store.words;
    for (const mover of this.movers) this.pcs[mover.thread] = this.pcOf(mover, from);
    return this.pcs;
  }

  /**
   * Calls `before` for each thread that has not ended, and `after` when it could move: its successors lie at `to`,
   * one behind the other. False when no thread could move.
   */
  expand(state: number, before: Before, after: After): boolean {
    let moved = false;
    for (let thread = 0; thread < this.movers.length; thread++) {
      if (this.move(state, thread, before, after)) moved = true;
    }
    return moved;
  }

  /**
   * Bit t: thread t has ended or cannot move now. Only threads of which `mayBlock` says that they may have to wait are
   * tried; what one of them would do is not kept.
   */
  blocked(state: number, mayBlock: (thread: number, pc: number) => boolean, before: Before): number {
    let blocked = 0;
    for (let thread = 0; thread < this.movers.length; thread++) {
      const mover = this.movers[thread] as Mover;
      const pc = this.pcs[thread] as number;
      if (mover.moves[pc] === null) blocked |= 1 << thread;
      else if (mayBlock(thread, pc) && !this.move(state, thread, before, nothing)) blocked |= 1 << thread;
    }
    return blocked;
  }

  /** The same for one thread. */
  move(state: number, thread: number, before: Before, after: After): boolean {
    const { store } = this;
    const mover = this.movers[thread] as Mover;
    const from = state * store.words;
    const pc = this.pcOf(mover, from);
    let move = mover.moves[pc];
    if (move === undefined) {
      store.room = Math.max(store.room, this.code.make(thread, pc));
      move = mover.moves[pc];
    }
    if (!move) return false;
    const to = store.place();
    before(thread);
    const successors = move(store.states, from, to);
    if (successors < 0) return false;
    mover.executed[mover.steps[pc] as number] = 1;
    after(successors, to);
    return true;
  }

  private pcOf(mover: Mover, from: number): number {
    return ((this.store.states[from + mover.word] as number) >>> mover.shift) & mover.mask;
  }
}

const nothing: After = () => undefined;

type Before = (thread: number) => void;
type After = (successors: number, to: number) => void;
