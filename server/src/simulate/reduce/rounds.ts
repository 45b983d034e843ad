/**
 * Whether a thread can come round: the places and locals that it can go through, whatever others do.
 *
 * A loop in a program is a way round only if the locals can be again what they were; a walk over a page table has an
 * end. What is read from shared variables may be anything that fits.
 */
import type { Action, Model, Program, Value } from "../../model/ir";
import type { CompiledThread } from "../machine/compile";
import { compute } from "../machine/micro";

/** What a thread can be at while it rests; numbers of those that can follow directly. */
export interface LocalState {
  readonly pc: number;
  readonly next: readonly number[];
}

const MOST_STATES = 20_000;
/** More values at once are too many to look at. */
const MOST_VALUES = 40;

/** Null when there are too many. */
export function localStates(model: Model, thread: CompiledThread): readonly LocalState[] | null {
  const walk = new Walk(model, thread);
  return walk.run() ? walk.states : null;
}

class Walk {
  readonly states: { pc: number; next: number[] }[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly locals: number[][] = [];
  private readonly program: Program;
  private readonly pcs: ReadonlyMap<number, number>;
  private tooMany = false;

  constructor(
    private readonly model: Model,
    private readonly thread: CompiledThread,
  ) {
    this.program = thread.program;
    this.pcs = new Map(thread.rests.map((place, pc) => [place, pc]));
  }

  /** False when it was too much. */
  run(): boolean {
    const { thread } = this;
    this.enter(thread.rests[thread.pc.initial] ?? 0, thread.initialLocals);
    for (let at = 0; at < this.states.length && !this.tooMany; at++) {
      const state = this.states[at];
      const place = state && thread.rests[state.pc];
      if (place === undefined) continue;
      const found = new Set<number>();
      this.step(place, this.locals[at] ?? [], found);
      state?.next.push(...found);
    }
    return !this.tooMany;
  }

  /** Goes on to the next rests. */
  private step(place: number, locals: readonly number[], found: Set<number>): void {
    const at = this.thread.places.stepOf(place);
    const action = at ? this.program.steps[at.step]?.action : undefined;
    if (!at || !action || this.tooMany) return;
    const ways = this.thread.next[place] ?? [];
    const go = (next: readonly number[], after: readonly number[]): void => {
      for (const to of next) {
        if (this.pcs.has(to)) found.add(this.enter(to, after));
        else this.step(to, after, found);
      }
    };
    const value = (of: Value): number => this.evaluate(of, place, locals);
    const into = "into" in action ? action.into : null;
    if (action.kind === "branch" && ways.length > 1) {
      go(ways.slice(value(action.test) === 0 ? 1 : 0).slice(0, 1), locals);
    } else if (action.kind === "assert" && action.fatal && value(action.test) === 0) return;
    else if (into === null) go(ways, locals);
    else {
      const values = action.kind === "assign" ? [value(action.value)] : this.valuesOf(action, into);
      if (values.length > MOST_VALUES) this.tooMany = true;
      else for (const one of values) go(ways, changed(locals, into, one & this.mostOf(into)));
    }
  }

  private enter(place: number, locals: readonly number[]): number {
    const pc = this.pcs.get(place) ?? 0;
    const live = this.thread.live(place);
    const key = `${pc} ${live.map((local) => locals[local] ?? 0).join()}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.states.push({ pc, next: [] }) - 1;
      this.numbers.set(key, number);
      const kept = locals.map(() => 0);
      for (const local of live) kept[local] = locals[local] ?? 0;
      this.locals.push(kept);
      if (this.states.length > MOST_STATES) this.tooMany = true;
    }
    return number;
  }

  /** What a step can put into the local. */
  private valuesOf(action: Action, into: number): readonly number[] {
    const upTo = (most: number): readonly number[] =>
      Array.from({ length: Math.min(most, this.mostOf(into), MOST_VALUES) + 1 }, (_, value) => value);
    switch (action.kind) {
      case "lock":
      case "work":
        return [0, 1];
      case "refcount":
        return action.op === "read" ? upTo(Infinity) : [0, 1];
      case "list":
        return action.op === "first" || action.op === "next" ? upTo(this.objectsOn(action.list)) : [0, 1];
      case "take":
      case "alloc":
        return upTo(this.model.types[action.type]?.objects.length ?? 0);
      default:
        return upTo(Infinity);
    }
  }

  private objectsOn(list: number): number {
    return this.model.types[this.model.lists[list]?.type ?? 0]?.objects.length ?? 0;
  }

  private evaluate(value: Value, place: number, locals: readonly number[]): number {
    switch (value.kind) {
      case "const":
        return value.value;
      case "local": {
        const known = this.thread.valueAt(place, value.local) ?? this.thread.constants.get(value.local);
        return known ?? locals[value.local] ?? 0;
      }
      case "unary":
        return this.evaluate(value.operand, place, locals) === 0 ? 1 : 0;
      case "binary":
        return compute(value.op, this.evaluate(value.left, place, locals), this.evaluate(value.right, place, locals));
    }
  }

  private mostOf(local: number): number {
    return 2 ** (this.thread.localBits[local] ?? 0) - 1;
  }
}

function changed(locals: readonly number[], local: number, value: number): readonly number[] {
  const after = [...locals];
  after[local] = value;
  return after;
}
