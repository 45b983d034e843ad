/**
 * Slicing by data flow, function by function: a callee that acts on nothing tracked, and that is handed nothing tracked, is
 * left out with all that it calls when that is much. What it returns is free choice then.
 */
import type { CallExpr, FunctionDef } from "../../c/syntax";
import type { Context } from "./context";
import { memberOf, write } from "./memory";
import { unknown, type Val } from "./values";
import type { Silence } from "./members";

/** Steps of a function from which on what it returns is as good as free choice; smaller ones cost nothing. */
const LARGE = 100;

/** True when the call was left out: then what it was given the address of may be anything behind it. */
export function slicedAway(cx: Context, definition: FunctionDef, args: readonly Val[], call: CallExpr): boolean {
  if (!args.every((arg) => tellsNothing(cx, arg)) || silenceOf(cx, definition)?.isLarge !== true) return false;
  for (const arg of args) {
    if (arg.k !== "address" || arg.of.k !== "variable") continue;
    for (const path of arg.of.variable.slots.keys()) {
      const what = `what ${definition.name}() leaves in ${arg.of.variable.name}`;
      write(cx, { ...arg.of, path }, unknown(what), { place: call.place, text: cx.text(call.place), marked: false });
    }
  }
  return true;
}

/** Whether nothing tracked reaches a callee through the argument. */
function tellsNothing(cx: Context, arg: Val): boolean {
  if (arg.k === "value") return arg.type === null;
  if (arg.k === "struct") return [...arg.members.values()].every((member) => tellsNothing(cx, member));
  if (arg.k === "function") {
    const definition = cx.world.codebase.function(arg.name);
    return definition === undefined || silenceOf(cx, definition) !== null;
  }
  if (arg.k !== "address") return true;
  if (arg.of.k === "variable") {
    const { fixed, slots } = arg.of.variable;
    return fixed === null && [...slots.values()].every((slot) => slot.type === null);
  }
  return arg.of.k === "unknown" || (arg.of.k === "global" && memberOf(cx, arg.of).is === "untracked");
}

/** Told by lowering the function by itself, once. */
function silenceOf(cx: Context, definition: FunctionDef): Silence | null {
  const { silent, version, pointees } = cx.world;
  const key = `${definition.name} ${version} ${pointees.size} ${cx.view.name ?? ""}`;
  const had = silent.get(key);
  if (had !== undefined) return had;
  // Where it calls itself, it acts if it acts elsewhere.
  silent.set(key, { isLarge: true });
  const before = silent.size;
  const alone = cx.aside();
  const args = definition.params.map((param) => unknown(param.name, param.type));
  alone.inline(definition, args, null);
  const silence = alone.build.acts ? null : { isLarge: alone.build.size > LARGE };
  silent.set(key, silence);
  // What was told of others on that premise is told anew.
  if (silence === null)
    for (const other of [...silent.keys()].slice(before)) if (silent.get(other) !== null) silent.delete(other);
  return silence;
}
