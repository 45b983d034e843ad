/**
 * Breadth-first search through all interleavings, in slices.
 *
 * The first time a finding shows is on a shortest path: one with the fewest transitions. When all states are known
 * a second pass over them (see `switches.ts`) chooses among the shortest paths one with the fewest context switches.
 */
import type { Model } from "../../model/ir";
import type { ExploreOptions, Run } from "../explore";
import { compile, type Compiled } from "../machine/compile";
import type { Finding } from "../machine/machine";
import { traceOf } from "../interpret/trace";
import { plan } from "../reduce/plan";
import { plainOnes, reductions } from "../reduce/reductions";
import type { Exploration, Violation } from "../result";
import { collectFacts, type FactCollector } from "./facts";
import { Gear } from "./gear";
import { InterpretedSearch } from "./interpreted";
import { decisionsOf, stepsToState, type Step } from "./path";
import { Pause, type States } from "./search";
import { SwitchPass } from "./switches";
import { canCompile, CompiledSearch } from "./wasm/search";
import type { Site } from "./wasm/sites";

/** States that are expanded between two looks at the clock. */
const STATES_PER_LOOK = 256;

/** Where a finding was made first. */
export interface Sighting {
  readonly finding: number;
  readonly severity: Finding["severity"];
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
  /** States from which on a thinner search is tried. */
  readonly thinFrom: number;
  /** False: keep what the thinner search found, though it cannot tell by which ways. */
  readonly shortest: boolean;
}

/**
 * To compile the model takes as long as to interpret some thirty thousand states, and to plan what may be left out and
 * compile it once more as long as to search twice as many in WebAssembly: who waits until then never does more than
 * twice the work.
 */
export const DEFAULT_TUNING: Tuning = { compileFrom: 30_000, thinFrom: 60_000, shortest: true };

type Phase = "exploring" | "switches" | "facts" | "done";

export class Explorer implements Run {
  /** Knows every state, and shortest paths. */
  private readonly plain: Gear;
  /** Leaves out what it may; then `plain` waits. Undefined: not tried yet; null: not to be used. */
  private thin: Gear | null | undefined;
  private readonly sightings = new Map<string, Sighting>();
  private facts: FactCollector | null = null;
  private passOfSwitches: SwitchPass | null = null;
  private phase: Phase = "exploring";
  private explored = false;
  private stoppedAt: { readonly what: string; readonly limit: number } | null = null;

  constructor(
    private readonly model: Model,
    private readonly options: ExploreOptions,
    private readonly tuning: Tuning = DEFAULT_TUNING,
  ) {
    const compiled = compile(model, { ...options, reduce: plainOnes(options.reduce) });
    this.plain = new Gear(
      compiled,
      { found: (finding, number) => this.foundPlainly(finding, number) },
      (watcher) => new InterpretedSearch(compiled, watcher),
    );
  }

  get states(): number {
    return this.gear.search.count;
  }

  /** Bytes that the states take, index and origins included. */
  get bytes(): number {
    return this.gear.search.bytes;
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
    const { search, noted: notes } = this.gear;
    const bounds = notes.flatMap((note) => (note.kind === "bound" ? [{ what: note.what, limit: note.limit }] : []));
    if (this.stoppedAt) bounds.push(this.stoppedAt);
    const cut = !this.explored || notes.some((note) => note.kind === "bound" && note.cuts);
    const unknowns = notes.flatMap((note) =>
      note.kind === "unknown" ? [{ program: note.program, step: note.step }] : [],
    );
    return {
      states: search.count,
      transitions: search.transitions,
      unexpanded: search.count - search.expanded,
      complete: this.phase === "done" && !cut,
      bounds: distinct(bounds),
      unknowns: distinct(unknowns),
      violations: [...this.sightings.values()].map((sighting) => this.violation(sighting)),
      executed: this.executedByProgram(),
      facts: this.facts?.result() ?? this.model.programs.map(() => []),
    };
  }

  /** All states that were explored, for those who go over them again: only where no thinner search may be tried. */
  get space(): { readonly compiled: Compiled; readonly states: States } {
    return { compiled: this.plain.compiled, states: this.plain.search };
  }

  private get gear(): Gear {
    return this.thin ?? this.plain;
  }

  private slice(): void {
    switch (this.phase) {
      case "exploring":
        if (!this.explore()) return;
        this.phase = this.sightings.size > 0 && !this.options.stopAtFirst && !this.thin ? "switches" : "facts";
        return;
      case "switches":
        this.passOfSwitches ??= this.startSwitches();
        if (this.passOfSwitches.advance(STATES_PER_LOOK)) this.phase = "facts";
        return;
      case "facts":
        if (this.options.facts) this.facts ??= collectFacts(this.plain.compiled, this.plain.search);
        if (this.facts?.advance(STATES_PER_LOOK) !== false) this.phase = "done";
        return;
      case "done":
        return;
    }
  }

  /** True when there is nothing left to expand. */
  private explore(): boolean {
    this.shift();
    const { maxStates, stopAtFirst } = this.options;
    const { search } = this.gear;
    switch (search.explore(STATES_PER_LOOK, maxStates)) {
      case Pause.Slice:
        return false;
      case Pause.Interrupted:
        if (!this.thin) return stopAtFirst && this.hasError();
        // It cannot tell a shortest path.
        this.thin = null;
        this.sightings.clear();
        return false;
      case Pause.Done:
        this.explored = true;
        return true;
      case Pause.Full:
        this.stoppedAt = { what: "states", limit: maxStates };
        return true;
      case Pause.NoMemory:
        this.stoppedAt = { what: "memory for states, in bytes", limit: search.bytes };
        return true;
    }
  }

  /** Small models are done before anything more than interpreting every move would pay. */
  private shift(): void {
    const { plain, tuning } = this;
    if (this.thin === undefined && plain.search.count >= tuning.thinFrom) this.thin = this.startThin();
    const { search } = plain;
    if (this.thin || search.count < tuning.compileFrom || !(search instanceof InterpretedSearch) || !canCompile())
      return;
    plain.change((watcher) => {
      const compiled = new CompiledSearch(plain.compiled, watcher, null);
      compiled.takeOver(search);
      return compiled;
    });
  }

  private startThin(): Gear | null {
    const which = reductions(this.options.reduce);
    // Facts need every state; and where something was found already, its shortest way is asked for.
    if (!which.has("persistent") || this.options.facts || this.sightings.size > 0) return null;
    const compiled = compile(this.model, this.options);
    const thinning = plan(compiled, which);
    return new Gear(compiled, { found: (finding, number) => this.foundThinly(finding, number) }, (watcher) => {
      if (this.tuning.compileFrom === Infinity || !canCompile())
        return new InterpretedSearch(compiled, watcher, thinning);
      const search = new CompiledSearch(compiled, watcher, thinning);
      search.compile(sitesThatRan(this.plain, compiled));
      return search;
    });
  }

  private foundPlainly(finding: Finding, number: number): void {
    if (this.passOfSwitches) this.passOfSwitches.report(finding, number);
    else if (this.sight(finding, number)) this.plain.search.interrupt();
  }

  private foundThinly(finding: Finding, number: number): void {
    if (!this.sight(finding, number) || !this.tuning.shortest) return;
    // Who wants to stop at the first error wants no way to what is none.
    if (finding.severity !== "info" || !this.options.stopAtFirst) this.thin?.search.interrupt();
  }

  /** True when it is new. */
  private sight({ key, severity }: Finding, finding: number): boolean {
    if (this.sightings.has(key)) return false;
    const { state, thread } = this.gear.search.current;
    this.sightings.set(key, { finding, severity, state, thread, path: null });
    return true;
  }

  private hasError(): boolean {
    return [...this.sightings.values()].some(({ severity }) => severity === "error");
  }

  private startSwitches(): SwitchPass {
    const { plain } = this;
    plain.search.tellAll();
    return new SwitchPass(plain.compiled, plain.search, this.sightings, (state) => plain.stuck(state));
  }

  private violation(sighting: Sighting): Violation {
    const { compiled, search } = this.gear;
    const info = compiled.machine.findings[sighting.finding];
    if (!info) throw new RangeError("a finding that nobody declared");
    const { code, message, severity, object } = info;
    // Only what does not count is left, of somebody who wanted the first that does.
    if (this.thin) return { code, message, severity, object, thread: info.thread, step: info.step, decisions: [] };
    const moves = sighting.path ?? stepsToState(compiled, search, sighting.state);
    const { decisions, last } = decisionsOf(compiled, search, moves, sighting);
    if (info.step >= 0) return { code, message, severity, object, thread: info.thread, step: info.step, decisions };
    // The interpreter knows who waits for what, and whose reference is left.
    const atEnd = traceOf(this.model, decisions).at(-1)?.findings ?? [];
    const isThis = (told: string): boolean => code === "lock.deadlock" || told.startsWith(message);
    const told = atEnd.find((finding) => finding.code === code && isThis(finding.message))?.message;
    return { code, message: told ?? message, severity, object, thread: last.thread, step: last.step, decisions };
  }

  private executedByProgram(): readonly ReadonlySet<number>[] {
    const sets = this.model.programs.map(() => new Set<number>());
    for (const { search } of this.thin ? [this.plain, this.thin] : [this.plain]) {
      const { executed } = search;
      for (const [thread, info] of this.model.threads.entries()) {
        for (const [step, ran] of (executed[thread] ?? []).entries()) if (ran) sets[info.program]?.add(step);
      }
    }
    return sets;
  }
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** What a search may be given to compile at once: what ran, or could not when it was tried. */
function* sitesThatRan(gear: Gear, compiled: Compiled): Iterable<Site> {
  if (!(gear.search instanceof InterpretedSearch)) return;
  const places = compiled.threads.map(({ rests }) => new Map(rests.map((place, pc) => [place, pc])));
  for (const { thread, pc } of gear.search.code.made()) {
    const place = gear.compiled.threads[thread]?.rests[pc];
    const same = place === undefined ? undefined : places[thread]?.get(place);
    if (same !== undefined) yield { thread, pc: same };
  }
}
