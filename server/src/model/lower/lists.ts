/** Linked lists: which list it is, and which of the objects. */
import type { CallExpr, Expr } from "../../c/syntax";
import type { Value } from "../ir";
import type { Meaning } from "../profile";
import { argument } from "./arguments";
import type { Context } from "./context";
import { NULL } from "./error-pointers";
import { memberOf } from "./memory";
import { lowerRemoval, sharing } from "./removal";
import { local, number, unknown, VOID, type Lval, type Val } from "./values";

type ListMeaning = Extract<Meaning, { does: "list" }>;

export function lowerList(cx: Context, meaning: ListMeaning, call: CallExpr): Val {
  const text = cx.text(call.place);
  const asks = meaning.op === "empty" || meaning.op === "first" || meaning.op === "next";
  if (asks && isPinnedEmpty(cx, argument(call, meaning.list))) return number(meaning.op === "empty" ? 1 : 0);
  const link = argument(call, meaning.list);
  if (meaning.op === "empty" && link !== null && linkList(cx, cx.address(link)) !== null) {
    // Of an element this asks whether it is on a list.
    return lowerList(cx, { does: "list", op: "unhashed", rcu: meaning.rcu, on: meaning.list ?? 0 }, call);
  }
  const list = listOf(cx, meaning, call);
  const on = argument(call, meaning.on);
  const object = on === null ? null : elementOf(cx, on);
  if (list === null) {
    if (isPinnedEmpty(cx, argument(call, meaning.list))) return VOID;
    const isLink = object !== null && !isOfSingle(cx, on);
    if (isLink) cx.unmodelled(`${text}: which list it is`, call.place, text);
    return unknown(text);
  }
  const type = cx.world.lists[list]?.type ?? 0;
  const isNamedByElement = (meaning.op === "add" || meaning.op === "add_tail") && !isHead(cx, link);
  if (isNamedByElement && sharing(cx, list).length > 0) {
    cx.unmodelled(`${text}: which list it is`, call.place, text);
    return unknown(text);
  }
  if (object === null && meaning.op !== "first" && meaning.op !== "empty") {
    cx.unmodelled(`${text}: which object it is`, call.place, text);
    return unknown(text);
  }
  const givesObject = meaning.op === "first" || meaning.op === "next";
  const gives = givesObject || meaning.op === "empty" || meaning.op === "on_list" || meaning.op === "unhashed";
  const into = gives ? cx.temporary(meaning.op, givesObject ? 7 : 1, givesObject ? type : null) : null;
  const { op, rcu } = meaning;
  const isRemoval = link === null && object !== null && (op === "del" || op === "del_init");
  if (isRemoval) lowerRemoval(cx, list, { object, op, rcu }, call);
  else cx.build.emit({ kind: "list", op, list, object, rcu, into }, call.place, text);
  if (into === null) return VOID;
  if (!givesObject) return { k: "value", value: local(into), type: null, loose: false };
  return { k: "value", value: local(into), type, loose: false, zero: NULL };
}

function isHead(cx: Context, named: Expr | null): boolean {
  return named !== null && memberOf(cx, cx.address(named)).is === "list";
}

/** A head that the profile pins to 0 is that of a list of which nobody cares and which is always empty. */
function isPinnedEmpty(cx: Context, head: Expr | null): boolean {
  const lval = head === null ? null : cx.address(head);
  if (lval === null || lval.k === "pinned") return lval?.value === 0;
  const member = memberOf(cx, lval);
  return member.is === "pinned" && member.value === 0;
}

/** The list is named by its head, or by an element of it; a removal names only the element, whose link belongs to one list. */
function listOf(cx: Context, meaning: ListMeaning, call: CallExpr): number | null {
  const named = argument(call, meaning.list) ?? argument(call, meaning.on);
  if (named === null) return null;
  const lval = cx.address(named);
  const member = memberOf(cx, lval);
  return member.is === "list" ? member.list : linkList(cx, lval);
}

/** The list that a link belongs to. */
function linkList(cx: Context, lval: Lval): number | null {
  const member = memberOf(cx, lval);
  if (lval.k !== "field" || member.is !== "field") return null;
  const index = cx.world.lists.findIndex((l) => l.type === lval.objectType && l.link === member.field);
  return index < 0 ? null : index;
}

/** `head.next`, as older code has it where newer has list_first_entry(): the first of the list. */
export function firstOf(cx: Context, arg: Expr, call: CallExpr): Val | null {
  if (arg.kind !== "member" || (arg.field !== "next" && arg.field !== "first")) return null;
  const head: Expr = arg.arrow ? arg.object : { kind: "unary", op: "&", operand: arg.object, place: arg.object.place };
  const member = memberOf(cx, cx.address(head));
  if (member.is !== "list") return null;
  const first: CallExpr = { ...call, args: [head], argTexts: [] };
  return lowerList(cx, { does: "list", op: "first", rcu: false, list: 0 }, first);
}

/** `&object->link`, or the object itself for the walk macros. */
function elementOf(cx: Context, arg: Expr): Value | null {
  const val = cx.expr(arg);
  if (val.k === "value" && val.type !== null) return val.value;
  return val.k === "address" && val.of.k === "field" ? val.of.object : null;
}

/** A list that an object is on of which there is one is none of those that are tracked. */
function isOfSingle(cx: Context, arg: Expr | null): boolean {
  const val = arg === null ? null : cx.expr(arg);
  return val?.k === "address" && val.of.k === "field" && cx.world.isSingle(val.of.objectType);
}
