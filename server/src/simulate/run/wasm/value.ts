/** Expressions of the micro language as WebAssembly: each leaves its value on the stack. */
import type { ValueOp } from "../../../model/ir";
import type { Expr } from "../../machine/micro";
import { largest, type Layout, type Variable } from "../../machine/variables";
import { I32, type Code } from "./code";

/** Where an expression finds what it reads. */
export interface Operands {
  readonly code: Code;
  readonly layout: Layout;
  /** The WebAssembly local that holds a word of the state. */
  word(word: number): number;
  local(local: number): { readonly at: number; readonly most: number };
  temporary(id: number): { readonly at: number; readonly most: number };
}

const LARGEST = 0x7fffffff;

/** @returns a number that the value does not exceed */
export function emitValue(to: Operands, expr: Expr): number {
  const { code } = to;
  switch (expr.op) {
    case "const":
      code.constant(expr.value);
      return expr.value;
    case "variable":
      return emitVariable(to, expr.of);
    case "local": {
      const { at, most } = to.local(expr.local);
      code.get(at);
      return most;
    }
    case "temporary": {
      const { at, most } = to.temporary(expr.id);
      code.get(at);
      return most;
    }
    case "!":
      emitValue(to, expr.operand);
      code.op(I32.Eqz);
      return 1;
    case "any":
      return emitAny(to, expr.of);
    case "if": {
      let most = 0;
      emitValue(to, expr.test);
      code.choose(
        () => (most = emitValue(to, expr.then)),
        () => (most = Math.max(most, emitValue(to, expr.otherwise))),
      );
      return most;
    }
    default:
      return emitOperation(to, expr.op, expr.left, expr.right);
  }
}

/** The bits of the variables in each word, for those that are in the state. */
export function masksOf(layout: Layout, variables: readonly Variable[]): ReadonlyMap<number, number> {
  const masks = new Map<number, number>();
  for (const variable of variables) {
    const place = layout.placeOf(variable);
    if (place) masks.set(place.word, (masks.get(place.word) ?? 0) | (place.mask << place.shift));
  }
  return masks;
}

function emitVariable(to: Operands, variable: Variable): number {
  const { code } = to;
  const place = to.layout.placeOf(variable);
  if (!place) {
    code.constant(variable.initial);
    return variable.initial;
  }
  code.get(to.word(place.word));
  if (place.shift > 0) code.constant(place.shift).op(I32.ShrU);
  if (place.shift + variable.bits < 32) code.constant(place.mask).op(I32.And);
  return largest(variable);
}

function emitAny(to: Operands, variables: readonly Variable[]): number {
  const { code, layout } = to;
  const isSet = variables.some((variable) => !layout.placeOf(variable) && variable.initial !== 0);
  const masks = [...masksOf(layout, variables)];
  if (isSet || masks.length === 0) {
    code.constant(isSet ? 1 : 0);
    return isSet ? 1 : 0;
  }
  for (const [index, [word, mask]] of masks.entries()) {
    code.get(to.word(word)).constant(mask).op(I32.And);
    if (index > 0) code.op(I32.Or);
  }
  code.constant(0).op(I32.Ne);
  return 1;
}

function emitOperation(to: Operands, op: ValueOp, left: Expr, right: Expr): number {
  const { code } = to;
  switch (op) {
    case "+": {
      const most = emitValue(to, left) + emitValue(to, right);
      code.op(I32.Add);
      return cut(code, most);
    }
    case "*": {
      const most = emitValue(to, left) * emitValue(to, right);
      code.op(I32.Mul);
      return cut(code, most);
    }
    case "-": {
      const a = code.local();
      const b = code.local();
      const most = emitValue(to, left);
      code.tee(a);
      emitValue(to, right);
      code.tee(b).op(I32.Sub).constant(0).get(a).get(b).op(I32.GtU).op(I32.Select);
      return most;
    }
    case "&": {
      const most = Math.min(emitValue(to, left), emitValue(to, right));
      code.op(I32.And);
      return most;
    }
    case "|":
    case "^": {
      const most = Math.max(emitValue(to, left), emitValue(to, right));
      code.op(op === "|" ? I32.Or : I32.Xor);
      return 2 ** (32 - Math.clz32(most)) - 1;
    }
    case "&~": {
      const most = emitValue(to, left);
      emitValue(to, right);
      code.constant(-1).op(I32.Xor).op(I32.And);
      return most;
    }
    case "<<":
    case ">>":
      return emitShift(to, op, left, right);
    case "==":
    case "!=":
      if (right.op === "const" && right.value === 0) {
        emitValue(to, left);
        if (op === "==") code.op(I32.Eqz);
        else code.constant(0).op(I32.Ne);
        return 1;
      }
      emitValue(to, left);
      emitValue(to, right);
      code.op(op === "==" ? I32.Eq : I32.Ne);
      return 1;
    case "<":
    case "<=":
    case ">":
    case ">=":
      emitValue(to, left);
      emitValue(to, right);
      code.op({ "<": I32.LtU, "<=": I32.LeU, ">": I32.GtU, ">=": I32.GeU }[op]);
      return 1;
    case "&&":
    case "||":
      emitTruth(to, left);
      emitTruth(to, right);
      code.op(op === "&&" ? I32.And : I32.Or);
      return 1;
  }
}

/** 0 or 1. */
function emitTruth(to: Operands, expr: Expr): void {
  if (emitValue(to, expr) > 1) to.code.constant(0).op(I32.Ne);
}

/** Shifts by more than 30 give 0, where WebAssembly would take the distance modulo 32. */
function emitShift(to: Operands, op: "<<" | ">>", left: Expr, right: Expr): number {
  const { code } = to;
  const by = code.local();
  const most = emitValue(to, left);
  emitValue(to, right);
  code.tee(by).op(op === "<<" ? I32.Shl : I32.ShrU);
  if (op === "<<") code.constant(LARGEST).op(I32.And);
  code.constant(0).get(by).constant(30).op(I32.LeU).op(I32.Select);
  return op === "<<" ? LARGEST : most;
}

function cut(code: Code, most: number): number {
  if (most <= LARGEST) return most;
  code.constant(LARGEST).op(I32.And);
  return LARGEST;
}
