/** What a call hands over, and how it is told. */
import type { CallExpr, Expr } from "../../c/syntax";
import type { Context } from "./context";
import type { Access } from "./memory";

export function argument(call: CallExpr, index: number | undefined | null): Expr | null {
  return index === undefined || index === null ? null : (call.args[index] ?? null);
}

export function accessOf(cx: Context, expr: Expr, marked = false): Access {
  return { place: expr.place, text: cx.text(expr.place), marked };
}
