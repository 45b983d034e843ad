/** What a local is sure to be decides branches far behind its assignment: a pinned value that was kept in a variable, say. */
import type { LocalInfo, Program, Step, Value } from "../ir";
import { binary, constant, not } from "../lower/values";
import { setBy } from "./flow";
import { withSteps } from "./steps";

const ANY = -1;

/** Branches that go one way whenever anybody comes by them are told so. */
export function decide(program: Program): Program {
  const known = knownBefore(program);
  const steps = program.steps.map((step, at): Step => {
    const { action } = step;
    const values = known[at];
    if (action.kind !== "branch" || action.test.kind === "const" || values === undefined) return step;
    const test = settle(action.test, values);
    return test.kind === "const" ? { ...step, action: { kind: "branch", test } } : step;
  });
  return withSteps(program, steps);
}

/** Nothing is known of any local at the start. What a loop counts is given up where it comes round. */
function knownBefore({ steps, locals }: Program): readonly (Int32Array | undefined)[] {
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
    if (into !== null) after[into] = action.kind === "assign" ? valueOf(action.value, before, locals[into]) : ANY;
    const test = action.kind === "branch" ? settle(action.test, before) : null;
    for (const [way, to] of step.next.entries()) {
      if (test?.kind === "const" && (test.value === 0) !== (way === 1)) continue;
      const joined = join(known[to], after);
      if (joined === null) continue;
      known[to] = joined;
      pending.push(to);
    }
  }
  return known;
}

/** Null when it adds nothing to what was known there. */
function join(had: Int32Array | undefined, further: Int32Array): Int32Array | null {
  if (had === undefined) return further.slice();
  const joined = had.map((value, local) => (value === further[local] ? value : ANY));
  return joined.every((value, local) => value === had[local]) ? null : joined;
}

/** A local that is too small for the value, or that points to objects which may not be there, is not sure to be it. */
function valueOf(value: Value, known: Int32Array, into: LocalInfo | undefined): number {
  const settled = settle(value, known);
  const isSure = settled.kind === "const" && into?.type === null && settled.value <= into.max;
  return isSure ? settled.value : ANY;
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
