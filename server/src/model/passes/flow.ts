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
    case "operate":
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

/** Sets of locals, one for each step. */
export interface LocalSets {
  has(step: number, local: number): boolean;
  /** True when it was not in the set. */
  add(step: number, local: number): boolean;
  members(step: number): number[];
}

/** So many words of bits are held at most; few locals of a large program are needed at the same time. */
const MOST_WORDS = 1 << 20;

function localSets(steps: number, locals: number): LocalSets {
  return steps * ((locals + 31) >>> 5) > MOST_WORDS ? new ListedSets() : new BitSets(steps, locals);
}

class ListedSets implements LocalSets {
  private readonly sets: (Set<number> | undefined)[] = [];

  has(step: number, local: number): boolean {
    return this.sets[step]?.has(local) === true;
  }

  add(step: number, local: number): boolean {
    const set = (this.sets[step] ??= new Set());
    const { size } = set;
    return set.add(local).size > size;
  }

  members(step: number): number[] {
    return [...(this.sets[step] ?? [])].sort((a, b) => a - b);
  }
}

class BitSets implements LocalSets {
  private readonly words: Uint32Array;
  private readonly width: number;

  constructor(steps: number, locals: number) {
    this.width = (locals + 31) >>> 5;
    this.words = new Uint32Array(steps * this.width);
  }

  has(step: number, local: number): boolean {
    return (((this.words[step * this.width + (local >>> 5)] as number) >>> (local & 31)) & 1) !== 0;
  }

  add(step: number, local: number): boolean {
    const at = step * this.width + (local >>> 5);
    const had = this.words[at] as number;
    const bits = had | (1 << (local & 31));
    this.words[at] = bits;
    return bits >>> 0 !== had;
  }

  members(step: number): number[] {
    const members: number[] = [];
    for (let word = 0; word < this.width; word++) {
      let bits = this.words[step * this.width + word] as number;
      while (bits !== 0) {
        members.push(word * 32 + 31 - Math.clz32(bits & -bits));
        bits &= bits - 1;
      }
    }
    return members;
  }
}

/**
 * The locals whose value is needed behind each step: by something other than an assignment to a local that is not needed
 * itself ("strongly live": Nielson, Nielson and Hankin, Principles of Program Analysis, 2.1).
 */
export function liveAfter({ steps, locals }: Program): LocalSets {
  const previous = previousOf(steps);
  const before = localSets(steps.length, locals.length);
  const after = localSets(steps.length, locals.length);
  /** Pairs of a step and a local. */
  const pending: number[] = [];
  const need = (step: number, local: number): void => {
    if (before.add(step, local)) pending.push(step, local);
  };
  const flows = steps.map(({ action }) => flowOf(action));
  for (const [index, flow] of flows.entries())
    if (!flow.isAssignment) for (const local of flow.uses) need(index, local);
  while (pending.length > 0) {
    const local = pending.pop() as number;
    const step = pending.pop() as number;
    for (let at = previous.from[step] as number; at < (previous.from[step + 1] as number); at++) {
      const earlier = previous.steps[at] as number;
      if (!after.add(earlier, local)) continue;
      const flow = flows[earlier] as Flow;
      if (flow.sets !== local) need(earlier, local);
      else if (flow.isAssignment) for (const used of flow.uses) need(earlier, used);
    }
  }
  return after;
}

interface Flow {
  readonly uses: readonly number[];
  readonly sets: number | null;
  readonly isAssignment: boolean;
}

/** Most actions go through many passes as they are. */
const flowsOfActions = new WeakMap<Action, Flow>();

function flowOf(action: Action): Flow {
  const had = flowsOfActions.get(action);
  if (had !== undefined) return had;
  const flow = { uses: usesOf(action), sets: setBy(action), isAssignment: action.kind === "assign" };
  flowsOfActions.set(action, flow);
  return flow;
}

/** The steps that lead to step i lie in `steps` from `from[i]` to `from[i + 1]`. */
function previousOf(steps: Program["steps"]): { readonly from: Int32Array; readonly steps: Int32Array } {
  const from = new Int32Array(steps.length + 2);
  for (const step of steps) for (const next of step.next) from[next + 2] = (from[next + 2] as number) + 1;
  for (let index = 2; index < from.length; index++) {
    from[index] = (from[index] as number) + (from[index - 1] as number);
  }
  const all = new Int32Array(from[from.length - 1] as number);
  for (const [index, step] of steps.entries()) {
    for (const next of step.next) {
      const at = from[next + 1] as number;
      all[at] = index;
      from[next + 1] = at + 1;
    }
  }
  return { from, steps: all };
}
