/** Work items, timers and completions. */
import type { CallExpr, Expr } from "../../c/syntax";
import type { Meaning } from "../profile";
import { argument } from "./arguments";
import type { Context } from "./context";
import { memberOf } from "./memory";
import { fieldArgument } from "./owners";
import { local, unknown, VOID, type Val } from "./values";

export function lowerWork(cx: Context, meaning: Extract<Meaning, { does: "work" }>, call: CallExpr): Val {
  const text = cx.text(call.place);
  const on = fieldArgument(cx, argument(call, meaning.on), call);
  const functionArg = argument(call, meaning.function);
  const target = functionArg === null ? null : cx.expr(functionArg);
  if (on === null) return unknown(text);
  const queue =
    meaning.op === "queue"
      ? (queueOf(cx, argument(call, meaning.queue)) ?? cx.world.queue(meaning.timer === true ? TIMERS : "system"))
      : null;
  const handler =
    target?.k === "function" ? cx.world.workFunction({ function: target.name, type: on.type, field: on.field }) : null;
  const gives = meaning.op === "queue" || meaning.op === "cancel" || meaning.op === "dequeue";
  const into = gives ? cx.temporary("queued", 1, null) : null;
  const delayed = meaning.timer === true ? meaning.op === "queue" : isDelayed(cx, argument(call, meaning.delay));
  const spins = meaning.timer === true ? { spins: true } : {};
  cx.build.emit(
    { kind: "work", op: meaning.op, ...(delayed ? { delayed } : {}), ...spins, queue, on, function: handler, into },
    call.place,
    text,
  );
  return into === null ? VOID : { k: "value", value: local(into), type: null, loose: false };
}

/** What runs the functions of timers that have run out. */
const TIMERS = "timers";

export function lowerOperate(cx: Context, meaning: Extract<Meaning, { does: "operate" }>, call: CallExpr): Val {
  const text = cx.text(call.place);
  const on = fieldArgument(cx, argument(call, meaning.on), call);
  if (on === null) return meaning.gives === true ? unknown(text) : VOID;
  const into = meaning.gives === true ? cx.temporary(meaning.op, 1, null) : null;
  cx.build.emit({ kind: "operate", of: meaning.of, op: meaning.op, on, into }, call.place, text);
  return into === null ? VOID : { k: "value", value: local(into), type: null, loose: false };
}

function isDelayed(cx: Context, delay: Expr | null): boolean {
  if (delay === null) return false;
  const val = cx.expr(delay);
  return val.k !== "value" || val.value.kind !== "const" || val.value.value !== 0;
}

export function queueOf(cx: Context, arg: Expr | null): number | null {
  if (arg === null) return null;
  const val = cx.expr(arg);
  if (val.k === "address") {
    const member = memberOf(cx, val.of);
    if (member.is === "queue") return member.queue;
  }
  return cx.world.queue(cx.text(arg.place));
}
