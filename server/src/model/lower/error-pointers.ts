/**
 * What is 0 for us may be NULL or a pointer that carries an error, and C asks for them in different ways. Which of the two
 * goes with a pointer as a second value: that of what nobody can tell answers to both questions, as a value from code that
 * is not shown does.
 */
import type { CallExpr } from "../../c/syntax";
import type { Value } from "../ir";
import type { Meaning } from "../profile";
import { argument } from "./arguments";
import type { Context } from "./context";
import { binary, constant, not, number, unknown, type Val } from "./values";

type ErrorPointer = Extract<Meaning, { does: "error" }>;
type Finite = Extract<Val, { k: "value" }>;

/** What `zero` of a value may be. */
const EITHER = constant(0);
const ERROR = constant(1);
export const NULL = constant(2);

export function lowerErrorPointer(cx: Context, meaning: ErrorPointer, call: CallExpr): Val {
  const text = cx.text(call.place);
  const arg = argument(call, meaning.on);
  if (arg === null) return unknown(text);
  if (meaning.op === "make") return errorPointer(cx.expr(arg));
  const val = cx.expr(arg);
  if (val.k === "value") return { k: "value", value: not(noneOf(val, meaning)), type: null, loose: false };
  return isStatic(val) ? number(0) : unknown(text);
}

/** What is 0 where IS_ERR(p) is true. */
export function noError(meaning: ErrorPointer, val: Val): Val {
  return val.k === "value" ? { k: "value", value: noneOf(val, meaning), type: null, loose: false } : val;
}

/** A pointer is true when it points somewhere, also to where no object is but an error. */
export function truthOf({ value, zero }: Finite): Value {
  return zero === undefined ? value : either(value, binary("==", zero, ERROR));
}

/** For the local that goes with what it is stored to. A literal 0 is NULL. */
export function zeroOf(val: Val): Value {
  if (val.k !== "value") return EITHER;
  const isLiteral = val.value.kind === "const" && val.value.value === 0;
  return val.zero ?? (isLiteral ? NULL : EITHER);
}

/**
 * `p == NULL`, `p != ERR_PTR(-EAGAIN)`. Which error it is nobody tells.
 *
 * @param value compares the two as numbers
 * @param zero the side that is 0
 */
export function compareWithZero(op: "==" | "!=", value: Value, { zero: nature }: Finite, { zero }: Finite): Value {
  if (nature === undefined) return value;
  const other = zero?.kind === "const" && zero.value === 1 ? NULL : ERROR;
  return op === "==" ? both(value, binary("!=", nature, other)) : either(value, binary("==", nature, other));
}

/** 0 when it is what is asked for. */
function noneOf({ value, zero }: Finite, meaning: ErrorPointer): Value {
  return zero === undefined || meaning.op === "isOrNull" ? value : either(value, binary("==", zero, NULL));
}

function either(value: Value, or: Value): Value {
  return or.kind === "const" && or.value === 0 ? value : binary("||", value, or);
}

function both(value: Value, and: Value): Value {
  return and.kind === "const" && and.value !== 0 ? value : binary("&&", value, and);
}

/** ERR_PTR(0) is NULL. */
function errorPointer(error: Val): Val {
  const zero = error.k === "value" ? binary("+", ERROR, not(error.value)) : ERROR;
  return { k: "value", value: constant(0), type: null, loose: false, zero };
}

function isStatic(val: Val): boolean {
  return val.k === "address" || val.k === "function" || val.k === "text";
}
