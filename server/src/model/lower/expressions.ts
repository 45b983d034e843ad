/** Expressions: each read of something shared becomes a step, the rest stays arithmetic over locals. */
import { accessOf } from "./arguments";
import type { Expr, TypeName } from "../../c/syntax";
import type { Value, ValueOp } from "../ir";
import type { Context } from "./context";
import { compareWithZero, truthOf, zeroOf } from "./error-pointers";
import { finite } from "./choices";
import { behind, lowerLval } from "./lvals";
import { memberOf, read, write, type Access } from "./memory";
import { binary, constant, local, not, number, pointer, unknown, VOID, type Val } from "./values";

/** `want` is the type of what the result is stored to, for allocations. */
export function lowerExpr(cx: Context, expr: Expr, want: TypeName | null = null): Val {
  switch (expr.kind) {
    case "name":
      return lowerName(cx, expr);
    case "number":
      return number(Math.min(Math.max(0, Math.trunc(expr.value)), 0x7fffffff));
    case "text":
      return { k: "text", text: expr.value };
    case "call":
      return cx.call(expr, want);
    case "member":
    case "index":
      return read(cx, lowerLval(cx, expr), accessOf(cx, expr));
    case "unary":
      return lowerUnary(cx, expr);
    case "update":
      return lowerUpdate(cx, expr);
    case "binary":
      return lowerBinary(cx, expr);
    case "assign":
      return lowerAssign(cx, expr);
    case "conditional":
      return lowerConditional(cx, expr, want);
    case "cast":
      return retype(cx, lowerExpr(cx, expr.operand, expr.type), expr.type);
    case "comma":
      lowerExpr(cx, expr.left);
      return lowerExpr(cx, expr.right, want);
    case "block":
      return lowerStatementExpr(cx, expr, want);
    case "list":
      return { k: "struct", type: "", members: listMembers(cx, expr) };
    case "type":
      return unknown(expr.type.base, expr.type);
    case "gap":
      return notModelled(cx, expr, "code that is left out");
    case "error":
      return notModelled(cx, expr, "code that could not be read");
  }
}

/** Our values are small and not negative: -1 is the largest of them, as in an unsigned of that width. */
function represent(value: number): number {
  return value < 0 ? Math.max(4, 8 + value) : value;
}

/** C says `true`, `false` and `NULL`; an errno is negative, which for us means: not 0. */
function lowerName(cx: Context, expr: Extract<Expr, { kind: "name" }>): Val {
  if (cx.variable(expr.name) === undefined) {
    if (expr.name === "true") return number(1);
    if (expr.name === "false" || expr.name === "NULL") return number(0);
    const macro = cx.world.codebase.macro(expr.name);
    const expanded =
      macro !== undefined && macro.params === null ? cx.world.codebase.expandExpr(expr.name, expr) : null;
    if (expanded !== null && !(expanded.kind === "name" && expanded.name === expr.name)) return lowerExpr(cx, expanded);
    if (cx.world.codebase.function(expr.name) !== undefined) return { k: "function", name: expr.name };
    const enumerator = cx.world.codebase.enumerator(expr.name);
    if (typeof enumerator === "number") return number(represent(enumerator));
    if (enumerator !== undefined && enumerator !== null) return lowerExpr(cx, enumerator);
  }
  const lval = lowerLval(cx, expr);
  if (lval.k === "unknown" && expr.name.startsWith("CONFIG_")) {
    // The same for the whole kernel, so no choice that the code could make one way here and another way there.
    cx.note("configuration", `${expr.name} is taken to be on`, expr.place);
    return number(1);
  }
  if (lval.k === "unknown" && !/^[A-Z0-9_]+$/.test(expr.name)) return { k: "function", name: expr.name };
  return read(cx, lval, accessOf(cx, expr));
}

function lowerUnary(cx: Context, expr: Extract<Expr, { kind: "unary" }>): Val {
  switch (expr.op) {
    case "&":
      return { k: "address", of: lowerLval(cx, expr.operand) };
    case "*": {
      const val = lowerExpr(cx, expr.operand);
      return val.k === "function" ? val : read(cx, behind(cx, val, expr.operand), accessOf(cx, expr));
    }
    case "!": {
      const val = lowerExpr(cx, expr.operand);
      return val.k === "value"
        ? { k: "value", value: not(truthOf(val)), type: null, loose: false }
        : negated(val, expr, cx);
    }
    case "-": {
      const isErrno = expr.operand.kind === "name" && /^E[A-Z0-9]+$/.test(expr.operand.name);
      if (isErrno) return { k: "value", value: constant(1), type: null, loose: true };
      const val = lowerExpr(cx, expr.operand);
      const text = cx.text(expr.place);
      if (val.k !== "value" || val.value.kind !== "const") return unknown(text);
      if (val.value.value === 1 && /^-\s*1u/i.test(text)) return number(allOnes(cx));
      return { k: "value", value: constant(val.value.value === 0 ? 0 : 1), type: null, loose: true };
    }
    case "sizeof":
      return unknown(cx.text(expr.place));
    case "+":
      return lowerExpr(cx, expr.operand);
    case "~": {
      const val = lowerExpr(cx, expr.operand);
      return isZero(val) ? number(allOnes(cx)) : unknown(cx.text(expr.place));
    }
  }
}

/** Every bit that our numbers and the numbers of objects have: `~0`, and the largest of the unsigned. */
function allOnes(cx: Context): number {
  return cx.view.largest;
}

/** Addresses and functions are never NULL. */
function negated(val: Val, expr: Expr, cx: Context): Val {
  return val.k === "address" || val.k === "function" || val.k === "text" ? number(0) : unknown(cx.text(expr.place));
}

function lowerUpdate(cx: Context, expr: Extract<Expr, { kind: "update" }>): Val {
  const lval = lowerLval(cx, expr.operand);
  const access = accessOf(cx, expr);
  const old = read(cx, lval, access);
  if (old.k !== "value") return unknown(access.text);
  const kept = cx.keep(old.value, "old", cx.view.largest, old.type, expr.place);
  const value = step(cx, kept, expr.op === "++" ? "+" : "-", access);
  write(cx, lval, { ...old, value }, access);
  return { ...old, value: expr.prefix ? value : kept };
}

/** Counting beyond what we represent is a bound of ours, and said so. */
function step(cx: Context, value: Value, op: "+" | "-", access: Access): Value {
  if (op === "+" && value.kind !== "const") {
    const [over, fine] = [cx.build.label(), cx.build.label()];
    cx.build.fork({ kind: "branch", test: binary("<", value, constant(7)) }, [fine, over], access.place, "");
    cx.build.place(over);
    cx.build.emit({ kind: "bound", what: `count of ${access.text}`, limit: 7 }, access.place, access.text);
    cx.build.cut();
    cx.build.place(fine);
  }
  return binary(op, value, constant(1));
}

const OPS: Readonly<Record<string, ValueOp>> = {
  "+": "+", "-": "-", "*": "*", "&": "&", "|": "|", "^": "^", "<<": "<<", ">>": ">>",
  "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}; // prettier-ignore

function lowerBinary(cx: Context, expr: Extract<Expr, { kind: "binary" }>): Val {
  if (expr.op === "&&" || expr.op === "||") return viaCondition(cx, expr);
  const left = lowerExpr(cx, expr.left);
  if (expr.op === "&" && expr.right.kind === "unary" && expr.right.op === "~") {
    return clearBits(cx, left, expr.right, accessOf(cx, expr));
  }
  const right = lowerExpr(cx, expr.right);
  return combine(cx, expr.op, left, right, expr);
}

function combine(cx: Context, op: string, left: Val, right: Val, expr: Expr): Val {
  const known = OPS[op];
  const text = cx.text(expr.place);
  if (left.k === "struct" && right.k === "struct") return unknown(text);
  if (isStatic(left) && isStatic(right) && (op === "==" || op === "!=")) {
    return number((JSON.stringify(left) === JSON.stringify(right)) === (op === "==") ? 1 : 0);
  }
  if (isStatic(left) || isStatic(right)) return compareWithNull(op, left, right, text);
  if (left.k !== "value" || right.k !== "value" || known === undefined) return unknown(text);
  if (isNegative(left) && isZero(right) && /^[<>]=?$/.test(op)) return number(op.startsWith("<") ? 1 : 0);
  if ((left.loose || right.loose) && !comparesWithZero(op, left, right)) return unknown(text);
  if ((op === "==" || op === "!=") && (isZero(left) || isZero(right))) {
    const [asked, zero] = isZero(right) ? [left, right] : [right, left];
    const value = binary(op, left.value, right.value);
    return { k: "value", value: compareWithZero(op, value, asked, zero), type: null, loose: false };
  }
  const isComparison = /^[=!<>]=?$/.test(op) && op !== "<<" && op !== ">>";
  return {
    k: "value",
    value: binary(known, left.value, right.value),
    type: isComparison ? null : left.type,
    loose: false,
  };
}

function isStatic(val: Val): boolean {
  return val.k === "address" || val.k === "function" || val.k === "text";
}

function compareWithNull(op: string, left: Val, right: Val, text: string): Val {
  const other = isStatic(left) ? right : left;
  const isNull = other.k === "value" && other.value.kind === "const" && other.value.value === 0;
  if (!isNull || (op !== "==" && op !== "!=")) return unknown(text);
  return number(op === "!=" ? 1 : 0);
}

/** `loose < 0` asks for an error: an errno is the only thing that is not 0 there. */
function comparesWithZero(op: string, left: Val, right: Val): boolean {
  return (op === "==" || op === "!=") && (isZero(left) || isZero(right));
}

function isZero(val: Val): boolean {
  return val.k === "value" && val.value.kind === "const" && val.value.value === 0;
}

/** A constant of which only is known that it is not 0 was written with a minus. */
function isNegative(val: Val): boolean {
  return val.k === "value" && val.loose && val.value.kind === "const" && val.value.value !== 0;
}

function lowerAssign(cx: Context, expr: Extract<Expr, { kind: "assign" }>): Val {
  const lval = lowerLval(cx, expr.target);
  const access = accessOf(cx, expr);
  if (expr.op === "") {
    // What an object stands for comes with it: nothing else is made.
    const val = lowerExpr(cx, expr.value, memberOf(cx, lval).is === "self" ? null : lval.type);
    write(cx, lval, val, access);
    return val;
  }
  const old = read(cx, lval, access);
  const operand = lowerExpr(cx, expr.value);
  const clears = expr.op === "&" && expr.value.kind === "unary" && expr.value.op === "~";
  const val = clears ? clearBits(cx, old, expr.value, access) : combine(cx, expr.op, old, operand, expr);
  write(cx, lval, val, access);
  return val;
}

function clearBits(cx: Context, old: Val, mask: Expr, access: Access): Val {
  const bits = mask.kind === "unary" ? lowerExpr(cx, mask.operand) : unknown(access.text);
  if (old.k !== "value" || bits.k !== "value") return unknown(access.text);
  return { ...old, value: binary("&~", old.value, bits.value) };
}

function lowerConditional(cx: Context, expr: Extract<Expr, { kind: "conditional" }>, want: TypeName | null): Val {
  const [yes, no, join] = [cx.build.label(), cx.build.label(), cx.build.label()];
  const into = cx.temporary("value", cx.view.largest, null);
  const zero = cx.build.newNature("value");
  const results: Val[] = [];
  const take = (arm: Expr): void => {
    const val = lowerExpr(cx, arm, want);
    results.push(val);
    const value = isStatic(val) || val.k === "void" ? constant(1) : finite(cx, val, cx.text(arm.place), arm.place);
    cx.build.emit({ kind: "assign", into, value }, arm.place, "");
    cx.build.emit({ kind: "assign", into: zero, value: zeroOf(val) }, arm.place, "");
    cx.build.jump(join);
  };
  cx.condition(expr.test, yes, no);
  cx.build.place(yes);
  take(expr.then ?? expr.test);
  cx.build.place(no);
  take(expr.else);
  cx.build.place(join);
  const type = results.map((r) => (r.k === "value" ? r.type : null)).find((t) => t !== null) ?? null;
  const foreign = results.map((r) => (r.k === "value" ? r.foreign : undefined)).find((t) => t !== undefined);
  const loose = results.some((r) => r.k !== "value" || r.loose);
  if (foreign !== undefined) return { k: "value", value: local(into), type: null, loose, foreign };
  const isPointer = type !== null || results.some((r) => r.k === "value" && r.zero !== undefined);
  return { k: "value", value: local(into), type, loose, ...(isPointer ? { zero: local(zero) } : {}) };
}

function viaCondition(cx: Context, expr: Expr): Val {
  const [yes, no, join] = [cx.build.label(), cx.build.label(), cx.build.label()];
  const into = cx.temporary("truth", 1, null);
  cx.condition(expr, yes, no);
  for (const [label, value] of [
    [yes, 1],
    [no, 0],
  ] as const) {
    cx.build.place(label);
    cx.build.emit({ kind: "assign", into, value: constant(value) }, expr.place, "");
    cx.build.jump(join);
  }
  cx.build.place(join);
  return { k: "value", value: local(into), type: null, loose: false };
}

function lowerStatementExpr(cx: Context, expr: Extract<Expr, { kind: "block" }>, want: TypeName | null): Val {
  const body = expr.body.kind === "block" ? expr.body.body : [expr.body];
  return cx.block(body, () => {
    const last = body[body.length - 1];
    for (const statement of body.slice(0, -1)) cx.statement(statement);
    if (last === undefined) return VOID;
    if (last.kind === "expr") return lowerExpr(cx, last.expr, want);
    cx.statement(last);
    return VOID;
  });
}

function listMembers(cx: Context, expr: Extract<Expr, { kind: "list" }>): Map<string, Val> {
  const members = new Map<string, Val>();
  for (const item of expr.items) {
    const val = lowerExpr(cx, item.value);
    if (item.field !== null) members.set(item.field, val);
  }
  return members;
}

/** A cast of something unknown to a pointer to the one object of a type can only be that object. */
function retype(cx: Context, val: Val, type: TypeName): Val {
  const single = cx.world.singleBehind(type);
  if (single !== null && val.k === "unknown") return pointer(constant(1), single);
  return val.k === "unknown" ? unknown(val.what, type) : val;
}

function notModelled(cx: Context, expr: Expr, what: string): Val {
  const text = cx.text(expr.place);
  cx.unmodelled(`${what}: ${text}`, expr.place, text);
  return unknown(text);
}
