/** In which states each step can run: gathered from all states after an exploration. */
import type { Action, Value } from "../../model/ir";
import type { Compiled } from "../machine/compile";
import { compute } from "../machine/micro";
import { FREED, lifeOf } from "../objects/life";
import { whereOf } from "../objects/lists";
import { fieldOf } from "../objects/memory";
import type { StepFacts } from "../result";
import { showField, showLink } from "../show";
import { readVariable } from "./evaluate";
import type { States } from "./search";

const MOST_STATES = 16;

export interface FactCollector {
  /** Looks at that many more states; true when done. */
  advance(count: number): boolean;
  result(): readonly (readonly (StepFacts | undefined)[])[];
}

interface Gathered {
  readonly states: Map<string, Readonly<Record<string, string>>>;
  more: boolean;
  /** Bit t: thread t. */
  meanwhile: number;
}

export function collectFacts(compiled: Compiled, states: States): FactCollector {
  return new Collector(compiled, states);
}

class Collector implements FactCollector {
  private readonly gathered: (Gathered | undefined)[][];
  private next = 0;

  constructor(
    private readonly compiled: Compiled,
    private readonly states: States,
  ) {
    this.gathered = compiled.model.programs.map(() => []);
  }

  advance(count: number): boolean {
    const end = Math.min(this.states.count, this.next + count);
    for (; this.next < end; this.next++) this.look(this.states.wordsOf(this.next));
    return this.next >= this.states.count;
  }

  result(): readonly (readonly (StepFacts | undefined)[])[] {
    return this.gathered.map((steps) =>
      Array.from(steps, (one): StepFacts | undefined => {
        if (!one) return undefined;
        const meanwhile = this.compiled.threads.flatMap((_, thread) => ((one.meanwhile >> thread) & 1 ? [thread] : []));
        return { objectStates: [...one.states.values()], more: one.more, meanwhile };
      }),
    );
  }

  private look(words: Int32Array): void {
    const { threads, layout, model } = this.compiled;
    const pcs = threads.map((thread) => readVariable(layout, words, thread.pc));
    let underWay = 0;
    for (const [index, thread] of threads.entries()) {
      const pc = pcs[index] ?? 0;
      if (pc !== thread.pc.initial && thread.atRest[pc] === "busy") underWay |= 1 << index;
    }
    for (const [index, thread] of threads.entries()) {
      const pc = pcs[index] ?? 0;
      const at = thread.places.stepOf(thread.rests[pc] ?? 0);
      if (!at) continue;
      const steps = this.gathered[model.threads[index]?.program ?? 0];
      if (!steps) continue;
      const one = (steps[at.step] ??= { states: new Map(), more: false, meanwhile: 0 });
      one.meanwhile |= underWay & ~(1 << index);
      if (one.more) continue;
      const acted = actedOn(thread.program.steps[at.step]?.action);
      if (acted) this.note(one, { thread: index, place: thread.rests[pc] ?? 0 }, acted, words);
    }
  }

  private note(
    one: Gathered,
    { thread, place }: { readonly thread: number; readonly place: number },
    acted: Acted,
    words: Int32Array,
  ): void {
    const { threads, layout } = this.compiled;
    const slots = threads[thread]?.slots ?? [];
    const bits = threads[thread]?.localBits ?? [];
    const constants = threads[thread]?.constants;
    const object = evaluateValue(acted.object, (local) => {
      const slot = slots[local];
      const known = constants?.get(local) ?? threads[thread]?.valueAt(place, local);
      if (known !== undefined && known !== null) return known;
      return slot ? readVariable(layout, words, slot) & (2 ** (bits[local] ?? 0) - 1) : 0;
    });
    if (object === 0) return;
    const shown = this.describe(acted.type, object, words);
    if (!shown) return;
    const key = Object.values(shown).join("\n");
    if (one.states.has(key)) return;
    if (one.states.size < MOST_STATES) one.states.set(key, shown);
    else one.more = true;
  }

  private describe(type: number, object: number, words: Int32Array): Readonly<Record<string, string>> | null {
    const { machine, model, layout } = this.compiled;
    const info = model.types[type];
    if (!info || object > info.objects.length) return null;
    if (readVariable(layout, words, lifeOf(machine, type, object)) === FREED) return { state: "freed" };
    const shown: Record<string, string> = {};
    for (const [index, field] of info.fields.entries()) {
      if (field.kind === "plain" || field.kind === "refcount") {
        shown[field.name] = showField(field, readVariable(layout, words, fieldOf(machine, type, object, index)));
      } else if (field.kind === "link") {
        const where = whereOf(machine, type, object, index);
        if (where) shown[field.name] = showLink(model.lists, readVariable(layout, words, where));
      }
    }
    return shown;
  }
}

interface Acted {
  readonly type: number;
  readonly object: Value;
}

function actedOn(action: Action | undefined): Acted | null {
  switch (action?.kind) {
    case "load":
      return action.from;
    case "store":
      return action.to;
    case "rmw":
    case "refcount":
    case "callRcu":
    case "work":
      return action.on;
    case "free":
      return { type: action.type, object: action.object };
    default:
      return null;
  }
}

function evaluateValue(value: Value, local: (index: number) => number): number {
  switch (value.kind) {
    case "const":
      return value.value;
    case "local":
      return local(value.local);
    case "unary":
      return evaluateValue(value.operand, local) === 0 ? 1 : 0;
    case "binary":
      return compute(value.op, evaluateValue(value.left, local), evaluateValue(value.right, local));
  }
}
