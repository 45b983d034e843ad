/**
 * Data races: two threads that are both about to touch one variable, at least one of them to store, at least one of
 * them by a plain access. tools/memory-model/Documentation/explanation.txt calls that a race when nothing orders the
 * two; here that is so when they can be about to happen at the same time, which neither a common lock nor a message
 * that one waits for lets them be.
 *
 * A pass of its own over all states, for those who ask: the verdicts rest on an exploration that leaves states out.
 */
import type { Action, FieldRef, Marking, Model, Step, Value } from "../model/ir";
import type { CompiledThread } from "./machine/compile";
import { compute } from "./machine/micro";
import type { Layout } from "./machine/variables";
import { plainOnes, type Reduce } from "./reduce/reductions";
import type { Decision } from "./result";
import { readVariable } from "./run/evaluate";
import { DEFAULT_TUNING, Explorer } from "./run/explorer";
import { decisionsOf, stepsToState } from "./run/path";

export interface Race {
  /** A plain access; the other one is plain or marked. */
  readonly plain: RacingAccess;
  readonly other: RacingAccess;
  /** `root 1.flags`, or the name of a global variable. */
  readonly what: string;
  readonly object: { readonly type: number; readonly number: number } | null;
  /** To a state in which both are about to happen, and then both, the plain one first. */
  readonly decisions: readonly Decision[];
}

export interface RacingAccess {
  readonly thread: number;
  readonly step: number;
  readonly stores: boolean;
  readonly marked: boolean;
}

export interface Races {
  /** The first of each pair of places in the code. */
  readonly races: readonly Race[];
  /** False when some states were not looked at. */
  readonly complete: boolean;
}

/** States that are looked at between two looks at the clock. */
const STATES_PER_LOOK = 1024;

export class RaceSearch {
  private readonly explorer: Explorer;
  private readonly found = new Map<string, Race>();
  private readonly threads: readonly Racer[];
  private isExplored = false;
  private next = 0;

  constructor(
    private readonly model: Model,
    maxStates: number,
  ) {
    const options = { maxStates, facts: false, stopAtFirst: false, freeChoices: true };
    const make = (reduce: Reduce): Explorer =>
      new Explorer(model, { ...options, reduce }, { ...DEFAULT_TUNING, thinFrom: Infinity });
    const fused = make(plainOnes(true));
    // Each access has to be a place to rest: what is fused with the step before it is never about to happen.
    const isSeen = fused.space.compiled.threads.every(restsAtAccesses);
    this.explorer = isSeen ? fused : make(false);
    this.threads = this.explorer.space.compiled.threads.map(racerOf(model));
  }

  /** True when done. */
  advance(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    if (!this.isExplored) this.isExplored = this.explorer.advance(milliseconds);
    if (!this.isExplored) return false;
    const { states } = this.explorer.space;
    while (this.next < states.count) {
      const end = Math.min(states.count, this.next + STATES_PER_LOOK);
      for (; this.next < end; this.next++) this.look(this.next, states.wordsOf(this.next));
      if (performance.now() >= until) break;
    }
    return this.next >= states.count;
  }

  result(): Races {
    const races = [...this.found.values()];
    return { races, complete: this.isExplored && this.explorer.result().complete };
  }

  private look(state: number, words: Int32Array): void {
    const { compiled } = this.explorer.space;
    const about = this.threads.flatMap((racer, thread) => {
      const access = racer.accesses[readVariable(compiled.layout, words, racer.compiled.pc)];
      return access ? [{ thread, access }] : [];
    });
    for (const [index, one] of about.entries()) {
      for (const two of about.slice(index + 1)) {
        if (one.access.where !== two.access.where || !conflict(one.access, two.access)) continue;
        const key = [one.access.key, two.access.key].sort().join(" ");
        if (this.found.has(key)) continue;
        const number = this.objectOf(one, words);
        if (number === null || number !== this.objectOf(two, words)) continue;
        const [plain, other] = one.access.marked ? [two, one] : [one, two];
        this.found.set(key, this.race(state, plain, other, number));
      }
    }
  }

  /** 0 for a global variable; null for what points nowhere. */
  private objectOf({ thread, access }: About, words: Int32Array): number | null {
    if (access.pointer === null) return 0;
    const racer = this.threads[thread];
    const { layout } = this.explorer.space.compiled;
    const number = racer ? pointsTo(access.pointer, access.step, racer.compiled, layout, words) : 0;
    return number === 0 ? null : number;
  }

  private race(state: number, plain: About, other: About, number: number): Race {
    const { compiled, states } = this.explorer.space;
    const moves = stepsToState(compiled, states, state);
    const { decisions } = decisionsOf(compiled, states, moves, { finding: -1, state, thread: -1 });
    const last = [plain, other].map(({ thread }) => ({ thread, alternative: 0 }));
    const told = ({ thread, access }: About): RacingAccess => {
      const { step, stores, marked } = access;
      return { thread, step, stores, marked };
    };
    const { type } = plain.access;
    const { machine } = compiled;
    const what = type === null ? plain.access.name : `${machine.nameOf(type, number)}.${plain.access.name}`;
    const object = type === null ? null : { type, number };
    return { plain: told(plain), other: told(other), what, object, decisions: [...decisions, ...last] };
  }
}

interface About {
  readonly thread: number;
  readonly access: Access;
}

interface Access {
  readonly step: number;
  /** Equal for the same field or global variable. */
  readonly where: string;
  /** `role.word` */
  readonly name: string;
  readonly type: number | null;
  readonly pointer: Value | null;
  readonly stores: boolean;
  readonly marked: boolean;
  /** Equal for the same place in the code. */
  readonly key: string;
}

interface Racer {
  readonly compiled: CompiledThread;
  /** By value of pc. */
  readonly accesses: readonly (Access | null)[];
}

function conflict(a: Access, b: Access): boolean {
  return (a.stores || b.stores) && !(a.marked && b.marked);
}

/** Of those that can be reached at all. */
function restsAtAccesses(thread: CompiledThread): boolean {
  const known = new Set(thread.rests);
  return thread.program.steps.every(
    ({ action }, place) => known.has(place) || !isAccess(action) || thread.body(place).length === 0,
  );
}

function isAccess(action: Action): boolean {
  return ["load", "store", "rmw", "loadGlobal", "storeGlobal", "rmwGlobal"].includes(action.kind);
}

function racerOf(model: Model): (compiled: CompiledThread) => Racer {
  return (compiled) => ({
    compiled,
    accesses: compiled.rests.map((place) => {
      const at = compiled.places.stepOf(place);
      const step = at ? compiled.program.steps[at.step] : undefined;
      return at && step ? accessOf(model, compiled.program.name, step, at.step) : null;
    }),
  });
}

/** What the harness alone knows is nobody's race. */
function accessOf(model: Model, program: string, step: Step, index: number): Access | null {
  const { action, place } = step;
  // The same line reached through two calls is one place.
  const key = place === null ? `${program}:${index}` : `${place.file}:${place.start}:${place.end}`;
  const field = ({ type, object, field: number }: FieldRef, stores: boolean, how: Marking): Access | null => {
    const info = model.types[type]?.fields[number];
    if (info === undefined || info.ghost || how.intended === true) return null;
    const { marked } = how;
    const where = `${type}.${number}`;
    return { step: index, where, name: info.name, type, pointer: object, stores, marked, key };
  };
  const global = (number: number, stores: boolean, how: Marking): Access | null => {
    const info = model.globals[number];
    if (info === undefined || info.ghost || how.intended === true) return null;
    const { marked } = how;
    const where = `global ${number}`;
    return { step: index, where, name: info.name, type: null, pointer: null, stores, marked, key };
  };
  switch (action.kind) {
    case "load":
      return field(action.from, false, action);
    case "store":
      return field(action.to, true, action);
    case "rmw":
      return field(action.on, true, ATOMIC);
    case "loadGlobal":
      return global(action.global, false, action);
    case "storeGlobal":
      return global(action.global, true, action);
    case "rmwGlobal":
      return global(action.global, true, ATOMIC);
    default:
      return null;
  }
}

const ATOMIC: Marking = { marked: true };

/** What a thread's pointer holds while the thread rests before that step. */
function pointsTo(value: Value, step: number, thread: CompiledThread, layout: Layout, words: Int32Array): number {
  switch (value.kind) {
    case "const":
      return value.value;
    case "local": {
      const known = thread.constants.get(value.local) ?? thread.valueAt(step, value.local) ?? undefined;
      if (known !== undefined) return known;
      const slot = thread.slots[value.local];
      return slot ? readVariable(layout, words, slot) & (2 ** (thread.localBits[value.local] ?? 0) - 1) : 0;
    }
    case "unary":
      return pointsTo(value.operand, step, thread, layout, words) === 0 ? 1 : 0;
    case "binary": {
      const { op, left, right } = value;
      return compute(op, pointsTo(left, step, thread, layout, words), pointsTo(right, step, thread, layout, words));
    }
  }
}
