/** Which steps of a program anybody can come by: what a local is sure to be decides branches far behind its assignment. */
import type { Program, Value } from "../ir";
import { binary, constant, not } from "../lower/values";
import { setBy } from "./flow";

const ANY = -1;

/** Nothing is known of any local at the start. Constants of a loop that counts are given up where it comes round. */
export function reachedSteps({ steps, locals }: Program): ReadonlySet<number> {
  const known: (Int32Array | undefined)[] = [new Int32Array(locals.length).fill(ANY)];
  const pending = [0];
  while (pending.length > 0) {
    const at = pending.pop() ?? 0;
    const step = steps[at];
    const before = known[at];
    if (step === undefined || before === undefined) continue;
    const { action } = step;
    const after = before.slice();
    const into = setBy(action);
    if (into !== null) after[into] = action.kind === "assign" ? valueOf(action.value, before) : ANY;
    const test = action.kind === "branch" ? valueOf(action.test, before) : ANY;
    for (const [way, to] of step.next.entries()) {
      if (test !== ANY && (test === 0) !== (way === 1)) continue;
      const joined = join(known[to], after);
      if (joined === null) continue;
      known[to] = joined;
      pending.push(to);
    }
  }
  return new Set(known.flatMap((values, at) => (values === undefined ? [] : [at])));
}

/** Null when it adds nothing to what was known there. */
function join(had: Int32Array | undefined, further: Int32Array): Int32Array | null {
  if (had === undefined) return further.slice();
  const joined = had.map((value, local) => (value === further[local] ? value : ANY));
  return joined.every((value, local) => value === had[local]) ? null : joined;
}

function valueOf(value: Value, known: Int32Array): number {
  const settled = settle(value, known);
  return settled.kind === "const" ? settled.value : ANY;
}

function settle(value: Value, known: Int32Array): Value {
  switch (value.kind) {
    case "const":
      return value;
    case "local": {
      const number = known[value.local] ?? ANY;
      return number === ANY ? value : constant(number);
    }
    case "unary":
      return not(settle(value.operand, known));
    case "binary":
      return binary(value.op, settle(value.left, known), settle(value.right, known));
  }
}
