/**
 * The language into which every step is compiled before code is generated from it: finite updates of state
 * variables, with nothing left in it of locks, lists or grace periods.
 *
 * A statement list runs from top to bottom. A path through it ends in `go`, `stop`, `block` or `alternatives`;
 * an `if` whose branches do not end falls through. Numbers are unsigned integers below 2^31.
 */
import type { ValueOp } from "../../model/ir";
import type { Variable } from "./variables";

export type Expr =
  | { readonly op: "const"; readonly value: number }
  | { readonly op: "variable"; readonly of: Variable }
  /** A local of the thread that moves. */
  | { readonly op: "local"; readonly local: number }
  | { readonly op: "temporary"; readonly id: number }
  | { readonly op: "!"; readonly operand: Expr }
  /** 1 when one of them is not 0. */
  | { readonly op: "any"; readonly of: readonly Variable[] }
  | { readonly op: "if"; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr }
  | { readonly op: ValueOp; readonly left: Expr; readonly right: Expr };

export type Stmt =
  /**
   * What does not fit into the variable's bits is cut off. `unnoticed`: other threads read the variable only in
   * expressions whose value this does not change. `was`: its value before, where that is known.
   */
  | {
      readonly kind: "set";
      readonly variable: Variable;
      readonly value: Expr;
      readonly unnoticed?: true;
      readonly was?: number;
    }
  | { readonly kind: "clear"; readonly variables: readonly Variable[] }
  | { readonly kind: "setLocal"; readonly local: number; readonly value: Expr }
  | { readonly kind: "let"; readonly id: number; readonly value: Expr }
  | { readonly kind: "if"; readonly test: Expr; readonly then: readonly Stmt[]; readonly otherwise: readonly Stmt[] }
  /** Something to tell; the path goes on. Index into the machine's findings. */
  | { readonly kind: "report"; readonly finding: number }
  /** Index into the machine's notes: bounds that were reached, steps that are not modelled. */
  | { readonly kind: "note"; readonly note: number }
  /** The object was freed: what describes it is forgotten, so that equal states stay equal. */
  | { readonly kind: "forget"; readonly type: number; readonly object: number }
  /** Goes on at another place of the thread's program. */
  | { readonly kind: "go"; readonly pc: number }
  /** The path ends here, for good. */
  | { readonly kind: "stop" }
  /** The thread cannot move now. Comes before anything was changed. */
  | { readonly kind: "block" }
  /** Each is taken, on its own copy of the state. One that blocks is not there. */
  | { readonly kind: "alternatives"; readonly of: readonly (readonly Stmt[])[] }
  /** Put in between fused steps: this step of the program begins here. */
  | { readonly kind: "begin"; readonly pc: number }
  /** A state of the transition's thread at rest: where fused transitions end. */
  | { readonly kind: "rest" };

export const constant = (value: number): Expr => ({ op: "const", value });
export const read = (of: Variable): Expr => ({ op: "variable", of });
export const localOf = (local: number): Expr => ({ op: "local", local });
export const temporary = (id: number): Expr => ({ op: "temporary", id });

export function any(of: readonly (Variable | undefined)[]): Expr {
  const there = of.filter((variable) => variable !== undefined);
  return there.length === 0 ? constant(0) : { op: "any", of: there };
}

export function not(operand: Expr): Expr {
  return operand.op === "const" ? constant(operand.value === 0 ? 1 : 0) : { op: "!", operand };
}

/** `left op right` as C's unsigned arithmetic on 31 bits does it; constants are folded. */
export function binary(op: ValueOp, left: Expr, right: Expr): Expr {
  if (left.op === "const" && right.op === "const") return constant(compute(op, left.value, right.value));
  if (op === "&&") {
    if (isConstant(left, 0) || isConstant(right, 0)) return constant(0);
  }
  if (op === "||") {
    if (isTruth(left) || isTruth(right)) return constant(1);
  }
  return { op, left, right };
}

export const equal = (left: Expr, right: number): Expr => binary("==", left, constant(right));
export const and = (all: readonly Expr[]): Expr =>
  all.reduce((left, right) => (isTruth(left) ? right : isTruth(right) ? left : binary("&&", left, right)), constant(1));
export const or = (all: readonly Expr[]): Expr =>
  all.reduce(
    (left, right) => (isConstant(left, 0) ? right : isConstant(right, 0) ? left : binary("||", left, right)),
    constant(0),
  );

export const set = (variable: Variable, value: Expr | number): Stmt => ({
  kind: "set",
  variable,
  value: typeof value === "number" ? constant(value) : value,
});

/** The same where the value before is known. */
export const turn = (variable: Variable, was: number, value: number): Stmt => ({
  kind: "set",
  variable,
  value: constant(value),
  was,
});

/** Folds what is decided already. */
export function when(test: Expr, then: readonly Stmt[], otherwise: readonly Stmt[] = []): readonly Stmt[] {
  if (test.op === "const") return test.value !== 0 ? then : otherwise;
  if (then.length === 0 && otherwise.length === 0) return [];
  return [{ kind: "if", test, then, otherwise }];
}

/** `into` is null when nobody looks at the result. */
export function give(into: number | null, value: Expr | number): readonly Stmt[] {
  if (into === null) return [];
  return [{ kind: "setLocal", local: into, value: typeof value === "number" ? constant(value) : value }];
}

/** The meaning of the operators; generated code must agree with it. */
export function compute(op: ValueOp, left: number, right: number): number {
  switch (op) {
    case "+":
      return (left + right) & 0x7fffffff;
    case "-":
      return left > right ? left - right : 0;
    case "*":
      return Math.imul(left, right) & 0x7fffffff;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "&~":
      return left & ~right;
    case "<<":
      return right > 30 ? 0 : (left << right) & 0x7fffffff;
    case ">>":
      return right > 30 ? 0 : left >>> right;
    case "==":
      return left === right ? 1 : 0;
    case "!=":
      return left !== right ? 1 : 0;
    case "<":
      return left < right ? 1 : 0;
    case "<=":
      return left <= right ? 1 : 0;
    case ">":
      return left > right ? 1 : 0;
    case ">=":
      return left >= right ? 1 : 0;
    case "&&":
      return left !== 0 && right !== 0 ? 1 : 0;
    case "||":
      return left !== 0 || right !== 0 ? 1 : 0;
  }
}

function isConstant(value: Expr, number: number): boolean {
  return value.op === "const" && value.value === number;
}

function isTruth(value: Expr): boolean {
  return value.op === "const" && value.value !== 0;
}
