/**
 * Locals that tell what a pointer of value 0 is (`lower/error-pointers`) go with every pointer, and matter where two kinds
 * of 0 meet and somebody tells them apart. Elsewhere they are taken out again, with the questions for what cannot be.
 */
import type { Action, Program, Step, Value } from "../ir";
import { binary, not } from "../lower/values";
import { setBy, usesOf } from "./flow";

/** The same program when nothing asks. @param natures locals that hold the small numbers of `error-pointers` */
export function withoutIdleNatures(program: Program, natures: ReadonlySet<number>): Program {
  if (natures.size === 0) return program;
  const possible = possibleNatures(program, natures);
  const folded = program.steps.map((step) => {
    if (!usesOf(step.action).some((used) => natures.has(used))) return step;
    return { ...step, action: foldAction(step.action, possible) };
  });
  const asked = askedFor(folded, natures);
  const isIdle = ({ action }: Step): boolean => {
    const into = setBy(action);
    return into !== null && natures.has(into) && !asked.has(into);
  };
  return { ...program, steps: without(folded, isIdle) };
}

/** As bits: which numbers each can be. */
function possibleNatures({ steps }: Program, natures: ReadonlySet<number>): ReadonlyMap<number, number> {
  const possible = new Map<number, number>();
  const takers = new Map<number, number[]>();
  const pending: number[] = [];
  const add = (into: number, bits: number): void => {
    const had = possible.get(into) ?? 0;
    if ((had | bits) === had) return;
    possible.set(into, had | bits);
    pending.push(into);
  };
  for (const { action } of steps) {
    if (action.kind !== "assign" || !natures.has(action.into)) continue;
    const { value, into } = action;
    if (value.kind === "local" && natures.has(value.local)) {
      takers.set(value.local, [...(takers.get(value.local) ?? []), into]);
    } else add(into, value.kind === "const" ? 1 << value.value : ANY);
  }
  for (let from = pending.pop(); from !== undefined; from = pending.pop())
    for (const into of takers.get(from) ?? []) add(into, possible.get(from) ?? 0);
  return possible;
}

const ANY = 0b111;

function foldAction(action: Action, possible: ReadonlyMap<number, number>): Action {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node) || typeof node !== "object" || node === null) return node;
    const value = node as Value;
    if (value.kind === "unary" || value.kind === "binary") return fold(value, possible);
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(action) as Action;
}

function fold(value: Value, possible: ReadonlyMap<number, number>): Value {
  if (value.kind === "unary") return not(fold(value.operand, possible));
  if (value.kind !== "binary") return value;
  const { op } = value;
  if (value.left.kind === "local" && value.right.kind === "const" && (op === "==" || op === "!=")) {
    const bits = possible.get(value.left.local);
    const isPossible = bits === undefined || (bits & (1 << value.right.value)) !== 0;
    if (!isPossible) return { kind: "const", value: op === "==" ? 0 : 1 };
  }
  const [left, right] = [fold(value.left, possible), fold(value.right, possible)];
  // Only whether it is 0 is asked of what such a question stands beside.
  if (right.kind === "const" && ((op === "||" && right.value === 0) || (op === "&&" && right.value === 1))) return left;
  return binary(op, left, right);
}

/** Natures that something else than an assignment to a nature uses, or to one that is asked for itself. */
function askedFor(steps: readonly Step[], natures: ReadonlySet<number>): ReadonlySet<number> {
  const asked = new Set<number>();
  const givers = new Map<number, number[]>();
  for (const { action } of steps) {
    const into = setBy(action);
    for (const used of usesOf(action)) {
      if (!natures.has(used)) continue;
      if (into === null || !natures.has(into)) asked.add(used);
      else givers.set(into, [...(givers.get(into) ?? []), used]);
    }
  }
  for (const into of asked) for (const giver of givers.get(into) ?? []) asked.add(giver);
  return asked;
}

/** Leads past the steps that go, each of which has one way out. */
function without(steps: readonly Step[], goes: (step: Step) => boolean): readonly Step[] {
  const gone = steps.map(goes);
  if (!gone.includes(true)) return steps;
  const places = new Int32Array(steps.length);
  let count = 0;
  for (const [index, isGone] of gone.entries()) places[index] = isGone ? count : count++;
  const target = (from: number): number => {
    let at = from;
    for (let hops = 0; gone[at] === true && hops < steps.length; hops++) at = steps[at]?.next[0] ?? at;
    return places[at] as number;
  };
  return steps.flatMap((step, index) => (gone[index] === true ? [] : [{ ...step, next: step.next.map(target) }]));
}
