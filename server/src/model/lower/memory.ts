/** Reading and writing what C calls lvalues: variables of this thread, fields of tracked objects, globals. */
import type { Place, TypeName } from "../../c/syntax";
import type { Action, FieldRef, Marking, Value } from "../ir";
import type { Context } from "./context";
import { finite } from "./choices";
import { converted, readVariable, writeVariable } from "./variables";
import { constant, join, local, number, pointer, unknown, type Lval, type Val } from "./values";
import { bitsIn, withBits } from "./words";
import type { Member } from "./members";

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
