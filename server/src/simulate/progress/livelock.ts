/**
 * Threads that go round for ever: a part of the state graph out of which no way leads, and in which somebody still moves.
 *
 * Whatever the scheduler does, however fair it is to threads, locks and choices, nobody in there comes to an end. A loop
 * that ends as soon as another thread has its turn is none of these: from there a way leads out. Nor is one that others
 * hold up by moving themselves, for they are finite, too. So no false alarm is possible, and what is not told is a
 * loop that could end and, by bad luck, might not.
 *
 * Reductions of the search are not for this question: it runs on its own, on models that have a loop which could spin.
 */
import type { Model } from "../../model/ir";
import { compile, type Compiled } from "../machine/compile";
import { traceWorld } from "../interpret/trace";
import { waitOf } from "../interpret/interpret";
import { shortName } from "../interpret/waiting";
import type { Reduction } from "../reduce/reductions";
import type { Violation } from "../result";
import { readVariable } from "../run/evaluate";
import { InterpretedSearch } from "../run/interpreted";
import { decisionsOf, stepsToState, type Step } from "../run/path";
import { Pause } from "../run/search";
import { Edges } from "./graph";

/** States and edges of larger models take too long; whether they go round for ever is then not known. */
export const MOST_STATES = 200_000;
const STATES_PER_LOOK = 256;
/** Those that leave no state of the other threads out. */
const PLAIN: ReadonlySet<Reduction> = new Set(["fusion", "dead-locals", "constants"]);

export interface ProgressOptions {
  readonly maxStates: number;
  readonly freeChoices: boolean;
}

/** A search in slices. */
export class LivelockSearch {
  private readonly compiled: Compiled;
  private readonly search: InterpretedSearch;
  private readonly edges = new Edges();
  private ends: Uint8Array | null = null;
  private readonly most: number;
  private cut = false;
  private next = 0;
  private found: Violation | null = null;
  private current = 0;

  constructor(
    private readonly model: Model,
    options: ProgressOptions,
  ) {
    this.most = Math.min(MOST_STATES, options.maxStates);
    this.compiled = compile(model, { reduce: PLAIN, freeChoices: options.freeChoices });
    // A path that ends in a finding or at a bound leads out: nobody knows what comes behind it.
    const leadsOut = (): void => {
      if (this.ends) this.ends[this.current] = 1;
    };
    this.search = new InterpretedSearch(this.compiled, { report: leadsOut, note: leadsOut, stuck: () => undefined });
    this.search.tellAll();
  }

  /** True when done. */
  advance(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    while (!this.slice()) if (performance.now() >= until) return false;
    return true;
  }

  /** The number of states at which it gave up; null when it looked at all of them. */
  get bound(): number | null {
    return this.cut ? this.most : null;
  }

  /** Null when nobody goes round for ever, as far as it looked. */
  result(): Violation | null {
    return this.found;
  }

  private slice(): boolean {
    const { search } = this;
    if (this.ends === null) {
      const pause = search.explore(STATES_PER_LOOK, this.most);
      if (pause === Pause.Slice) return false;
      this.cut = pause !== Pause.Done;
      if (this.cut) return true;
      this.ends = new Uint8Array(search.count);
      return false;
    }
    for (let left = STATES_PER_LOOK; left > 0; left--) {
      if (this.next >= search.count) {
        this.judge(this.ends);
        return true;
      }
      const state = (this.current = this.next++);
      const moved = search.revisit(
        state,
        () => undefined,
        (to) => this.edges.add(state, to),
      );
      if (!moved) this.ends[state] = 1;
    }
    return false;
  }

  private judge(ends: Uint8Array): void {
    const reach = this.edges.reaching(ends);
    const doomed = reach.indexOf(0);
    if (doomed < 0) return;
    const round = this.edges.sinkFrom(doomed, ends.length);
    this.tell(
      round.reduce((least, state) => Math.min(least, state)),
      round,
    );
  }

  /** `round`: the states of a part that is never left. */
  private tell(state: number, round: readonly number[]): void {
    const { compiled, search, model } = this;
    const spinning = new Set<number>();
    for (const one of round) {
      let mover = -1;
      search.revisit(
        one,
        (thread) => (mover = thread),
        () => spinning.add(mover),
      );
    }
    const isUnderWay = (thread: number, at: number): boolean => this.restOf(thread, at) === "busy";
    const threads = compiled.threads.map((_, thread) => thread);
    const own = threads.filter((thread) => model.threads[thread]?.role === "thread");
    const stays = own.filter((thread) => isUnderWay(thread, state));
    // A daemon that takes up work again and again goes round for a living.
    const daemons = threads.filter(
      (thread) => !own.includes(thread) && spinning.has(thread) && round.every((at) => isUnderWay(thread, at)),
    );
    const thread = stays.find((one) => spinning.has(one)) ?? daemons[0] ?? stays[0];
    if (thread === undefined) return;
    const moves = [...stepsToState(compiled, search, state), ...this.once(state, thread)];
    const { decisions } = decisionsOf(compiled, search, moves, { finding: -1, state, thread: -1 });
    this.found = {
      code: "progress.livelock",
      message: this.messageOf(thread, stays, spinning, decisions),
      severity: "error",
      thread,
      step: this.stepOf(thread, state),
      object: null,
      decisions,
    };
  }

  /** Once round, back to the state, by that thread if it can; what comes in between is the shortest. */
  private once(state: number, thread: number): readonly Step[] {
    const { search } = this;
    const ways = new Map<number, { readonly from: number; readonly step: Step }>();
    const queue = [state];
    for (let next = 0; next < queue.length && !ways.has(state); next++) {
      const from = queue[next] as number;
      const steps: Step[] = [];
      let mover = -1;
      search.revisit(
        from,
        (one) => (mover = one),
        (to) => steps.push({ thread: mover, to }),
      );
      for (const step of steps.toSorted((a, b) => Number(b.thread === thread) - Number(a.thread === thread))) {
        if (ways.has(step.to)) continue;
        ways.set(step.to, { from, step });
        queue.push(step.to);
      }
    }
    const round: Step[] = [];
    for (let way = ways.get(state); way; way = way.from === state ? undefined : ways.get(way.from))
      round.push(way.step);
    return round.toReversed();
  }

  private messageOf(
    thread: number,
    stays: readonly number[],
    spinning: ReadonlySet<number>,
    decisions: Violation["decisions"],
  ): string {
    const { model } = this;
    const name = (of: number): string => shortName(model.threads[of]?.name ?? `thread ${of}`);
    const world = traceWorld(model, decisions);
    const waits = stays.flatMap((other) => {
      const why = spinning.has(other) ? null : waitOf(model, world, other);
      return why === null ? [] : [`${name(other)} ${why.message}`];
    });
    const who = [...spinning].filter((one) => stays.includes(one) || one === thread);
    const round =
      who.length > 0
        ? `${who.map(name).join(" and ")} ${who.length > 1 ? "go" : "goes"} round for ever: nobody is left who could end the loop`
        : `${name(thread)} never goes on`;
    return [round, ...waits].join("; ");
  }

  private stepOf(thread: number, state: number): number {
    const of = this.compiled.threads[thread];
    const place = of?.rests[this.pcOf(thread, state)] ?? 0;
    return of?.places.stepOf(place)?.step ?? 0;
  }

  private restOf(thread: number, state: number): string | undefined {
    return this.compiled.threads[thread]?.atRest[this.pcOf(thread, state)];
  }

  private pcOf(thread: number, state: number): number {
    const of = this.compiled.threads[thread];
    return of ? readVariable(this.compiled.layout, this.search.wordsOf(state), of.pc) : 0;
  }
}
