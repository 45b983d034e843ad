/**
 * Takes out of a program what no thread and no object can notice: jumps, choices without consequence, values that nobody
 * uses. This is the slicing by data flow: what the C does besides the tracked objects leaves no step behind.
 */
import type { Program, Step, Value } from "../ir";
import { liveAfter, setBy, type LocalSets } from "./flow";
import { forward } from "./forward";
import { redirected, withSteps } from "./steps";

/** `memory` tells whether a field stands for the untracked rest of an object. */
export function simplify(program: Program, memory: (type: number, field: number) => boolean): Program {
  let current = program;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = compact(dropSilent(dropTouches(joinChoices(forward(current)), memory)));
    if (next === current) return next;
    current = next;
  }
  return current;
}

/** Each round leaves an equal program, and a few of them one that stays as it is; a program is worth no more time than that. */
const MOST_ROUNDS = 200;

/** Free choices that lead to one another are one choice among all that they lead to. */
function joinChoices(program: Program): Program {
  const steps = program.steps.map((step): Step => {
    if (step.action.kind !== "choose") return step;
    if (step.action.nature === "schedule") return step;
    const targets = new Set<number>();
    const seen = new Set<number>();
    const pending = [...step.next];
    while (pending.length > 0) {
      const index = pending.pop() ?? 0;
      if (seen.has(index)) continue;
      seen.add(index);
      const inner = program.steps[index];
      const isFree = inner?.action.kind === "choose" && inner.action.nature === "free";
      if (isFree) pending.push(...inner.next);
      else targets.add(index);
    }
    const order = [...targets].sort((a, b) => a - b);
    const isSame = order.length === step.next.length && order.every((to, way) => to === step.next[way]);
    return order.length === 0 || isSame ? step : { ...step, next: order };
  });
  return withSteps(program, steps);
}

/** An untracked access directly before another access to the same object notices nothing that the other does not. */
function dropTouches(program: Program, memory: (type: number, field: number) => boolean): Program {
  const steps = program.steps.map((step): Step => {
    const { action } = step;
    if (action.kind !== "load" || !memory(action.from.type, action.from.field)) return step;
    const isCovered = touchesNext(program, step.next[0] ?? 0, action.from.type, action.from.object);
    return isCovered ? { ...step, action: { kind: "branch", test: { kind: "const", value: 1 } }, acting: false } : step;
  });
  return withSteps(program, steps);
}

function touchesNext(program: Program, start: number, type: number, object: Value): boolean {
  let index = start;
  for (let hops = 0; hops < 50; hops++) {
    const step = program.steps[index];
    if (step === undefined) return false;
    const { action } = step;
    const ref = "from" in action ? action.from : "to" in action ? action.to : "on" in action ? action.on : null;
    if (ref !== null) return ref.type === type && JSON.stringify(ref.object) === JSON.stringify(object);
    const isPlain = action.kind === "assign" || (action.kind === "branch" && action.test.kind === "const");
    if (!isPlain || step.next[0] === undefined) return false;
    if (object.kind === "local" && setBy(action) === object.local) return false;
    index = step.next[0];
  }
  return false;
}

/** Redirects every edge past steps that do nothing. */
function dropSilent(program: Program): Program {
  const live = liveAfter(program);
  const skips = program.steps.map((step, index) => skipOf(step, index, live));
  const resolve = resolver(skips);
  const steps = program.steps.map((step) => redirected(step, resolve));
  return withSteps(program, startAt(steps, resolve(0)));
}

/** Follows skips to their end; a circle of them leads to where one began. */
function resolver(skips: readonly (number | null)[]): (from: number) => number {
  const ends = new Int32Array(skips.length).fill(-1);
  return (from) => {
    const known = ends[from] as number;
    if (known >= 0) return known;
    let index = from;
    for (let hops = 0; ; hops++) {
      const to = skips[index];
      if (to === null || to === undefined) break;
      if (hops === skips.length) {
        index = from;
        break;
      }
      index = to;
    }
    ends[from] = index;
    return index;
  };
}

/** Where a step that does nothing leads; null when it does something. */
function skipOf(step: Step, index: number, live: LocalSets): number | null {
  const { action, next } = step;
  const first = next[0];
  if (first === undefined || first === index) return null;
  if (action.kind === "assign") {
    const isDead = !live.has(index, action.into);
    const isSame = action.value.kind === "local" && action.value.local === action.into;
    return isDead || isSame ? first : null;
  }
  if (action.kind === "branch" && action.test.kind === "const")
    return action.test.value === 0 ? (next[1] ?? first) : first;
  const isFork = action.kind === "branch" || action.kind === "choose";
  return isFork && next.every((to) => to === first) ? first : null;
}

/** Step 0 is the entry: when the first step went away, the one it led to moves to the front. */
function startAt(steps: Step[], entry: number): Step[] {
  const first = steps[entry];
  if (entry === 0 || first === undefined) return steps;
  const jump: Step = {
    ...first,
    action: { kind: "branch", test: { kind: "const", value: 1 } },
    next: [entry, entry],
    acting: false,
    text: "",
    place: null,
  };
  const moved = steps.map((step, index) => (index === 0 ? jump : step));
  return swap(moved, entry);
}

function swap(steps: Step[], entry: number): Step[] {
  const to = (index: number): number => (index === entry ? 0 : index === 0 ? entry : index);
  const swapped = steps.slice();
  const [a, b] = [steps[0], steps[entry]];
  if (a !== undefined && b !== undefined) {
    swapped[0] = b;
    swapped[entry] = a;
  }
  return swapped.map((step) => ({ ...step, next: step.next.map(to) }));
}

/** Drops what cannot be reached and numbers the rest in the order of a walk. */
function compact(program: Program): Program {
  const order: number[] = [];
  const place = new Int32Array(program.steps.length).fill(-1);
  const pending = [0];
  while (pending.length > 0) {
    const index = pending.pop() ?? 0;
    if (place[index] !== -1) continue;
    place[index] = order.push(index) - 1;
    const step = program.steps[index];
    for (let way = (step?.next.length ?? 0) - 1; way >= 0; way--) pending.push(step?.next[way] ?? 0);
  }
  const steps = order.flatMap((index): Step[] => {
    const step = program.steps[index];
    return step === undefined ? [] : [redirected(step, (to) => place[to] as number)];
  });
  return withSteps(program, steps);
}
