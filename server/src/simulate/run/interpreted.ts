/** The search in JavaScript, transitions as bytecode: ready at once, which is what most models need. */
import type { Compiled } from "../machine/compile";
import type { Plan } from "../reduce/plan";
import { answer, type Answer } from "../reduce/test";
import { Code } from "./code";
import { Pause, type Search, type Watcher } from "./search";
import { Store } from "./store";

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
  plan: Plan | null = null;
  private readonly answers: Answer[][];
  private readonly movers: readonly Mover[];
  private interrupted = false;

  constructor(
    private readonly compiled: Compiled,
    private readonly watcher: Watcher,
  ) {
    this.store = new Store(compiled.layout.words);
    this.code = new Code(compiled, compiled.layout.words, watcher);
    this.movers = compiled.threads.map((thread, index) => {
      const place = compiled.layout.placeOf(thread.pc) ?? { word: 0, shift: 0, mask: 0 };
      const steps = Int32Array.from(thread.rests, (rest) => thread.places.stepOf(rest)?.step ?? -1);
      const executed = this.code.executed[index] ?? new Uint8Array(0);
      return { thread: index, ...place, moves: this.code.moves[index] ?? [], executed, steps };
    });
    this.answers = compiled.threads.map(() => []);
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

  restart(): void {
    this.store.clear();
    this.starts.splice(0, this.starts.length, 0);
    this.next = 0;
    this.transitions = 0;
    this.begin();
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
      const successors = this.move(state, thread);
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
    const { plan, store, movers } = this;
    let tried = 0;
    let moved = false;
    for (const thread of plan?.order ?? []) {
      if (!this.suffices(thread, state * store.words)) continue;
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

  /** It is enough that this thread moves, if it can. */
  private suffices(thread: number, from: number): boolean {
    const { plan, store } = this;
    if (!plan) return false;
    const pc = this.pcOf(this.movers[thread] as Mover, from);
    const answers = this.answers[thread] as Answer[];
    answers[pc] ??= answer(plan.suffices(thread, pc), this.compiled.layout);
    return answers[pc](store.states, from);
  }

  /** Lets one thread move and stores where that leads. Gives the number of successors, or -1 when it cannot. */
  private take(state: number, thread: number): number {
    const { store } = this;
    const successors = this.move(state, thread);
    if (successors < 0) return successors;
    this.transitions += successors;
    const to = store.place();
    for (let i = 0; i < successors; i++) store.add(to + i * store.words, state);
    return successors;
  }

  /** The successors lie at `place()` then, one behind the other; gives their number, or -1. */
  private move(state: number, thread: number): number {
    const { store } = this;
    const mover = this.movers[thread] as Mover;
    const from = state * store.words;
    const pc = this.pcOf(mover, from);
    let move = mover.moves[pc];
    if (move === undefined) {
      store.room = Math.max(store.room, this.code.make(thread, pc));
      move = mover.moves[pc];
    }
    if (!move) return -1;
    const to = store.place();
    this.current.thread = thread;
    const successors = move(store.states, from, to);
    if (successors >= 0) mover.executed[mover.steps[pc] as number] = 1;
    return successors;
  }

  private pcOf(mover: Mover, from: number): number {
    return ((this.store.states[from + mover.word] as number) >>> mover.shift) & mover.mask;
  }
}
