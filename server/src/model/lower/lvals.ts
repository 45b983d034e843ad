/** What an expression names, as far as it can be stored to or pointed at. */
import type { Expr } from "../../c/syntax";
import type { Context } from "./context";
import { extend, memberOf } from "./memory";
import { binary, pointer, type Lval, type Val } from "./values";

export function lowerLval(cx: Context, expr: Expr): Lval {
  switch (expr.kind) {
    case "name": {
      const variable = cx.variable(expr.name);
      if (variable !== undefined) return { k: "variable", variable, path: "", type: variable.type };
      const global = cx.world.codebase.global(expr.name);
      if (global !== undefined) return { k: "global", path: expr.name, type: global.type };
      const macro = cx.world.codebase.macro(expr.name);
      const expanded =
        macro !== undefined && macro.params === null ? cx.world.codebase.expandExpr(expr.name, expr) : null;
      if (expanded !== null && expanded.kind !== "name") return lowerLval(cx, expanded);
      return { k: "unknown", what: expr.name, type: null };
    }
    case "member":
      return expr.arrow
        ? extend(cx, behind(cx, cx.expr(expr.object), expr.object), expr.field)
        : extend(cx, lowerLval(cx, expr.object), expr.field);
    case "unary":
      return expr.op === "*" ? behind(cx, cx.expr(expr.operand), expr.operand) : outside(cx, expr);
    case "cast":
      return lowerLval(cx, expr.operand);
    case "call": {
      const val = cx.expr(expr);
      return val.k === "address" ? val.of : { k: "unknown", what: cx.text(expr.place), type: null };
    }
    default:
      return outside(cx, expr);
  }
}

/** What a pointer points to. */
export function behind(cx: Context, val: Val, expr: Expr): Lval {
  const what = cx.text(expr.place);
  switch (val.k) {
    case "address":
      return val.of;
    case "value": {
      const objectType = val.type ?? val.foreign ?? null;
      if (objectType === null) return { k: "unknown", what, type: null };
      const base = cx.world.profile.objects[objectType]?.type ?? "";
      const type = { base, pointers: 0, isArray: false };
      if (val.type === null) return { k: "foreign", objectType, path: "", type };
      return { k: "field", object: val.value, objectType, path: "", type };
    }
    case "unknown": {
      const type = val.ctype === null ? null : { ...val.ctype, pointers: Math.max(0, val.ctype.pointers - 1) };
      return { k: "unknown", what, type };
    }
    default:
      return { k: "unknown", what, type: null };
  }
}

/** The address of an lvalue, or a value that is one already. */
export function addressOf(cx: Context, expr: Expr): Lval {
  if (expr.kind === "unary" && expr.op === "&") return lowerLval(cx, expr.operand);
  return behind(cx, cx.expr(expr), expr);
}

/** `p[i]` where the object behind p stands for scalars: as `*(p + i)`. */
function scalarAt(cx: Context, expr: Extract<Expr, { kind: "index" }>, array: Lval, index: Val): Lval | null {
  if (array.k !== "field" || index.k !== "value" || memberOf(cx, array).is !== "self") return null;
  if (cx.world.profile.objects[array.objectType]?.scalar === undefined) return null;
  const at = binary("+", array.object, index.value);
  return behind(cx, pointer(at, array.objectType), expr);
}

function outside(cx: Context, expr: Expr): Lval {
  if (expr.kind === "index") {
    const index = cx.expr(expr.index);
    const array = lowerLval(cx, expr.object);
    const entry = scalarAt(cx, expr, array, index);
    if (entry !== null) return entry;
    return {
      k: "unknown",
      what: cx.text(expr.place),
      type: array.type === null ? null : { ...array.type, isArray: false },
    };
  }
  return { k: "unknown", what: cx.text(expr.place), type: null };
}
