/** Expressions: leaves replaced, constants folded. */
import { and, binary, constant, not, or, type Expr } from "../machine/micro";
import type { Variable } from "../machine/variables";
import { mostOf } from "../machine/range";

type Leaf = Extract<Expr, { readonly op: "const" | "variable" | "local" | "temporary" }>;

/** `any` becomes a chain of `||`, so that each of its variables can be replaced. */
export function replace(expr: Expr, by: (leaf: Leaf) => Expr): Expr {
  switch (expr.op) {
    case "const":
    case "variable":
    case "local":
    case "temporary":
      return by(expr);
    case "!":
      return { op: "!", operand: replace(expr.operand, by) };
    case "any": {
      const tests = expr.of.map((of): Expr => truth(replace({ op: "variable", of }, by)));
      return tests.reduce((left, right) => ({ op: "||", left, right }));
    }
    case "if":
      return {
        op: "if",
        test: replace(expr.test, by),
        then: replace(expr.then, by),
        otherwise: replace(expr.otherwise, by),
      };
    default:
      return { op: expr.op, left: replace(expr.left, by), right: replace(expr.right, by) };
  }
}

export function fold(expr: Expr): Expr {
  switch (expr.op) {
    case "const":
    case "variable":
    case "local":
    case "temporary":
    case "any":
      return expr;
    case "!":
      return negated(fold(expr.operand));
    case "if": {
      const test = fold(expr.test);
      if (test.op === "const") return fold(test.value !== 0 ? expr.then : expr.otherwise);
      return { op: "if", test, then: fold(expr.then), otherwise: fold(expr.otherwise) };
    }
    case "&&":
      return and([truth(fold(expr.left)), truth(fold(expr.right))]);
    case "||":
      return or([truth(fold(expr.left)), truth(fold(expr.right))]);
    default:
      return binary(expr.op, fold(expr.left), fold(expr.right));
  }
}

/** `test ? then : otherwise` of truth values, with as little written as can be. */
export function choice(test: Expr, then: Expr, otherwise: Expr): Expr {
  if (isConst(then, 1) && isConst(otherwise, 1)) return constant(1);
  if (isConst(then, 0)) return and([negated(test), otherwise]);
  if (isConst(otherwise, 0)) return and([test, then]);
  if (isConst(then, 1)) return or([test, otherwise]);
  if (isConst(otherwise, 1)) return or([negated(test), then]);
  return or([and([test, then]), and([negated(test), otherwise])]);
}

export function reads(expr: Expr, variables: (of: Variable) => boolean): boolean {
  switch (expr.op) {
    case "const":
    case "local":
    case "temporary":
      return false;
    case "variable":
      return variables(expr.of);
    case "!":
      return reads(expr.operand, variables);
    case "any":
      return expr.of.some(variables);
    case "if":
      return reads(expr.test, variables) || reads(expr.then, variables) || reads(expr.otherwise, variables);
    default:
      return reads(expr.left, variables) || reads(expr.right, variables);
  }
}

function negated(expr: Expr): Expr {
  if (expr.op === "==") return { ...expr, op: "!=" };
  if (expr.op === "!=") return { ...expr, op: "==" };
  return not(expr);
}

function isConst(expr: Expr, value: number): boolean {
  return expr.op === "const" && expr.value === value;
}

/** 0 or 1: what is not 0 may be the whole value of a variable, as in `mark = any of those that hold the lock`. */
function truth(expr: Expr): Expr {
  if (expr.op === "const") return constant(expr.value !== 0 ? 1 : 0);
  return mostOf(expr) <= 1 ? expr : { op: "!=", left: expr, right: constant(0) };
}
