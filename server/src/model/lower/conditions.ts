/** Conditions: `!`, `&&` and `||` become ways through the program, as the compiler makes them. */
import type { Expr } from "../../c/syntax";
import type { Label } from "./builder";
import type { Context } from "./context";
import { calleeName } from "./context";
import { noError, truthOf } from "./error-pointers";
import { constant, type Val } from "./values";

export function lowerCondition(cx: Context, expr: Expr, yes: Label, no: Label): void {
  if (expr.kind === "unary" && expr.op === "!") return lowerCondition(cx, expr.operand, no, yes);
  if (expr.kind === "binary" && expr.op === "&&") {
    const right = cx.build.label();
    lowerCondition(cx, expr.left, right, no);
    cx.build.place(right);
    return lowerCondition(cx, expr.right, yes, no);
  }
  if (expr.kind === "binary" && expr.op === "||") {
    const right = cx.build.label();
    lowerCondition(cx, expr.left, yes, right);
    cx.build.place(right);
    return lowerCondition(cx, expr.right, yes, no);
  }
  if (expr.kind === "call" && lowerCalledCondition(cx, expr, yes, no)) return;
  lowerPlain(cx, expr, yes, no);
}

/** likely(), WARN_ON() and macros are looked through, so that what they ask keeps its short ways. */
function lowerCalledCondition(cx: Context, expr: Extract<Expr, { kind: "call" }>, yes: Label, no: Label): boolean {
  const name = calleeName(expr.callee);
  if (name === null) return false;
  const meaning = cx.meaning(name);
  if (meaning?.does === "value") {
    const arg = expr.args[meaning.of];
    if (arg === undefined || meaning.marked) return false;
    lowerCondition(cx, arg, yes, no);
    return true;
  }
  if (meaning?.does === "warn") {
    const arg = expr.args[meaning.on];
    if (arg === undefined) return false;
    lowerWarn(cx, expr, arg, meaning.fatal, yes, no);
    return true;
  }
  if (meaning?.does === "error" && meaning.op !== "make") {
    const arg = expr.args[meaning.on];
    if (arg === undefined) return false;
    decide(cx, noError(meaning, cx.expr(arg)), arg, no, yes);
    return true;
  }
  if (meaning !== undefined) return false;
  const expanded = cx.world.codebase.expandExpr(name, expr);
  if (expanded === null) return false;
  lowerCondition(cx, expanded, yes, no);
  return true;
}

/** The assertion stands on the way that is taken when the condition is true. */
export function lowerWarn(cx: Context, expr: Expr, condition: Expr, fatal: boolean, yes: Label, no: Label): void {
  const bad = cx.build.label();
  const outer = cx.avoid;
  cx.avoid = bad;
  lowerCondition(cx, condition, bad, no);
  cx.avoid = outer;
  cx.build.place(bad);
  const text = cx.text(expr.place);
  const message = `${text} fires`;
  const code = "assert.warn-reachable";
  cx.build.emit({ kind: "assert", test: constant(0), code, message, severity: "error", fatal }, expr.place, text);
  cx.build.jump(yes);
}

function lowerPlain(cx: Context, expr: Expr, yes: Label, no: Label): void {
  decide(cx, cx.expr(expr), expr, yes, no);
}

/** Goes on by what `expr` was found to be. */
function decide(cx: Context, val: Val, expr: Expr, yes: Label, no: Label): void {
  const text = cx.text(expr.place);
  const test = val.k === "value" ? truthOf(val) : null;
  if (test?.kind === "const") return cx.build.jump(test.value === 0 ? no : yes);
  if (test !== null) return cx.build.fork({ kind: "branch", test }, [yes, no], expr.place, text);
  if (val.k === "address" || val.k === "function" || val.k === "text") return cx.build.jump(yes);
  if (cx.avoid !== null && (cx.avoid === yes || cx.avoid === no)) {
    cx.note("free-choice", `nobody tracks ${text}: the warning that asks for it is taken not to fire`, expr.place);
    return cx.build.jump(cx.avoid === yes ? no : yes);
  }
  cx.build.fork({ kind: "choose", nature: "free", what: text }, [yes, no], expr.place, text);
}
