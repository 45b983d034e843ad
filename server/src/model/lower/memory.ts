/** Reading and writing what C calls lvalues: variables of this thread, fields of tracked objects, globals. */
import type { Place, TypeName } from "../../c/syntax";
import type { Action, FieldRef, Marking, Value } from "../ir";
import type { Context } from "./context";
import { zeroOf } from "./error-pointers";
import {
  binary,
  constant,
  join,
  local,
  number,
  pointer,
  unknown,
  type Lval,
  type Slot,
  type Val,
  type Variable,
} from "./values";
import { bitsOf, mostOfWord, wordBits, type WordBits } from "./views";
import type { Member } from "./world";

/** How an access is written down: READ_ONCE and friends are `marked`. */
export interface Access {
  readonly place: Place;
  readonly text: string;
  readonly marked: boolean;
}

/** The member of an lvalue. */
export function extend(cx: Context, lval: Lval, member: string): Lval {
  const alias = lval.type === null ? undefined : cx.world.profile.aliases?.[`${lval.type.base}:${member}`];
  if (alias !== undefined) return alias.split(".").reduce((inner, name) => extend(cx, inner, name), lval);
  const pinned = lval.type === null ? undefined : cx.view.pinned.get(`${lval.type.base}:${member}`);
  if (pinned !== undefined) {
    return { k: "pinned", value: pinned, type: cx.world.codebase.memberType(lval.type?.base ?? "", member) };
  }
  const path = lval.k === "unknown" || lval.k === "pinned" ? member : join(lval.path, member);
  switch (lval.k) {
    case "variable":
      return { ...lval, path, type: cx.world.codebase.memberType(lval.variable.type.base, path) };
    case "field":
    case "foreign": {
      const owner = cx.world.profile.objects[lval.objectType]?.type ?? "";
      return { ...lval, path, type: cx.world.codebase.memberType(owner, path) };
    }
    case "global": {
      const type = lval.type === null ? null : cx.world.codebase.memberType(lval.type.base, member);
      return { k: "global", path, type };
    }
    case "pinned":
      return { k: "unknown", what: member, type: null };
    case "unknown": {
      const type = lval.type === null ? null : cx.world.codebase.memberType(lval.type.base, member);
      return { k: "unknown", what: `${lval.what}.${member}`, type };
    }
  }
}

export function read(cx: Context, lval: Lval, access: Access): Val {
  const single = cx.world.singleBehind(lval.type);
  if (single !== null) return pointer(constant(1), single);
  switch (lval.k) {
    case "variable":
      return readVariable(cx, lval.variable, lval.path, lval.type);
    case "field":
      return readField(cx, lval, access);
    case "global":
      return readGlobal(cx, lval, access);
    case "foreign":
      return readForeign(cx, lval, access);
    case "pinned":
      return number(lval.value);
    case "unknown":
      return unknown(lval.what, lval.type);
  }
}

export function write(cx: Context, lval: Lval, val: Val, access: Access): void {
  // What nobody runs must not tell anything about the variables either.
  if (!cx.build.isReachable) return;
  switch (lval.k) {
    case "variable":
      return writeVariable(cx, lval.variable, lval.path, val, access.place);
    case "field":
      return writeField(cx, lval, val, access);
    case "global":
      return writeGlobal(cx, lval, val, access);
    case "foreign":
    case "pinned":
      return;
    case "unknown":
      return unidentified(cx, lval.what, lval.type, access);
  }
}

/** The field behind an lvalue, for primitives that work on one; null when it is no tracked field. */
export function fieldRef(cx: Context, lval: Lval): FieldRef | null {
  if (lval.k !== "field") return null;
  const member = cx.world.member(lval.objectType, lval.path);
  if (member.is !== "field") return null;
  return { type: lval.objectType, object: lval.object, field: member.field };
}

export function memberOf(cx: Context, lval: Lval): Member {
  if (lval.k === "field") return cx.world.member(lval.objectType, lval.path);
  if (lval.k === "global" && lval.type !== null) return cx.world.global(lval.path, lval.type);
  return { is: "untracked" };
}

/** A finite value for what may be unknown: then one free choice is made here and kept. */
export function finite(cx: Context, val: Val, what: string, place: Place): Value {
  if (val.k === "value") return val.value;
  return local(chooseInto(cx, "free", val.k === "unknown" ? val.what : what, place));
}

/** A fresh local that is 0 or 1, whichever. */
export function chooseInto(cx: Context, nature: "free" | "schedule", what: string, place: Place): number {
  const into = cx.temporary("choice", 1, null);
  const [zero, one, join] = [cx.build.label(), cx.build.label(), cx.build.label()];
  // The first way is the one that the words say, as for a condition.
  cx.build.fork({ kind: "choose", nature, what }, [one, zero], place, what);
  cx.build.place(zero);
  cx.build.emit({ kind: "assign", into, value: constant(0) }, place, "");
  cx.build.jump(join);
  cx.build.place(one);
  cx.build.emit({ kind: "assign", into, value: constant(1) }, place, "");
  cx.build.place(join);
  return into;
}

/** Any access to an object notices when it was freed, also one to a member that nobody tracks. */
export function touch(cx: Context, object: Value, type: number, access: Access): void {
  if (cx.world.isSingle(type)) return;
  const from = { type, object, field: cx.world.memoryField(type) };
  const into = cx.temporary("touched", 1, null);
  cx.build.emit({ kind: "load", from, into, marked: true }, access.place, access.text);
}

function marking(cx: Context, { marked }: Access): Marking {
  return cx.mayRace ? { marked, intended: true } : { marked };
}

function readVariable(cx: Context, variable: Variable, path: string, type: TypeName | null): Val {
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

function writeVariable(cx: Context, variable: Variable, path: string, val: Val, place: Place): void {
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
function converted(cx: Context, value: Value, type: TypeName | null): Value {
  if (type === null || type.pointers > 0 || !/^(_Bool|bool)$/.test(type.base)) return value;
  if (value.kind === "const") return constant(value.value === 0 ? 0 : 1);
  const isTruth =
    value.kind === "unary" ||
    (value.kind === "binary" && /^([=!<>]=|[<>]|&&|\|\|)$/.test(value.op)) ||
    (value.kind === "local" && cx.build.locals[value.local]?.max === 1);
  return isTruth ? value : binary("!=", value, constant(0));
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

/** What some bits of a word say. */
export function bitsIn(word: Value, { shift, most }: Bits): Value {
  return binary("&", binary(">>", word, constant(shift)), constant(most));
}

/** The word with that in those bits. */
function withBits(word: Value, { shift, most }: Bits, value: Value): Value {
  const fitting = most === 1 ? binary("!=", value, constant(0)) : binary("&", value, constant(most));
  return binary("|", binary("&~", word, constant(most << shift)), binary("<<", fitting, constant(shift)));
}

type Bits = Pick<WordBits, "shift" | "most">;

function largestOf(cx: Context, type: TypeName | null): number {
  return cx.world.ctypes.scalarMax(type) === 1 ? 1 : cx.view.largest;
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

function readField(cx: Context, lval: Extract<Lval, { k: "field" }>, access: Access): Val {
  const member = cx.world.member(lval.objectType, lval.path);
  const ref = (field: number): FieldRef => ({ type: lval.objectType, object: lval.object, field });
  switch (member.is) {
    case "field": {
      const value = load(cx, ref(member.field), member.pointee, access);
      return { k: "value", value, type: member.pointee, loose: false };
    }
    case "bit": {
      const word = load(cx, ref(member.field), null, access);
      return { k: "value", value: bitsIn(word, member), type: null, loose: false };
    }
    case "pinned":
      return number(member.value);
    case "self":
      return pointer(lval.object, lval.objectType);
    case "single":
      return pointer(constant(1), member.type);
    case "part":
      return readPart(cx, lval, access);
    case "untracked":
      touch(cx, lval.object, lval.objectType, access);
      return unknown(access.text, lval.type);
    default:
      return { k: "address", of: lval };
  }
}

/** Only what the profile says of all objects of the type is known. */
function readForeign(cx: Context, lval: Extract<Lval, { k: "foreign" }>, access: Access): Val {
  const member = cx.world.member(lval.objectType, lval.path);
  if (member.is === "pinned") return number(member.value);
  if (member.is === "single") return pointer(constant(1), member.type);
  if (member.is === "self")
    return { k: "value", value: constant(1), type: null, loose: true, foreign: lval.objectType };
  return unknown(access.text);
}

/** A union that is one word is copied whole; other structs by value are nobody's business. */
function readPart(cx: Context, lval: Extract<Lval, { k: "field" }>, access: Access): Val {
  const word = cx.world.profile.words.find((w) => w.type === lval.type?.base);
  if (word === undefined) return unknown(access.text, lval.type);
  const inner = read(cx, extend(cx, lval, word.word), access);
  return { k: "struct", type: word.type, members: new Map([[word.word, inner]]) };
}

function load(cx: Context, from: FieldRef, pointee: number | null, access: Access): Value {
  const info = cx.world.types[from.type]?.fields[from.field];
  const into = cx.temporary(info?.name ?? "value", cx.world.most(from.type, from.field, cx.view), pointee);
  if (info?.kind === "refcount") {
    cx.build.emit({ kind: "refcount", op: "read", on: from, amount: constant(0), into }, access.place, access.text);
  } else cx.build.emit({ kind: "load", from, into, ...marking(cx, access) }, access.place, access.text);
  return local(into);
}

function writeField(cx: Context, lval: Extract<Lval, { k: "field" }>, val: Val, access: Access): void {
  if (val.k === "function" && setsFunction(cx, lval, val.name, access)) return;
  const member = cx.world.member(lval.objectType, lval.path);
  const ref = (field: number): FieldRef => ({ type: lval.objectType, object: lval.object, field });
  if (member.is === "field") {
    if (val.k === "value" && val.type !== null && !cx.world.isSingle(val.type)) {
      cx.world.pointees.set(`${lval.objectType}:${lval.path}`, val.type);
    }
    const value = converted(cx, finite(cx, val, access.text, access.place), lval.type);
    return store(cx, ref(member.field), value, access);
  }
  if (member.is === "bit") {
    const value = finite(cx, val, access.text, access.place);
    // The compiler reads the whole word and writes it back: another CPU may have changed it in between.
    const word = load(cx, ref(member.field), null, access);
    return store(cx, ref(member.field), withBits(word, member, value), access);
  }
  if (member.is === "part" && val.k === "struct") {
    for (const [path, inner] of val.members) write(cx, extend(cx, lval, path), inner, access);
  } else if (member.is === "untracked" || member.is === "part") touch(cx, lval.object, lval.objectType, access);
}

/** `object->timer.function = f` gives a work item or timer its function without a call. */
function setsFunction(cx: Context, lval: Extract<Lval, { k: "field" }>, name: string, access: Access): boolean {
  const item = /^(.+)\.(?:function|func)$/.exec(lval.path)?.[1];
  const member = item === undefined ? null : cx.world.member(lval.objectType, item);
  if (member?.is !== "field") return false;
  if (cx.world.types[lval.objectType]?.fields[member.field]?.kind !== "work") return false;
  const on = { type: lval.objectType, object: lval.object, field: member.field };
  const index = cx.world.workFunction({ function: name, type: on.type, field: on.field });
  const action: Action = { kind: "work", op: "init", queue: null, on, function: index, into: null };
  cx.build.emit(action, access.place, access.text);
  return true;
}

function store(cx: Context, to: FieldRef, value: Value, access: Access): void {
  const info = cx.world.types[to.type]?.fields[to.field];
  if (info?.kind === "refcount") {
    cx.build.emit({ kind: "refcount", op: "set", on: to, amount: value, into: null }, access.place, access.text);
  } else cx.build.emit({ kind: "store", to, value, ...marking(cx, access) }, access.place, access.text);
}

function readGlobal(cx: Context, lval: Extract<Lval, { k: "global" }>, access: Access): Val {
  const member = memberOf(cx, lval);
  if (member.is === "field") {
    const into = cx.temporary(lval.path, cx.world.globals[member.field]?.max ?? 7, member.pointee);
    cx.build.emit(
      { kind: "loadGlobal", global: member.field, into, ...marking(cx, access) },
      access.place,
      access.text,
    );
    return { k: "value", value: local(into), type: member.pointee, loose: false };
  }
  if (member.is === "untracked" || member.is === "part") return unknown(access.text, lval.type);
  return { k: "address", of: lval };
}

function writeGlobal(cx: Context, lval: Extract<Lval, { k: "global" }>, val: Val, access: Access): void {
  const member = memberOf(cx, lval);
  if (member.is !== "field") return;
  const value = finite(cx, val, access.text, access.place);
  cx.build.emit(
    { kind: "storeGlobal", global: member.field, value, ...marking(cx, access) },
    access.place,
    access.text,
  );
}

/** A store through a pointer to a tracked type that we cannot identify could be to any of our objects. */
function unidentified(cx: Context, what: string, type: TypeName | null, access: Access): void {
  if (type === null) return;
  const kind = cx.world.ctypes.field(type);
  if (kind !== "plain" && kind !== "part")
    cx.unmodelled(`${access.text}: which object ${what} is`, access.place, access.text);
}

function wordBit(cx: Context, type: TypeName, path: string): (WordBits & { word: string }) | null {
  return type.pointers > 0 ? null : wordBitOf(cx, type.base, path);
}

function wordBitOf(cx: Context, type: string, path: string): (WordBits & { word: string }) | null {
  const word = cx.world.profile.words.find((w) => w.type === type);
  const bits = wordBits(word, path);
  return word === undefined || bits === null ? null : { ...bits, word: word.word };
}

function isPart(cx: Context, variable: Variable, path: string, type: TypeName | null): boolean {
  if (variable.slots.has(path) || type === null || type.pointers > 0) return false;
  return /^(struct|union) /.test(type.base) && (path === "" || cx.world.codebase.aggregate(type.base) !== undefined);
}
