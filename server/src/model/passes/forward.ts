/**
 * Leads steps past what only hands their outcome on: functions that were put in place of their calls leave chains of
 * `result = 0; other = result; if (other)` behind, of which nothing is left.
 */
import type { Action, LocalInfo, Program, Step, Value } from "../ir";
import { binary, constant, not } from "../lower/values";
import { liveAfter, setBy } from "./flow";
import { redirected, withSteps } from "./steps";

/** What a thread knows on its way: the value of one local. */
interface Known {
  readonly local: number;
  readonly value: number;
}

/** Every path passes the same steps that touch anything outside its thread, with the same values. */
export function forward(program: Program): Program {
  const { steps, locals } = program;
  const live = liveAfter(program);

  /** Past branches that are decided by what is known; a circle of them stays as it is, for it has no end to lead to. */
  const decided = (known: Known | null, from: number): number => {
    if (known === null) return from;
    let at = from;
    for (let hops = 0; hops < steps.length; hops++) {
      const step = steps[at];
      if (step?.action.kind !== "branch") return at;
      const test = substitute(step.action.test, known);
      if (test.kind !== "const") return at;
      at = step.next[test.value === 0 ? 1 : 0] ?? at;
    }
    return from;
  };

  /** The step with the one that takes over its result, when nobody else needs that. */
  const joined = (step: Step): Step | null => {
    const at = step.next[0] ?? 0;
    const then = steps[at];
    const into = setBy(step.action);
    if (into === null || step.next.length !== 1 || then?.action.kind !== "assign") return null;
    const taker = then.action.into;
    if (taker !== into && live.has(at, into)) return null;
    const action = handedOn(step.action, then.action.value, into, taker, locals);
    return action === null ? null : { ...step, action, next: then.next };
  };

  const led = (step: Step): Step => {
    const { action } = step;
    if (action.kind !== "assign" && action.kind !== "branch") return step;
    return redirected(step, (to, way) => decided(knownBehind(action, way, locals), to));
  };

  const forwarded = steps.map((step) => {
    const first = led(step);
    let current = first;
    for (let hops = 0; hops < steps.length; hops++) {
      const further = joined(current);
      if (further === null) return current;
      current = led(further);
    }
    // Round and round: joined anew in each round of the passes, it would never be the same twice.
    return first;
  });
  return withSteps(program, forwarded);
}

/** The first step sets `into`, and the second gives `value` of it to `taker`. */
function handedOn(action: Action, value: Value, into: number, taker: number, locals: Program["locals"]): Action | null {
  if (action.kind === "assign" && action.value.kind === "const") {
    const given = substitute(value, { local: into, value: action.value.value });
    const fits =
      given.kind === "const" && isWithin(action.value.value, locals[into]) && isWithin(given.value, locals[taker]);
    return fits ? { kind: "assign", into: taker, value: given } : null;
  }
  const isHanded = value.kind === "local" && value.local === into && isAlike(locals[into], locals[taker]);
  return isHanded ? ({ ...action, into: taker } as Action) : null;
}

function knownBehind(action: Action, way: number, locals: Program["locals"]): Known | null {
  if (action.kind === "assign") {
    const { into, value } = action;
    return value.kind === "const" && isWithin(value.value, locals[into]) ? { local: into, value: value.value } : null;
  }
  if (action.kind !== "branch") return null;
  const { test } = action;
  if (test.kind === "local") return way === 1 ? { local: test.local, value: 0 } : oneOf(test.local, locals);
  if (test.kind === "unary" && test.operand.kind === "local") {
    const { local } = test.operand;
    return way === 0 ? { local, value: 0 } : oneOf(local, locals);
  }
  return null;
}

/** What is not 0 and at most 1. */
function oneOf(local: number, locals: Program["locals"]): Known | null {
  const info = locals[local];
  return info?.max === 1 && info.type === null ? { local, value: 1 } : null;
}

function substitute(value: Value, known: Known): Value {
  switch (value.kind) {
    case "const":
      return value;
    case "local":
      return value.local === known.local ? constant(known.value) : value;
    case "unary":
      return not(substitute(value.operand, known));
    case "binary":
      return binary(value.op, substitute(value.left, known), substitute(value.right, known));
  }
}

/** Pointers have as many values as there are objects, which a scenario says; the first object and NULL are always there. */
function isWithin(value: number, local: LocalInfo | undefined): boolean {
  return local !== undefined && value <= (local.type === null ? local.max : 1);
}

function isAlike(a: LocalInfo | undefined, b: LocalInfo | undefined): boolean {
  return a !== undefined && b !== undefined && a.max === b.max && a.type === b.type;
}
