/** Atomic read-modify-write operations on plain fields and globals. */
import { accessOf, argument } from "./arguments";
import type { CallExpr, Expr } from "../../c/syntax";
import type { Value } from "../ir";
import type { Meaning } from "../profile";
import type { Context } from "./context";
import { finite } from "./choices";
import { memberOf, read, write } from "./memory";
import { bitsIn } from "./words";
import { binary, constant, local, unknown, VOID, type Lval, type Val } from "./values";

type Rmw = Extract<Meaning, { does: "rmw" }>;

export function lowerAtomic(cx: Context, meaning: Rmw, call: CallExpr): Val {
  const text = cx.text(call.place);
  const target = argument(call, meaning.on);
  if (target === null) return unknown(text);
  const lval = cx.address(target);
  const valueArg = argument(call, meaning.value);
  const value = valueArg === null ? constant(1) : finite(cx, cx.expr(valueArg), text, call.place);
  const expectedArg = argument(call, meaning.expected);
  if (expectedArg !== null && meaning.updates === true) return tryExchange(cx, meaning, lval, value, expectedArg, call);
  const expected = expectedArg === null ? null : finite(cx, cx.expr(expectedArg), text, call.place);
  const old = exchange(cx, meaning, lval, value, expected, call);
  return old === null ? VOID : resultOf(meaning, old, value, expected);
}

/** Where it succeeds it finds what was expected, so that the expected value is always what was found. */
function tryExchange(cx: Context, meaning: Rmw, lval: Lval, value: Value, expectedAt: Expr, call: CallExpr): Val {
  const access = accessOf(cx, call);
  const at = cx.address(expectedAt);
  const before = finite(cx, read(cx, at, access), access.text, call.place);
  const expected = cx.keep(before, "expected", cx.view.largest, null, call.place);
  const old = exchange(cx, meaning, lval, value, expected, call);
  if (old === null) return unknown(access.text);
  write(cx, at, old, access);
  return resultOf(meaning, old, value, expected);
}

/** Emits the one step; null when nothing is returned. What is not tracked is read and written plainly, for what it touches. */
function exchange(
  cx: Context,
  meaning: Rmw,
  lval: Lval,
  value: Value,
  expected: Value | null,
  call: CallExpr,
): Val | null {
  const text = cx.text(call.place);
  const member = memberOf(cx, lval);
  if (member.is === "bit" && lval.k === "field") {
    // An atomic on a bit-field does not compile; what was meant is an atomic on the bit.
    const on = { type: lval.objectType, object: lval.object, field: member.field };
    const into = cx.temporary("old", cx.world.types[on.type]?.fields[on.field]?.max ?? 7, null);
    const isSet = value.kind === "const" ? value.value !== 0 : true;
    const action = {
      kind: "rmw",
      op: isSet ? "or" : "andnot",
      on,
      value: constant(member.mask),
      expected: null,
      into,
    } as const;
    cx.build.emit(action, call.place, text);
    return { k: "value", value: bitsIn(local(into), member), type: null, loose: false };
  }
  if (member.is !== "field") {
    write(cx, lval, unknown(text), accessOf(cx, call, true));
    return read(cx, lval, accessOf(cx, call, true));
  }
  const into =
    meaning.returns === "nothing" ? null : cx.temporary("old", maxOf(cx, lval, member.field), member.pointee);
  if (lval.k === "field") {
    const on = { type: lval.objectType, object: lval.object, field: member.field };
    cx.build.emit({ kind: "rmw", op: meaning.op, on, value, expected, into }, call.place, text);
  } else {
    cx.build.emit({ kind: "rmwGlobal", op: meaning.op, global: member.field, value, expected, into }, call.place, text);
  }
  return into === null ? null : { k: "value", value: local(into), type: member.pointee, loose: false };
}

function maxOf(cx: Context, lval: Lval, field: number): number {
  return lval.k === "field" ? cx.world.most(lval.objectType, field, cx.view) : (cx.world.globals[field]?.max ?? 7);
}

function resultOf(meaning: Rmw, old: Val, value: Value, expected: Value | null): Val {
  if (old.k !== "value" || meaning.returns === "old") return old;
  if (meaning.returns === "success") {
    return { k: "value", value: binary("==", old.value, expected ?? constant(0)), type: null, loose: false };
  }
  const after = binary(meaning.op === "sub" ? "-" : "+", old.value, value);
  if (meaning.returns === "new") return { k: "value", value: after, type: null, loose: false };
  return { k: "value", value: binary("==", after, constant(0)), type: null, loose: false };
}
