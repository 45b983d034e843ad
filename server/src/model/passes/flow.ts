/** Which locals a step uses and sets, and which are still needed behind it. */
import type { Action, Program, Value } from "../ir";

export function usesOf(action: Action): number[] {
  const uses: number[] = [];
  const value = (v: Value | null): void => {
    if (v === null || v.kind === "const") return;
    if (v.kind === "local") uses.push(v.local);
    else if (v.kind === "unary") value(v.operand);
    else {
      value(v.left);
      value(v.right);
    }
  };
  switch (action.kind) {
    case "assign":
    case "storeGlobal":
    case "markListed":
    case "markAll":
      value(action.value);
      break;
    case "branch":
    case "assert":
      value(action.test);
      break;
    case "load":
      value(action.from.object);
      break;
    case "store":
      value(action.to.object);
      value(action.value);
      break;
    case "rmw":
      value(action.on.object);
      value(action.value);
      value(action.expected);
      break;
    case "rmwGlobal":
      value(action.value);
      value(action.expected);
      break;
    case "refcount":
      value(action.on.object);
      value(action.amount);
      break;
    case "callRcu":
    case "work":
      value(action.on.object);
      break;
    case "list":
    case "free":
    case "done":
      value(action.object);
      break;
    case "lock":
    case "assertHeld":
      value(action.of);
      break;
    default:
      break;
  }
  return uses;
}

export function setBy(action: Action): number | null {
  return "into" in action ? action.into : null;
}

/** Sets of locals, one for each step, as bits in words. */
export class LocalSets {
  private readonly words: Uint32Array;
  readonly width: number;

  constructor(
    readonly count: number,
    locals: number,
  ) {
    this.width = (locals + 31) >>> 5;
    this.words = new Uint32Array(count * this.width);
  }

  has(set: number, local: number): boolean {
    return ((this.words[set * this.width + (local >>> 5)] ?? 0) & (1 << (local & 31))) !== 0;
  }

  add(set: number, local: number): void {
    const at = set * this.width + (local >>> 5);
    this.words[at] = (this.words[at] ?? 0) | (1 << (local & 31));
  }

  /** `into` becomes its union with the step's successors in `from`. */
  join(into: number, from: LocalSets, sets: readonly number[]): void {
    for (let word = 0; word < this.width; word++) {
      let bits = 0;
      for (const set of sets) bits |= from.words[set * this.width + word] ?? 0;
      this.words[into * this.width + word] = bits;
    }
  }

  /** `to` becomes `from[set]` without one local and with others; true when that changed it. */
  transfer(to: number, from: LocalSets, without: number | null, and: readonly number[]): boolean {
    let changed = false;
    for (let word = 0; word < this.width; word++) {
      let bits = from.words[to * this.width + word] ?? 0;
      if (without !== null && without >>> 5 === word) bits &= ~(1 << (without & 31));
      for (const local of and) if (local >>> 5 === word) bits |= 1 << (local & 31);
      const at = to * this.width + word;
      if (bits >>> 0 !== this.words[at]) {
        this.words[at] = bits;
        changed = true;
      }
    }
    return changed;
  }

  members(set: number): number[] {
    const members: number[] = [];
    for (let word = 0; word < this.width; word++) {
      let bits = this.words[set * this.width + word] ?? 0;
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits & -bits);
        members.push(word * 32 + bit);
        bits &= bits - 1;
      }
    }
    return members;
  }
}

/** The locals whose value is needed behind each step. */
export function liveAfter(program: Program): LocalSets {
  const { steps } = program;
  const before = new LocalSets(steps.length, program.locals.length);
  const after = new LocalSets(steps.length, program.locals.length);
  const previous = steps.map(() => [] as number[]);
  for (const [index, step] of steps.entries()) {
    for (const next of step.next) previous[next]?.push(index);
  }
  const uses = steps.map((step) => usesOf(step.action));
  const pending = steps.map((_, index) => index);
  while (pending.length > 0) {
    const index = pending.pop() ?? 0;
    const step = steps[index];
    if (step === undefined) continue;
    after.join(index, before, step.next);
    if (before.transfer(index, after, setBy(step.action), uses[index] ?? [])) pending.push(...(previous[index] ?? []));
  }
  return after;
}
