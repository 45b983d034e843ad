/**
 * Breadth-first search through all interleavings, in slices.
 *
 * The first time a finding shows is on a shortest path: one with the fewest transitions. When all states are known
 * a second pass over them (see `switches.ts`) chooses among the shortest paths one with the fewest context switches.
 */
import type { Model } from "../../model/ir";
import type { ExploreOptions, Run } from "../explore";
import { compile, type Compiled } from "../machine/compile";
import { traceOf } from "../interpret/trace";
import { PersistentSets } from "../reduce/persistent";
import type { Exploration, Violation } from "../result";
import { Code } from "./code";
import { Deadlocks } from "./deadlock";
import { Expander } from "./expand";
import { collectFacts, type FactCollector } from "./facts";
import type { Listener } from "./javascript";
import { decisionsOf, stepsToState, type Move } from "./path";
import { Store } from "./store";
import { SwitchPass } from "./switches";

/** States that are expanded between two looks at the clock. */
const STATES_PER_LOOK = 256;

/** Where a finding was made first. */
export interface Sighting {
  readonly finding: number;
  /** The state in which the thread moved, or in which nothing could move. */
  state: number;
  /** -1 when no step made it. */
  thread: number;
  /** Moves that lead to the state, once the second pass has chosen them. */
  path: readonly Move[] | null;
}

export interface Space {
  readonly compiled: Compiled;
  readonly store: Store;
  readonly expander: Expander;
  /** starts[d]: the first state at depth d. */
  readonly starts: readonly number[];
}

/** For tests. */
export interface Tuning {
  /** Calls of a transition before code is generated for it; Infinity: never, as where a Content-Security-Policy forbids it. */
  readonly generateAfter: number;
  /** States from which on persistent sets are used. */
  readonly persistentFrom: number;
  /** False: keep what persistent sets found, by whatever ways. */
  readonly shortest: boolean;
}

/** To generate code and warm it up takes as long as to interpret it a few thousand times. */
export const DEFAULT_TUNING: Tuning = { generateAfter: 2000, persistentFrom: 1500, shortest: true };

type Phase = "exploring" | "switches" | "facts" | "done";

export class Explorer implements Run {
  private readonly compiled: Compiled;
  private readonly store: Store;
  private readonly code: Code;
  private readonly sightings = new Map<string, Sighting>();
  private readonly notes = new Set<number>();
  private readonly expander: Expander;
  private readonly starts: number[] = [0];
  private readonly deadlocks: Deadlocks;
  private readonly facts: FactCollector | null;
  private passOfSwitches: SwitchPass | null = null;
  /** Undefined: not decided yet; null: not used. */
  private sets: PersistentSets | null | undefined;
  private phase: Phase = "exploring";
  /** The next state to expand. */
  private next = 0;
  private transitions = 0;
  private stoppedAtBound = false;
  private current = { state: 0, thread: -1 };
  private onReport: (finding: number) => void = (finding) => this.sight(finding);

  constructor(
    private readonly model: Model,
    private readonly options: ExploreOptions,
    private readonly tuning: Tuning = DEFAULT_TUNING,
  ) {
    this.compiled = compile(model, options);
    const { layout } = this.compiled;
    const listener: Listener = {
      report: (finding) => this.onReport(finding),
      note: (note) => this.notes.add(note),
    };
    this.code = new Code(this.compiled, listener, tuning.generateAfter);
    this.store = new Store(layout.words);
    this.expander = new Expander(this.compiled, this.store, this.code);
    this.deadlocks = new Deadlocks(this.compiled);
    this.facts = options.facts ? collectFacts(this.compiled, this.store) : null;
    this.begin();
  }

  get states(): number {
    return this.store.count;
  }

  /** Bytes that the states take, index and origins included. */
  get bytes(): number {
    return this.store.bytes;
  }

  advance(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    while (this.phase !== "done") {
      this.slice();
      if (performance.now() >= until) break;
    }
    return this.phase === "done";
  }

  result(): Exploration {
    const notes = [...this.notes].sort((a, b) => a - b).flatMap((note) => this.compiled.machine.notes[note] ?? []);
    const bounds = notes.flatMap((note) => (note.kind === "bound" ? [{ what: note.what, limit: note.limit }] : []));
    if (this.stoppedAtBound) bounds.push({ what: "states", limit: this.options.maxStates });
    const cut = this.stoppedAtBound || notes.some((note) => note.kind === "bound" && note.cuts);
    const unknowns = notes.flatMap((note) =>
      note.kind === "unknown" ? [{ program: note.program, step: note.step }] : [],
    );
    return {
      states: this.store.count,
      transitions: this.transitions,
      complete: this.phase === "done" && this.next >= this.store.count && !cut,
      bounds: distinct(bounds),
      unknowns: distinct(unknowns),
      violations: [...this.sightings.values()].map((sighting) => this.violation(sighting)),
      executed: this.executedByProgram(),
      facts: this.facts?.result() ?? this.model.programs.map(() => []),
    };
  }

  private slice(): void {
    switch (this.phase) {
      case "exploring":
        if (!this.explore(STATES_PER_LOOK)) return;
        this.phase = this.sightings.size > 0 && !this.options.stopAtFirst ? "switches" : "facts";
        return;
      case "switches":
        this.passOfSwitches ??= this.startSwitches();
        if (this.passOfSwitches.advance(STATES_PER_LOOK)) this.phase = "facts";
        return;
      case "facts":
        if (this.facts?.advance(STATES_PER_LOOK) !== false) this.phase = "done";
        return;
      case "done":
        return;
    }
  }

  /** True when there is nothing left to expand. */
  private explore(count: number): boolean {
    const { store } = this;
    for (let done = 0; done < count; done++) {
      const state = this.next;
      if (state >= store.count) return true;
      if (store.count >= this.options.maxStates) {
        this.stoppedAtBound = true;
        return true;
      }
      this.next++;
      if (state === this.starts.at(-1)) this.starts.push(store.count);
      this.current.state = state;
      if (!this.expand(state)) this.stuck(state);
      if (this.sightings.size === 0) continue;
      if (this.options.stopAtFirst && this.hasError()) return true;
      if (this.sets && this.tuning.shortest && !this.options.stopAtFirst) this.beginAgain();
    }
    return false;
  }

  /** False when no thread could move. */
  private expand(state: number): boolean {
    const sets = this.setsNow();
    if (!sets) return this.expander.expand(state, this.before, this.after);
    const pcs = this.expander.pcsOf(state);
    const stopped = this.expander.blocked(state, (thread, pc) => sets.mayBlock(thread, pc), this.before);
    let tried = stopped;
    let moved = false;
    for (let thread = 0; thread < pcs.length; thread++) {
      if (
        ((stopped >> thread) & 1) !== 0 ||
        !sets.suffices(thread, pcs, stopped, this.store.states, state * this.store.words)
      )
        continue;
      const known = this.store.count;
      tried |= 1 << thread;
      if (this.expander.move(state, thread, this.before, this.after)) moved = true;
      if (this.store.count > known) return true;
    }
    for (let thread = 0; thread < pcs.length; thread++) {
      if (((tried >> thread) & 1) === 0 && this.expander.move(state, thread, this.before, this.after)) moved = true;
    }
    return moved;
  }

  /** Small models are done before the sets would pay, and facts need every state. */
  private setsNow(): PersistentSets | null {
    if (this.sets !== undefined || this.store.count < this.tuning.persistentFrom) return this.sets ?? null;
    const { facts, reduce } = this.options;
    this.sets = reduce && !facts && this.sightings.size === 0 ? new PersistentSets(this.compiled) : null;
    return this.sets;
  }

  /** Persistent sets find what there is to find, but not by the shortest ways. */
  private beginAgain(): void {
    this.sets = null;
    this.store.clear();
    this.sightings.clear();
    this.starts.splice(0, this.starts.length, 0);
    this.next = 0;
    this.transitions = 0;
    this.begin();
  }

  private begin(): void {
    const place = this.store.place();
    this.store.states.set(this.compiled.layout.initial, place);
    this.store.add(place, -1);
  }

  private readonly before = (thread: number): void => {
    this.current.thread = thread;
  };

  private readonly after = (successors: number, to: number): void => {
    const { store } = this;
    this.transitions += successors;
    for (let i = 0; i < successors; i++) store.add(to + i * store.words, this.current.state);
  };

  private stuck(state: number): void {
    this.current.thread = -1;
    const { store } = this;
    const words = store.wordsOf(state);
    const verdict = this.deadlocks.judge(words);
    if (verdict === "ended") this.code.final(store.states, state * store.words, store.place());
    else if (verdict !== "abandoned") this.onReport(verdict);
  }

  private sight(finding: number): void {
    const info = this.compiled.machine.findings[finding];
    if (!info || this.sightings.has(info.key)) return;
    this.sightings.set(info.key, { finding, ...this.current, path: null });
  }

  private hasError(): boolean {
    for (const { finding } of this.sightings.values()) {
      if (this.compiled.machine.findings[finding]?.severity === "error") return true;
    }
    return false;
  }

  private startSwitches(): SwitchPass {
    const space: Space = { compiled: this.compiled, store: this.store, expander: this.expander, starts: this.starts };
    const pass = new SwitchPass(space, this.sightings, (state) => this.stuck(state));
    this.onReport = (finding) => pass.report(finding);
    return pass;
  }

  private violation(sighting: Sighting): Violation {
    const info = this.compiled.machine.findings[sighting.finding];
    if (!info) throw new RangeError("a finding that nobody declared");
    const moves = sighting.path ?? stepsToState(this.compiled, this.store, sighting.state);
    const { decisions, last } = decisionsOf(this.compiled, this.store, moves, sighting);
    const { code, message, severity, object } = info;
    if (info.step >= 0) return { code, message, severity, object, thread: info.thread, step: info.step, decisions };
    // The interpreter knows who waits for what.
    const atEnd = code === "lock.deadlock" ? traceOf(this.model, decisions).at(-1)?.findings : undefined;
    const told = atEnd?.find((finding) => finding.code === code)?.message;
    return { code, message: told ?? message, severity, object, thread: last.thread, step: last.step, decisions };
  }

  private executedByProgram(): readonly ReadonlySet<number>[] {
    const sets = this.model.programs.map(() => new Set<number>());
    for (const [thread, info] of this.model.threads.entries()) {
      for (const [step, ran] of (this.code.executed[thread] ?? []).entries()) if (ran) sets[info.program]?.add(step);
    }
    return sets;
  }
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
