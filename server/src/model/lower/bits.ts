/** Bits of words, by number: `test_and_set_bit(DEAD, &x->flags)`. */
import { accessOf, argument } from "./arguments";
import type { CallExpr } from "../../c/syntax";
import type { Meaning } from "../profile";
import type { Context } from "./context";
import { memberOf, read, write } from "./memory";
import { binary, constant, local, unknown, VOID, type Lval, type Val } from "./values";

type Bit = Extract<Meaning, { does: "bit" }>;

export function lowerBit(cx: Context, meaning: Bit, call: CallExpr): Val {
  const text = cx.text(call.place);
  const target = argument(call, meaning.on);
  if (target === null) return unknown(text);
  const lval = cx.address(target);
  const mask = maskOf(cx, meaning, lval, call);
  if (mask === null) return meaning.gives === true ? unknown(text) : VOID;
  const old = change(cx, meaning, lval, mask, call);
  if (old.k !== "value" || meaning.gives !== true) return old;
  const isSet = binary("!=", binary("&", old.value, constant(mask)), constant(0));
  return { k: "value", value: isSet, type: null, loose: false };
}

/** The word as it was. */
function change(cx: Context, { op, isPlain, gives }: Bit, lval: Lval, mask: number, call: CallExpr): Val {
  const access = accessOf(cx, call, isPlain !== true);
  const member = memberOf(cx, lval);
  if (op === "test" || isPlain === true || lval.k !== "field" || member.is !== "field") {
    const old = read(cx, lval, access);
    if (op === "test" || old.k !== "value") return old;
    const before = cx.keep(old.value, "old", 7, null, call.place);
    write(cx, lval, { ...old, value: binary(op === "set" ? "|" : "&~", before, constant(mask)) }, access);
    return { ...old, value: before };
  }
  const on = { type: lval.objectType, object: lval.object, field: member.field };
  const max = cx.world.types[on.type]?.fields[on.field]?.max ?? 7;
  const into = gives === true ? cx.temporary("old", max, null) : null;
  const action = { kind: "rmw", op: op === "set" ? "or" : "andnot", on, expected: null, into } as const;
  cx.build.emit({ ...action, value: constant(mask) }, call.place, access.text);
  return into === null ? VOID : { k: "value", value: local(into), type: null, loose: false };
}

/** Null when the word is nobody's, or when more bits of it are named than ours has, which is told. */
function maskOf(cx: Context, { number }: Bit, lval: Lval, call: CallExpr): number | null {
  const member = memberOf(cx, lval);
  if (member.is !== "field") {
    read(cx, lval, accessOf(cx, call, true));
    return null;
  }
  const which = argument(call, number);
  const val = which === null ? null : cx.expr(which);
  const isNumber = val?.k === "value" && val.value.kind === "const" && !val.loose;
  const name = isNumber ? String((val.value as { value: number }).value) : which === null ? "" : cx.text(which.place);
  const word = lval.k === "field" ? `${lval.objectType}:${member.field}` : lval.k === "global" ? lval.path : "";
  const known = cx.world.bits.get(word) ?? [];
  cx.world.bits.set(word, known);
  const had = known.indexOf(name);
  const at = had >= 0 ? had : known.push(name) - 1;
  if (at < WIDTH) return 1 << at;
  const text = cx.text(call.place);
  cx.unmodelled(`${text}: more than ${WIDTH} bits of one word`, call.place, text);
  return null;
}

/** Of the words of the model, whose values go up to 7. */
const WIDTH = 3;
