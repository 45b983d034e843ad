/** Reading and writing the variables of one thread: each member that is used is a local, and some hold addresses. */
import type { Place, TypeName } from "../../c/syntax";
import type { Value } from "../ir";
import { finite } from "./choices";
import type { Context } from "./context";
import { zeroOf } from "./error-pointers";
import { binary, constant, join, local, unknown, type Slot, type Val, type Variable } from "./values";
import { bitsOf, mostOfWord, type WordBits } from "./views";
import { bitsIn, withBits, wordBit, wordBitOf } from "./words";

function largestOf(cx: Context, type: TypeName | null): number {
  return cx.world.ctypes.scalarMax(type) === 1 ? 1 : cx.view.largest;
}

export function readVariable(cx: Context, variable: Variable, path: string, type: TypeName | null): Val {
  if (variable.fixed !== null) return memberOfVal(cx, variable.fixed, path, type);
  const bit = wordBit(cx, variable.type, path);
  if (bit !== null) {
    const slot = slotOf(cx, variable, bit.word);
    return {
      k: "value",
      value: bitsIn(local(slot.local), bit),
      type: null,
      loose: slot.loose,
    };
  }
  const address = variable.addresses.get(path);
  if (address !== undefined) return address;
  if (isPart(cx, variable, path, type)) return readParts(variable, path, type);
  const slot = slotOf(cx, variable, path);
  return valueOf(slot, cx.world.pooledBehind(type));
}

export function writeVariable(cx: Context, variable: Variable, path: string, val: Val, place: Place): void {
  if (val.k === "struct") {
    for (const [member, inner] of val.members) writeVariable(cx, variable, join(path, member), inner, place);
    return;
  }
  if (val.k === "address" || val.k === "function" || val.k === "text") {
    const same =
      variable.fixed === null ? variable.slots.size === 0 : JSON.stringify(variable.fixed) === JSON.stringify(val);
    if (path === "") variable.fixed = same ? val : unknown(variable.name, variable.type);
    else holdAddress(variable, path, val);
    return;
  }
  if (variable.fixed !== null) variable.fixed = null;
  const bit = wordBit(cx, variable.type, path);
  if (bit !== null) return writeBit(cx, slotOf(cx, variable, bit.word), bit, val, place);
  const slot = slotOf(cx, variable, path, val.k === "value" ? val.type : null);
  const type = cx.world.pooledBehind(variable.type);
  const declared = path === "" ? variable.type : cx.world.codebase.memberType(variable.type.base, path);
  const value = converted(cx, finite(cx, val, variable.name, place), declared);
  if (val.k === "value") {
    slot.type ??= val.type;
    slot.loose ||= val.loose;
    slot.foreign ??= val.foreign ?? null;
  } else slot.loose = true;
  if (val.k === "unknown" && type !== null)
    cx.note("not-modelled", `an unknown ${variable.type.base} in ${variable.name}`, place);
  if (slot.zero !== null) cx.build.emit({ kind: "assign", into: slot.zero, value: zeroOf(val) }, place, "");
  cx.build.emit({ kind: "assign", into: slot.local, value }, place, "");
}

/** Whatever is not 0 is 1 in a bool. */
export function converted(cx: Context, value: Value, type: TypeName | null): Value {
  if (type === null || type.pointers > 0 || !/^(_Bool|bool)$/.test(type.base)) return value;
  if (value.kind === "const") return constant(value.value === 0 ? 0 : 1);
  const isTruth =
    value.kind === "unary" ||
    (value.kind === "binary" && /^([=!<>]=|[<>]|&&|\|\|)$/.test(value.op)) ||
    (value.kind === "local" && cx.build.locals[value.local]?.max === 1);
  return isTruth ? value : binary("!=", value, constant(0));
}

function valueOf(slot: Slot, declared: number | null): Val {
  const { loose, foreign, zero } = slot;
  if (foreign !== null) return { k: "value", value: local(slot.local), type: null, loose, foreign };
  const type = slot.type ?? declared;
  if (zero === null) return { k: "value", value: local(slot.local), type, loose };
  return { k: "value", value: local(slot.local), type, loose, zero: local(zero) };
}

/** A struct by value: whatever was stored into its members so far. */
function readParts(variable: Variable, path: string, type: TypeName | null): Val {
  const members = new Map<string, Val>();
  for (const [member, slot] of variable.slots) {
    const inside = path === "" ? member : member.startsWith(`${path}.`) ? member.slice(path.length + 1) : null;
    if (inside !== null) members.set(inside, valueOf(slot, null));
  }
  return { k: "struct", type: type?.base ?? variable.type.base, members };
}

function memberOfVal(cx: Context, val: Val, path: string, type: TypeName | null): Val {
  if (path === "") return val;
  if (val.k !== "struct") return unknown(path, type);
  const bit = wordBitOf(cx, val.type, path);
  if (bit === null) return val.members.get(path) ?? unknown(path, type);
  const word = val.members.get(bit.word);
  if (word?.k !== "value") return unknown(path, type);
  return { ...word, value: bitsIn(word.value, bit) };
}

/** As for a whole variable: what holds two different addresses is not followed. */
function holdAddress(variable: Variable, path: string, val: Val): void {
  const had = variable.addresses.get(path);
  const same = had === undefined ? !variable.slots.has(path) : JSON.stringify(had) === JSON.stringify(val);
  variable.addresses.set(path, same ? val : unknown(join(variable.name, path)));
}

function writeBit(cx: Context, slot: Slot, bit: WordBits, val: Val, place: Place): void {
  const value = withBits(local(slot.local), bit, finite(cx, val, "bit", place));
  cx.build.emit({ kind: "assign", into: slot.local, value }, place, "");
}

/** @param points where the first value that it holds points */
function slotOf(cx: Context, variable: Variable, path: string, points: number | null = null): Slot {
  const had = variable.slots.get(path);
  if (had !== undefined) return had;
  const type = path === "" ? variable.type : cx.world.codebase.memberType(variable.type.base, path);
  const pointee = cx.world.pooledBehind(type) ?? points;
  const word = cx.world.profile.words.find((w) => path === w.word || path.endsWith(`.${w.word}`));
  const max = word !== undefined ? mostOfWord(bitsOf(word, cx.view)) : largestOf(cx, type);
  const slot: Slot = {
    local: cx.build.newLocal(join(variable.name, path), max, pointee),
    type: pointee,
    loose: false,
    foreign: null,
    zero: pointee === null ? null : cx.build.newNature(join(variable.name, path)),
  };
  variable.slots.set(path, slot);
  return slot;
}

function isPart(cx: Context, variable: Variable, path: string, type: TypeName | null): boolean {
  if (variable.slots.has(path) || type === null || type.pointers > 0) return false;
  return /^(struct|union) /.test(type.base) && (path === "" || cx.world.codebase.aggregate(type.base) !== undefined);
}
