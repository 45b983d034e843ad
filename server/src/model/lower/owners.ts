/** Which tracked field a primitive works on, and what is said where nobody can tell. */
import type { CallExpr, Expr } from "../../c/syntax";
import type { FieldRef } from "../ir";
import type { Context } from "./context";
import { fieldRef } from "./memory";

/** The tracked field whose address an argument is. An address that we cannot identify is named as not modelled. */
export function fieldArgument(cx: Context, arg: Expr | null, call: CallExpr): FieldRef | null {
  const ref = arg === null ? null : fieldRef(cx, cx.address(arg));
  if (ref === null) notIdentified(cx, call, arg);
  return ref;
}

function notIdentified(cx: Context, call: CallExpr, arg: Expr | null): void {
  const text = cx.text(call.place);
  const lval = arg === null ? null : arg.kind === "unary" && arg.op === "&" ? arg.operand : arg;
  const what = lval === null ? text : cx.text(lval.place);
  if (isForeign(cx, arg)) return;
  cx.unmodelled(`${text}: which object ${what} belongs to`, call.place, text);
}

/** Counts of types that no profile tracks are somebody else's. */
function isForeign(cx: Context, arg: Expr | null): boolean {
  if (arg === null || arg.kind !== "unary" || arg.op !== "&" || arg.operand.kind !== "member") return true;
  const { object: owner, arrow } = arg.operand;
  const declared = arrow && owner.kind === "name" ? cx.variable(owner.name)?.type : undefined;
  const isStruct = declared?.pointers === 1 && /^(struct|union) /.test(declared.base);
  if (isStruct && cx.world.typeIndex(declared.base) === null) return true;
  const object = arg.operand.arrow ? cx.expr(arg.operand.object) : null;
  if (object?.k === "value" && object.foreign !== undefined) return true;
  if (object?.k !== "unknown" || object.ctype === null) return object?.k !== "value";
  return cx.world.typeIndex(object.ctype.base) === null;
}
