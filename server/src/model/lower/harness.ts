/** The harness's own words: choices of the scheduler, and what is rightly expected at the end of an entry point. */
import { argument } from "./arguments";
import type { CallExpr, Expr } from "../../c/syntax";
import { severityOf } from "../codes";
import type { Condition } from "../ir";
import { ProfileMisfit } from "../misfit";
import type { Context } from "./context";
import { chooseInto, finite } from "./choices";
import { memberOf } from "./memory";
import { constant, local, VOID, type Val } from "./values";

export type HarnessOp = "choose" | "assert" | "markListed" | "forbid" | "markAll" | "notModelled";

export function lowerHarness(cx: Context, op: HarnessOp, call: CallExpr): Val {
  switch (op) {
    case "choose":
      return {
        k: "value",
        value: local(chooseInto(cx, "schedule", textOf(call, 0), call.place)),
        type: null,
        loose: false,
      };
    case "assert":
      return lowerAssert(cx, call);
    case "markListed":
      return lowerMarkListed(cx, call);
    case "forbid":
    case "markAll":
      return lowerForAll(cx, op, call);
    case "notModelled":
      // Where the profile says that nobody comes, nothing that stands behind is lowered.
      cx.unmodelled(textOf(call, 0), call.place, cx.text(call.place));
      cx.build.cut();
      cx.stopped = textOf(call, 0);
      return VOID;
  }
}

/** lastput_assert(condition, "code", "message"), and how loud it is where that is not what the code says */
function lowerAssert(cx: Context, call: CallExpr): Val {
  const condition = argument(call, 0);
  if (condition === null) return VOID;
  const [fine, bad] = [cx.build.label(), cx.build.label()];
  cx.condition(condition, fine, bad);
  cx.build.place(bad);
  const [code, message, severity] = [textOf(call, 1), textOf(call, 2), textOf(call, 3)];
  const action = {
    kind: "assert",
    test: constant(0),
    code,
    message,
    severity: severity === "error" || severity === "info" ? severity : severityOf(code),
    fatal: false,
  } as const;
  cx.build.emit(action, call.place, cx.text(call.place));
  cx.build.place(fine);
  return VOID;
}

/** lastput_mark_listed(&head, field, value) */
function lowerMarkListed(cx: Context, call: CallExpr): Val {
  const [head, field, value] = [argument(call, 0), argument(call, 1), argument(call, 2)];
  if (head === null || field === null || value === null) throw malformed(cx, call);
  const member = memberOf(cx, cx.address(head));
  if (member.is !== "list") throw malformed(cx, call);
  const index = cx.world.fieldIndex(cx.world.lists[member.list]?.type ?? 0, pathOf(cx, field, call));
  if (index === null) throw malformed(cx, call);
  const what = finite(cx, cx.expr(value), "value", call.place);
  cx.build.emit({ kind: "markListed", list: member.list, field: index, value: what }, call.place, cx.text(call.place));
  return VOID;
}

/** lastput_forbid(struct T, condition over x, "code", "message") and lastput_mark_all(struct T, condition, field, value) */
function lowerForAll(cx: Context, op: "forbid" | "markAll", call: CallExpr): Val {
  const [typeArg, condition] = [argument(call, 0), argument(call, 1)];
  const type = typeArg?.kind === "type" ? cx.world.typeIndex(typeArg.type.base) : null;
  if (type === null || condition === null) throw malformed(cx, call);
  const conditions = conjunction(cx, condition, type, call);
  const text = cx.text(call.place);
  if (op === "forbid") {
    cx.build.emit(
      { kind: "forbid", type, conditions, code: textOf(call, 2), message: textOf(call, 3) },
      call.place,
      text,
    );
    return VOID;
  }
  const field = argument(call, 2);
  const value = argument(call, 3);
  const index = field === null ? null : cx.world.fieldIndex(type, pathOf(cx, field, call));
  if (index === null || value === null) throw malformed(cx, call);
  const what = finite(cx, cx.expr(value), "value", call.place);
  cx.build.emit({ kind: "markAll", type, conditions, field: index, value: what }, call.place, text);
  return VOID;
}

function conjunction(cx: Context, expr: Expr, type: number, call: CallExpr): Condition[] {
  if (expr.kind === "binary" && expr.op === "&&") {
    return [...conjunction(cx, expr.left, type, call), ...conjunction(cx, expr.right, type, call)];
  }
  if (expr.kind === "binary" && expr.op === "||") {
    const of = [...conjunction(cx, expr.left, type, call), ...conjunction(cx, expr.right, type, call)];
    if (of.length !== 2) throw malformed(cx, call);
    return [{ kind: "any", of }];
  }
  // Any object at all.
  if (expr.kind === "number" && expr.value !== 0) return [];
  return [atom(cx, expr, type, call)];
}

function atom(cx: Context, expr: Expr, type: number, call: CallExpr): Condition {
  if (expr.kind === "unary" && expr.op === "!") return negate(atom(cx, expr.operand, type, call));
  if (expr.kind === "call") {
    const list = cx.world.lists.findIndex((l) => l.type === type);
    if (list < 0) throw malformed(cx, call);
    return { kind: "listed", list, is: true };
  }
  if (expr.kind === "binary" && (expr.op === "==" || expr.op === "!=") && expr.right.kind === "number") {
    return compare(cx, expr.left, expr.op, expr.right.value, type, call);
  }
  return compare(cx, expr, "!=", 0, type, call);
}

function compare(cx: Context, expr: Expr, op: "==" | "!=", value: number, type: number, call: CallExpr): Condition {
  const member = cx.world.member(type, pathOf(cx, expr, call));
  if (member.is === "bit") {
    const wanted = member.most === 1 && value !== 0 ? member.mask : value << member.shift;
    return { kind: "field", field: member.field, mask: member.mask, op, value: wanted };
  }
  if (member.is !== "field") throw malformed(cx, call);
  return { kind: "field", field: member.field, mask: 0xff, op, value };
}

function negate(condition: Condition): Condition {
  if (condition.kind === "listed") return { ...condition, is: !condition.is };
  if (condition.kind === "field") return { ...condition, op: condition.op === "==" ? "!=" : "==" };
  throw new ProfileMisfit("the harness negates only single conditions");
}

/** `x->a.b` gives `a.b`; a bare name is a path already. */
function pathOf(cx: Context, expr: Expr, call: CallExpr): string {
  if (expr.kind === "name") return expr.name;
  if (expr.kind !== "member") throw malformed(cx, call);
  return expr.arrow ? expr.field : `${pathOf(cx, expr.object, call)}.${expr.field}`;
}

function textOf(call: CallExpr, index: number): string {
  const arg = call.args[index];
  return arg?.kind === "text" ? arg.value.replace(/^"|"$/g, "") : "";
}

/** A mistake in the harness, or code under review that declares what the harness asks about as something else. */
function malformed(cx: Context, call: CallExpr): ProfileMisfit {
  return new ProfileMisfit(
    `profile ${cx.world.profile.name}: ${cx.text(call.place)} makes no sense of what is declared`,
  );
}
