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
import { plan } from "../reduce/plan";
import { plainOnes, reductions, type Reduction } from "../reduce/reductions";
import type { Exploration, Violation } from "../result";
import { Deadlocks } from "./deadlock";
import { collectFacts, type FactCollector } from "./facts";
import { InterpretedSearch } from "./interpreted";
import { interpreter, type Move } from "./interpreter";
import { decisionsOf, stepsToState, type Step } from "./path";
import { Pause, type Search, type States, type Watcher } from "./search";
import { SwitchPass } from "./switches";
import { canCompile, CompiledSearch } from "./wasm/search";

const PERSISTENT: ReadonlySet<Reduction> = new Set(["persistent"]);

/** States that are expanded between two looks at the clock. */
const STATES_PER_LOOK = 256;

/** Where a finding was made first. */
export interface Sighting {
  readonly finding: number;
  /** The state in which the thread moved, or in which nothing could move. */
  readonly state: number;
  /** -1 when no step made it. */
  readonly thread: number;
  /** Moves that lead to the state, once the second pass has chosen them. */
  path: readonly Step[] | null;
}

/** For tests. */
export interface Tuning {
  /** States from which on the search runs in WebAssembly; Infinity: never, as where that is forbidden. */
  readonly compileFrom: number;
  /** States from which on fewer than all threads are moved where that is enough. */
  readonly persistentFrom: number;
  /** False: keep what reductions found, by whatever ways. */
  readonly shortest: boolean;
}

/** To compile a model takes as long as to interpret it for about that many states. */
export const DEFAULT_TUNING: Tuning = { compileFrom: 1500, persistentFrom: 1500, shortest: true };

type Phase = "exploring" | "switches" | "facts" | "done";

export class Explorer implements Run, Watcher {
  private readonly compiled: Compiled;
  private search: Search;
  /** The final check; reports and gives 0. */
  private readonly final: Move;
  private readonly sightings = new Map<string, Sighting>();
  private readonly notes = new Set<number>();
  private readonly deadlocks: Deadlocks;
  private facts: FactCollector | null = null;
  private passOfSwitches: SwitchPass | null = null;
  /** Whether reductions may be used that not every state survives; undefined: not decided yet. */
  private thins: boolean | undefined;
  private phase: Phase = "exploring";
  private explored = false;
  private stoppedAt: { readonly what: string; readonly limit: number } | null = null;

  constructor(
    private readonly model: Model,
    private readonly options: ExploreOptions,
    private readonly tuning: Tuning = DEFAULT_TUNING,
  ) {
    this.compiled = compile(model, { ...options, reduce: plainOnes(options.reduce) });
    this.final = interpreter(this.compiled, 0, this)(null, this.compiled.final, new Uint8Array(0));
    this.deadlocks = new Deadlocks(this.compiled);
    this.search = new InterpretedSearch(this.compiled, this);
  }

  get states(): number {
    return this.search.count;
  }

  /** Bytes that the states take, index and origins included. */
  get bytes(): number {
    return this.search.bytes;
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
    if (this.stoppedAt) bounds.push(this.stoppedAt);
    const cut = !this.explored || notes.some((note) => note.kind === "bound" && note.cuts);
    const unknowns = notes.flatMap((note) =>
      note.kind === "unknown" ? [{ program: note.program, step: note.step }] : [],
    );
    return {
      states: this.search.count,
      transitions: this.search.transitions,
      unexpanded: this.search.count - this.search.expanded,
      complete: this.phase === "done" && !cut,
      bounds: distinct(bounds),
      unknowns: distinct(unknowns),
      violations: [...this.sightings.values()].map((sighting) => this.violation(sighting)),
      executed: this.executedByProgram(),
      facts: this.facts?.result() ?? this.model.programs.map(() => []),
    };
  }

  report(finding: number): void {
    if (this.passOfSwitches) this.passOfSwitches.report(finding);
    else this.sight(finding);
  }

  note(note: number): void {
    this.notes.add(note);
  }

  stuck(state: number): void {
    const words = this.search.wordsOf(state);
    const verdict = this.deadlocks.judge(words);
    if (verdict === "ended") this.final(words, 0, 0);
    else if (verdict !== "abandoned") this.report(verdict);
  }

  private slice(): void {
    switch (this.phase) {
      case "exploring":
        if (!this.explore()) return;
        this.phase = this.sightings.size > 0 && !this.options.stopAtFirst ? "switches" : "facts";
        return;
      case "switches":
        this.passOfSwitches ??= this.startSwitches();
        if (this.passOfSwitches.advance(STATES_PER_LOOK)) this.phase = "facts";
        return;
      case "facts":
        if (this.options.facts) this.facts ??= collectFacts(this.compiled, this.search);
        if (this.facts?.advance(STATES_PER_LOOK) !== false) this.phase = "done";
        return;
      case "done":
        return;
    }
  }

  /** True when there is nothing left to expand. */
  private explore(): boolean {
    this.changeGear();
    const { maxStates, stopAtFirst } = this.options;
    const pause = this.search.explore(STATES_PER_LOOK, maxStates);
    switch (pause) {
      case Pause.Slice:
        return false;
      case Pause.Interrupted:
        if (stopAtFirst) return this.hasError();
        if (this.thins === true && this.tuning.shortest) this.beginAgain();
        return false;
      case Pause.Done:
        this.explored = true;
        return true;
      case Pause.Full:
        this.stoppedAt = { what: "states", limit: maxStates };
        return true;
      case Pause.NoMemory:
        this.stoppedAt = { what: "memory for states, in bytes", limit: this.search.bytes };
        return true;
    }
  }

  /** Small models are done before anything more than interpreting every move would pay. */
  private changeGear(): void {
    const { compiled, search, tuning } = this;
    if (this.thins === undefined && search.count >= tuning.persistentFrom) {
      const { facts, reduce } = this.options;
      // Facts need every state.
      this.thins = reductions(reduce).has("persistent") && !facts && this.sightings.size === 0;
      if (this.thins && search instanceof InterpretedSearch) search.plan = plan(compiled, PERSISTENT);
    }
    if (search.count < tuning.compileFrom || !(search instanceof InterpretedSearch) || this.thins === true) return;
    if (canCompile()) this.search = new CompiledSearch(compiled, this, search);
  }

  /** Reductions find what there is to find, but not by the shortest ways. */
  private beginAgain(): void {
    this.thins = false;
    if (this.search instanceof InterpretedSearch) this.search.plan = null;
    this.search.restart();
    this.sightings.clear();
  }

  private sight(finding: number): void {
    const info = this.compiled.machine.findings[finding];
    if (!info || this.sightings.has(info.key)) return;
    const { state, thread } = this.search.current;
    this.sightings.set(info.key, { finding, state, thread, path: null });
    this.search.interrupt();
  }

  private hasError(): boolean {
    for (const { finding } of this.sightings.values()) {
      if (this.compiled.machine.findings[finding]?.severity === "error") return true;
    }
    return false;
  }

  /** What was explored so far, for those who go over the states again. */
  get space(): { readonly compiled: Compiled; readonly states: States } {
    return { compiled: this.compiled, states: this.search };
  }

  private startSwitches(): SwitchPass {
    this.search.tellAll();
    return new SwitchPass(this.compiled, this.search, this.sightings, (state) => this.stuck(state));
  }

  private violation(sighting: Sighting): Violation {
    const info = this.compiled.machine.findings[sighting.finding];
    if (!info) throw new RangeError("a finding that nobody declared");
    const moves = sighting.path ?? stepsToState(this.compiled, this.search, sighting.state);
    const { decisions, last } = decisionsOf(this.compiled, this.search, moves, sighting);
    const { code, message, severity, object } = info;
    if (info.step >= 0) return { code, message, severity, object, thread: info.thread, step: info.step, decisions };
    // The interpreter knows who waits for what, and whose reference is left.
    const atEnd = traceOf(this.model, decisions).at(-1)?.findings ?? [];
    const isThis = (told: string): boolean => code === "lock.deadlock" || told.startsWith(message);
    const told = atEnd.find((finding) => finding.code === code && isThis(finding.message))?.message;
    return { code, message: told ?? message, severity, object, thread: last.thread, step: last.step, decisions };
  }

  private executedByProgram(): readonly ReadonlySet<number>[] {
    const sets = this.model.programs.map(() => new Set<number>());
    const { executed } = this.search;
    for (const [thread, info] of this.model.threads.entries()) {
      for (const [step, ran] of (executed[thread] ?? []).entries()) if (ran) sets[info.program]?.add(step);
    }
    return sets;
  }
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
