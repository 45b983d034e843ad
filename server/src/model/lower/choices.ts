/** What nobody knows becomes a choice, made once and kept. */
import type { Place } from "../../c/syntax";
import type { Value } from "../ir";
import type { Context } from "./context";
import { constant, local, type Val } from "./values";

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
