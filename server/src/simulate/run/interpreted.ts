/** The search in JavaScript, transitions as bytecode: ready at once, which is what most models need. */
import type { Compiled } from "../machine/compile";
import type { Plan } from "../reduce/plan";
import { Code } from "./code";
import { Pause, type Search, type Watcher } from "./search";
import { Store } from "./store";
import { Thinning } from "./thin";

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

export class InterpretedSearch implements Search {
  readonly store: Store;
  readonly code: Code;
  readonly starts: number[] = [0];
  readonly current = { state: 0, thread: -1 };
  transitions = 0;
  /** The next state to expand. */
  next = 0;
  /** Null: every thread moves in every state. */
  private readonly thinning: Thinning | null;
  private readonly movers: readonly Mover[];
  private interrupted = false;

  constructor(
    private readonly compiled: Compiled,
    private readonly watcher: Watcher,
    plan: Plan | null = null,
  ) {
    this.thinning = plan && new Thinning(compiled, plan);
    this.store = new Store(compiled.layout.words);
    this.code = new Code(compiled, compiled.layout.words, watcher);
    this.movers = compiled.threads.map((thread, index) => {
      const place = compiled.layout.placeOf(thread.pc) ?? { word: 0, shift: 0, mask: 0 };
      const steps = Int32Array.from(thread.rests, (rest) => thread.places.stepOf(rest)?.step ?? -1);
      const executed = this.code.executed[index] ?? new Uint8Array(0);
      return { thread: index, ...place, moves: this.code.moves[index] ?? [], executed, steps };
    });
    this.begin();
  }

  get count(): number {
    return this.store.count;
  }

  get expanded(): number {
    return this.next;
  }

  get bytes(): number {
    return this.store.bytes;
  }

  get executed(): readonly Uint8Array[] {
    return this.code.executed;
  }

  wordsOf(state: number): Int32Array {
    return this.store.wordsOf(state);
  }

  parentOf(state: number): number {
    return this.store.parentOf(state);
  }

  interrupt(): void {
    this.interrupted = true;
  }

  /** Nothing is kept back here. */
  tellAll(): void {}

  explore(states: number, most: number): Pause {
    const { store } = this;
    for (let left = states; left > 0; left--) {
      const state = this.next;
      if (state >= store.count) return Pause.Done;
      if (store.count >= most) return Pause.Full;
      this.next++;
      if (state === this.starts.at(-1)) this.starts.push(store.count);
      this.current.state = state;
      if (!this.expand(state)) {
        this.current.thread = -1;
        this.watcher.stuck(state);
      }
      if (!this.interrupted) continue;
      this.interrupted = false;
      return Pause.Interrupted;
    }
    return Pause.Slice;
  }

  revisit(state: number, before: (thread: number) => void, after: (successor: number) => void): boolean {
    const { store } = this;
    let moved = false;
    this.current.state = state;
    for (let thread = 0; thread < this.movers.length; thread++) {
      before(thread);
      const to = store.place();
      const successors = this.move(thread, state * store.words, to);
      if (successors < 0) continue;
      moved = true;
      for (let i = 0; i < successors; i++) after(store.find(to + i * store.words));
    }
    this.current.thread = -1;
    return moved;
  }

  private begin(): void {
    const place = this.store.place();
    this.store.states.set(this.compiled.layout.initial, place);
    this.store.add(place, -1);
  }

  /** False when no thread could move. */
  private expand(state: number): boolean {
    const { thinning, store, movers } = this;
    const from = state * store.words;
    let tried = 0;
    let moved = false;
    for (const thread of thinning?.order ?? []) {
      if (thinning?.suffices(thread, this.pcOf(thread, from), store.states, from) !== true) continue;
      tried |= 1 << thread;
      const successors = this.take(state, thread);
      if (successors > 0) return true;
      if (successors === 0) moved = true;
    }
    for (let thread = 0; thread < movers.length; thread++) {
      if (((tried >> thread) & 1) === 0 && this.take(state, thread) >= 0) moved = true;
    }
    return moved;
  }

  /** Lets one thread move and stores where that leads. The number of successors, or -1 when it cannot. */
  private take(state: number, thread: number): number {
    const { store } = this;
    const to = store.place();
    const successors = this.move(thread, state * store.words, to);
    this.transitions += Math.max(successors, 0);
    for (let i = 0; i < successors; i++) {
      const at = to + i * store.words;
      if (this.thinning) this.settle(this.thinning, at);
      store.add(at, state);
    }
    return successors;
  }

  /** Goes on from a successor as long as there is one way only, in place. */
  private settle(thinning: Thinning, at: number): void {
    const { store } = this;
    for (let left = thinning.links; left > 0; left--) if (!this.link(thinning, at)) break;
    thinning.canonicalise(store.states, at);
  }

  /** True when one step was gone. */
  private link(thinning: Thinning, at: number): boolean {
    const { store } = this;
    // Behind all that the state in hand may still lead to.
    const to = store.place() + store.room * store.words;
    for (const thread of thinning.order) {
      if (!thinning.suffices(thread, this.pcOf(thread, at), store.states, at)) continue;
      const successors = this.move(thread, at, to);
      if (successors === -1) continue;
      if (successors !== 1) return false;
      this.transitions++;
      store.states.copyWithin(at, to, to + store.words);
      return true;
    }
    return false;
  }

  /** The successors lie at `to` then, one behind the other; gives their number, or -1. */
  private move(thread: number, from: number, to: number): number {
    const { store } = this;
    const mover = this.movers[thread] as Mover;
    const pc = this.pcOf(thread, from);
    let move = mover.moves[pc];
    if (move === undefined) {
      store.needRoom(this.code.make(thread, pc));
      move = mover.moves[pc];
    }
    if (!move) return -1;
    this.current.thread = thread;
    const successors = move(store.states, from, to);
    if (successors >= 0) mover.executed[mover.steps[pc] as number] = 1;
    return successors;
  }

  private pcOf(thread: number, from: number): number {
    const { word, shift, mask } = this.movers[thread] as Mover;
    return ((this.store.states[from + word] as number) >>> shift) & mask;
  }
}
