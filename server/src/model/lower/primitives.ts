/** The kernel's own primitives, by the meaning that the vocabulary gives them. */
import { accessOf, argument } from "./arguments";
import type { CallExpr, Expr, TypeName } from "../../c/syntax";
import type { Action, LockMode, RefcountOp } from "../ir";
import type { Meaning } from "../profile";
import { calleeName, type Context } from "./context";
import { lowerWarn } from "./conditions";
import { lowerErrorPointer } from "./error-pointers";
import { lowerHarness } from "./harness";
import { chooseInto, finite } from "./choices";
import { memberOf, read, touch, write } from "./memory";
import { fieldArgument } from "./owners";
import { lowerOperate, lowerWork, queueOf } from "./work";
import { lowerAtomic } from "./atomics";
import { lowerBit } from "./bits";
import { firstOf, lowerList } from "./lists";
import { constant, local, number, pointer, unknown, VOID, type Lval, type Val } from "./values";

export function lowerMeaning(cx: Context, meaning: Meaning, call: CallExpr, want: TypeName | null): Val {
  const text = cx.text(call.place);
  switch (meaning.does) {
    case "refcount":
      return lowerRefcount(cx, meaning, call);
    case "rmw":
      return lowerAtomic(cx, meaning, call);
    case "bit":
      return lowerBit(cx, meaning, call);
    case "lock":
    case "assertHeld":
      return lowerLock(cx, meaning, call);
    case "rcu":
      cx.build.emit({ kind: "rcu", op: meaning.op }, call.place, text);
      return VOID;
    case "callRcu":
    case "freeRcu":
      return lowerDeferredFree(cx, meaning, call);
    case "free":
      return lowerFree(cx, argument(call, meaning.object), call);
    case "alloc":
      return lowerAlloc(cx, call, want);
    case "list":
      return lowerList(cx, meaning, call);
    case "value": {
      const arg = argument(call, meaning.of);
      if (arg === null) return unknown(text);
      return meaning.marked && isLvalue(arg) ? read(cx, cx.lval(arg), accessOf(cx, call, true)) : cx.expr(arg, want);
    }
    case "mayRace": {
      const arg = argument(call, meaning.of);
      const outer = cx.mayRace;
      cx.mayRace = true;
      const val = arg === null ? unknown(text) : cx.expr(arg, want);
      cx.mayRace = outer;
      return val;
    }
    case "store":
      return lowerStore(cx, meaning, call);
    case "load": {
      const arg = argument(call, meaning.from);
      const val = arg === null ? unknown(text) : read(cx, cx.address(arg), accessOf(cx, call, true));
      // What is a list or a lock to us and a number to this code is not what we take it for.
      return val.k === "address" ? unknown(text) : val;
    }
    case "fence":
      cx.build.emit({ kind: "fence" }, call.place, text);
      return VOID;
    case "warn":
      return lowerWarnValue(cx, meaning, call);
    case "sleep":
      cx.build.emit({ kind: "sleep", what: meaning.what }, call.place, text);
      return number(0);
    case "schedule":
      return {
        k: "value",
        value: local(chooseInto(cx, "schedule", meaning.what, call.place)),
        type: null,
        loose: false,
      };
    case "work":
      return lowerWork(cx, meaning, call);
    case "operate":
      return lowerOperate(cx, meaning, call);
    case "error":
      return lowerErrorPointer(cx, meaning, call);
    case "flushQueue": {
      const queue = queueOf(cx, argument(call, meaning.queue));
      if (queue !== null) cx.build.emit({ kind: "flushQueue", queue, op: meaning.op }, call.place, text);
      return VOID;
    }
    case "container":
      return lowerContainer(cx, meaning, call);
    case "nothing":
      if (meaning.memory === true) lowerMemory(cx, call);
      else for (const arg of call.args) lowerQuietly(cx, arg);
      return meaning.value === undefined ? unknown(text) : number(meaning.value);
    case "guard":
      // By itself, without what it guards, it is no C.
      return unknown(text);
    case "harness":
      return lowerHarness(cx, meaning.op, call);
  }
}

/** What is behind the arguments is touched, and of a whole object that is more than anybody follows. */
function lowerMemory(cx: Context, call: CallExpr): void {
  const text = cx.text(call.place);
  for (const arg of call.args) {
    const val = cx.expr(arg);
    if (val.k === "address" && val.of.k === "field") touch(cx, val.of.object, val.of.objectType, accessOf(cx, call));
    if (val.k !== "value" || val.type === null || cx.world.isSingle(val.type)) continue;
    const name = calleeName(call.callee) ?? text;
    cx.note("unknown-call", `${name}() of a whole tracked object`, call.place);
    cx.unmodelled(`the call ${name}()`, call.place, text);
  }
}

/** Arguments of what does nothing are evaluated only when they call something themselves. */
function lowerQuietly(cx: Context, arg: Expr): void {
  if (arg.kind === "call" || arg.kind === "assign" || arg.kind === "update") cx.expr(arg);
}

function lowerRefcount(cx: Context, meaning: Extract<Meaning, { does: "refcount" }>, call: CallExpr): Val {
  const text = cx.text(call.place);
  const arg = argument(call, meaning.on);
  const on = fieldArgument(cx, arg, call);
  const amountArg = argument(call, meaning.amount);
  const amount = amountArg === null ? constant(1) : finite(cx, cx.expr(amountArg), text, call.place);
  if (on === null) return unknown(text);
  const op = meaning.op as RefcountOp;
  const gives = op !== "set" && op !== "inc" && op !== "add" && op !== "dec";
  const into = gives ? cx.temporary(op, op === "read" ? 7 : 1, null) : null;
  cx.build.emit({ kind: "refcount", op, on, amount, into }, call.place, text);
  return into === null ? VOID : { k: "value", value: local(into), type: null, loose: false };
}

function lowerLock(cx: Context, meaning: Extract<Meaning, { does: "lock" | "assertHeld" }>, call: CallExpr): Val {
  const text = cx.text(call.place);
  const arg = argument(call, meaning.on);
  const lval = arg === null ? null : cx.address(arg);
  const member = lval === null ? null : memberOf(cx, lval);
  if (lval === null || member?.is !== "lock") return number(1);
  const of = lval.k === "field" && cx.world.locks[member.lock]?.of !== null ? lval.object : null;
  if (meaning.does === "assertHeld") {
    const message = `${text}: ${meaning.mode === "none" ? "held" : "not held so"} here`;
    const action: Action = {
      kind: "assertHeld",
      lock: member.lock,
      of,
      mode: meaning.mode,
      code: "lock.not-held",
      message,
    };
    cx.build.emit(action, call.place, text);
    return VOID;
  }
  const gives = meaning.op === "try" || meaning.op === "is_locked";
  const into = gives ? cx.temporary("taken", 1, null) : null;
  const mode: LockMode = meaning.mode;
  cx.build.emit({ kind: "lock", op: meaning.op, lock: member.lock, of, mode, into }, call.place, text);
  return into === null ? VOID : { k: "value", value: local(into), type: null, loose: false };
}

function lowerDeferredFree(
  cx: Context,
  meaning: Extract<Meaning, { does: "callRcu" | "freeRcu" }>,
  call: CallExpr,
): Val {
  const text = cx.text(call.place);
  if (meaning.does === "callRcu") {
    const on = fieldArgument(cx, argument(call, meaning.on), call);
    const callbackArg = argument(call, meaning.callback);
    const callback = callbackArg === null ? null : cx.expr(callbackArg);
    if (on === null) return VOID;
    const index =
      callback?.k === "function"
        ? cx.world.callback({ function: callback.name, type: on.type, field: on.field })
        : null;
    cx.build.emit({ kind: "callRcu", on, callback: index }, call.place, text);
    return VOID;
  }
  const arg = argument(call, meaning.object);
  const object = arg === null ? null : cx.expr(arg);
  if (object !== null) tellUnknown(cx, object, call);
  if (object?.k !== "value" || object.type === null) return VOID;
  const field = rcuFieldOf(cx, object.type, argument(call, meaning.field));
  if (field === null) return VOID;
  cx.build.emit(
    { kind: "callRcu", on: { type: object.type, object: object.value, field }, callback: null },
    call.place,
    text,
  );
  return VOID;
}

/** What is freed is one of the tracked objects, and nobody knows which. */
function tellUnknown(cx: Context, object: Val, call: CallExpr): void {
  const text = cx.text(call.place);
  if (object.k === "unknown" && cx.world.pooledBehind(object.ctype) !== null)
    cx.unmodelled(`${text}: which object it is`, call.place, text);
}

function rcuFieldOf(cx: Context, type: number, field: Expr | null): number | null {
  if (field?.kind === "name") return cx.world.fieldIndex(type, field.name);
  return cx.world.memoryField(type);
}

function lowerFree(cx: Context, arg: Expr | null, call: CallExpr): Val {
  const object = arg === null ? null : cx.expr(arg);
  if (object !== null) tellUnknown(cx, object, call);
  if (object?.k !== "value" || object.type === null || cx.world.isSingle(object.type)) return VOID;
  cx.build.emit({ kind: "free", type: object.type, object: object.value }, call.place, cx.text(call.place));
  return VOID;
}

/** Our pool is bounded; the kernel's is not: running out of it is our bound, not a NULL. */
function lowerAlloc(cx: Context, call: CallExpr, want: TypeName | null): Val {
  const type = cx.world.pooledBehind(want);
  if (type === null) return unknown(cx.text(call.place), want);
  const profile = cx.world.profile.objects[type];
  const further = cx.view.makers.get(profile?.type ?? "") ?? [];
  if (profile?.makers !== undefined && ![...profile.makers, ...further].includes(calleeName(call.callee) ?? "")) {
    const value = local(chooseInto(cx, "schedule", "there is memory", call.place));
    return { k: "value", value, type: null, loose: true, foreign: type };
  }
  const into = cx.temporary(cx.world.types[type]?.profile.label ?? "object", 7, type);
  const text = cx.text(call.place);
  cx.build.emit({ kind: "alloc", type, into }, call.place, text);
  const [have, none] = [cx.build.label(), cx.build.label()];
  cx.build.fork({ kind: "branch", test: local(into) }, [have, none], call.place, "");
  cx.build.place(none);
  const label = cx.world.types[type]?.profile.label ?? "object";
  cx.build.emit({ kind: "bound", what: `${label}s that can exist`, limit: 0 }, call.place, text);
  cx.build.cut();
  cx.build.place(have);
  return pointer(local(into), type);
}

function lowerStore(cx: Context, meaning: Extract<Meaning, { does: "store" }>, call: CallExpr): Val {
  const to = argument(call, meaning.to);
  const valueArg = argument(call, meaning.value);
  if (to === null || valueArg === null) return VOID;
  const lval: Lval = meaning.address === true ? cx.address(to) : cx.lval(to);
  const val = cx.expr(valueArg, lval.type);
  write(cx, lval, val, accessOf(cx, call, true));
  return val;
}

function lowerWarnValue(cx: Context, meaning: Extract<Meaning, { does: "warn" }>, call: CallExpr): Val {
  const condition = argument(call, meaning.on);
  if (condition === null) return number(0);
  const into = cx.temporary("warned", 1, null);
  const [yes, no, after] = [cx.build.label(), cx.build.label(), cx.build.label()];
  lowerWarn(cx, call, condition, meaning.fatal, yes, no);
  for (const [label, value] of [
    [yes, 1],
    [no, 0],
  ] as const) {
    cx.build.place(label);
    cx.build.emit({ kind: "assign", into, value: constant(value) }, call.place, "");
    cx.build.jump(after);
  }
  cx.build.place(after);
  return { k: "value", value: local(into), type: null, loose: false };
}

/** From the address of a member back to the object around it. */
function lowerContainer(cx: Context, meaning: Extract<Meaning, { does: "container" }>, call: CallExpr): Val {
  const arg = argument(call, meaning.pointer);
  const member = argument(call, meaning.member);
  const text = cx.text(call.place);
  if (arg === null || member === null) return unknown(text);
  const val = firstOf(cx, arg, call) ?? cx.expr(arg);
  if (val.k === "value" && val.type !== null) return val;
  const type = call.args[meaning.member - 1];
  const wanted = type?.kind === "type" ? { ...type.type, pointers: type.type.pointers + 1 } : null;
  if (val.k !== "address" || val.of.k !== "field") return unknown(text, wanted);
  return pointer(val.of.object, val.of.objectType);
}

function isLvalue(expr: Expr): boolean {
  return (
    expr.kind === "name" ||
    expr.kind === "member" ||
    expr.kind === "index" ||
    (expr.kind === "unary" && expr.op === "*")
  );
}
