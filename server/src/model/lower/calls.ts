/** Calls: primitives by their meaning, macros by expansion, known functions inlined, unknown ones by what reaches them. */
import type { CallExpr, FunctionDef, Param, TypeName } from "../../c/syntax";
import { assignedNames } from "./assigned";
import { finite } from "./choices";
import { guardCalled, lowerGuard } from "./cleanup";
import { calleeName, MOST_STEPS, newScope, RECURSION, RECURSION_LIMIT, TOO_MANY_STEPS, type Context } from "./context";
import { zeroOf } from "./error-pointers";
import { memberOf, read } from "./memory";
import { lowerMeaning } from "./primitives";
import { slicedAway } from "./silent";
import { constant, newVariable, pointer, unknown, VOID, type Val, type Variable } from "./values";

export function lowerCall(cx: Context, call: CallExpr, want: TypeName | null): Val {
  const text = cx.text(call.place);
  if (!cx.build.isReachable) return unknown(text);
  const guard = guardCalled(cx, call);
  if (guard !== null) return lowerGuard(cx, guard.meaning, guard.head, call);
  const name = calleeName(call.callee);
  const bound = name === null ? undefined : cx.variable(name);
  if (name !== null && bound === undefined) {
    const meaning = cx.meaning(name);
    if (meaning !== undefined) return lowerMeaning(cx, meaning, call, want);
    const expanded = cx.world.codebase.expandExpr(name, call);
    if (expanded !== null) return cx.expr(expanded, want);
  }
  const target = targetOf(cx, call, name, bound);
  const definition = target === null ? undefined : cx.world.codebase.function(target);
  const older =
    definition === undefined || definition.params.length === call.args.length
      ? undefined
      : cx.world.codebase.olderFunction(definition.name, call.args.length);
  const params = (older ?? definition)?.params ?? [];
  cx.stopped = null;
  const args = call.args.map((arg, index) => cx.expr(arg, params[index]?.type ?? null));
  if (!cx.build.isReachable) {
    if (target !== null && cx.stopped !== null) cx.world.beyond.set(target, cx.stopped);
    return unknown(text);
  }
  if (definition === undefined) return lowerUnknown(cx, target ?? text, call, args);
  if (older !== undefined) return inlineAdapted(cx, definition, older, args, call);
  if (slicedAway(cx, definition, args, call)) return unknown(text, definition.returns);
  return inline(cx, definition, args, call);
}

/**
 * A caller that is not shown, of a function that has other parameters now: it passes what it did, by the parameters' names.
 * What it passes for one that is new nobody knows.
 */
function inlineAdapted(
  cx: Context,
  definition: FunctionDef,
  older: FunctionDef,
  args: readonly Val[],
  call: CallExpr,
): Val {
  const places = definition.params.map((param) => older.params.findIndex(({ name }) => name === param.name));
  const missing = definition.params.find((_, index) => places[index] === -1);
  if (missing === undefined) {
    const adapted = places.flatMap((at) => args[at] ?? []);
    cx.note(
      "unknown-call",
      `a call of ${definition.name}() that is not shown passes what it did, by the names`,
      call.place,
    );
    return inline(cx, definition, adapted, call);
  }
  const text = cx.text(call.place);
  const what = `what a call of ${definition.name}() that is not shown passes for ${missing.name}`;
  cx.note("not-modelled", what, call.place);
  cx.build.emit({ kind: "bound", what, limit: 0 }, call.place, text);
  cx.build.cut();
  return unknown(text, definition.returns);
}

/** Puts the body in place of the call, with the parameters bound to the arguments. */
export function inline(cx: Context, definition: FunctionDef, args: readonly Val[], call: CallExpr | null): Val {
  if (cx.depthOf(definition.name) >= RECURSION_LIMIT) {
    const what = `${RECURSION}${definition.name}()`;
    cx.note("bound", `${what} is followed ${RECURSION_LIMIT} calls deep`, call?.place ?? definition.place);
    return notFollowed(cx, what, RECURSION_LIMIT, definition, call);
  }
  if (cx.build.size >= MOST_STEPS) return notFollowed(cx, TOO_MANY_STEPS, MOST_STEPS, definition, call);
  cx.world.followed.add(definition.name);
  const outer = cx.scope;
  const assigned = assignedNames(definition.body);
  const scope = newScope(definition, definition.returns, assigned);
  for (const [index, param] of definition.params.entries()) {
    scope.variables.set(param.name, bind(cx, param, args[index] ?? unknown(param.name, param.type), assigned, call));
  }
  cx.build.within({ function: definition.name, call: call?.place ?? null }, () => {
    cx.scope = scope;
    runHook(cx, definition, "before");
    cx.statement(definition.body);
    cx.build.place(scope.returns.label);
    runHook(cx, definition, "after");
  });
  cx.scope = outer;
  const { variable } = scope.returns;
  if (variable === null) return VOID;
  const single = cx.world.singleBehind(definition.returns);
  if (single !== null) return pointer(constant(1), single);
  if (scope.returns.values.length === 0) return unknown(`${definition.name}()`, definition.returns);
  const place = call?.place ?? definition.place;
  return read(
    cx,
    { k: "variable", variable, path: "", type: variable.type },
    { place, text: cx.text(place), marked: false },
  );
}

function notFollowed(cx: Context, what: string, limit: number, definition: FunctionDef, call: CallExpr | null): Val {
  const text = `${definition.name}()`;
  cx.build.emit({ kind: "bound", what, limit }, call?.place ?? null, text);
  cx.build.cut();
  return unknown(text, definition.returns);
}

/** What the profile does whenever that function is called, with what the call's own parameters are. */
function runHook(cx: Context, called: FunctionDef, when: "before" | "after"): void {
  const hooks = cx.world.profile.hooks ?? {};
  const given = Object.hasOwn(hooks, called.name) ? hooks[called.name] : undefined;
  if (given?.within !== undefined && cx.depthOf(given.within) === 0) return;
  const name = given?.[when];
  const hook = name === undefined ? undefined : cx.world.codebase.entry(name);
  if (hook === undefined || !cx.build.isReachable) return;
  const { scope } = cx;
  const args = hook.params.map((param): Val => {
    const isKnown = scope.variables.has(param.name);
    return isKnown ? cx.expr({ kind: "name", name: param.name, place: hook.place }) : unknown(param.name, param.type);
  });
  inline(cx, hook, args, null);
  cx.scope = scope;
}

/** A parameter that the body never assigns is its argument; others get storage of their own. */
function bind(cx: Context, param: Param, arg: Val, assigned: ReadonlySet<string>, call: CallExpr | null): Variable {
  const variable = newVariable(param.name, param.type);
  const single = cx.world.singleBehind(param.type);
  if (single !== null) return { ...variable, fixed: pointer(constant(1), single) };
  const isScalar = param.type.pointers === 0 && !/^(struct|union) /.test(param.type.base);
  const place = call?.place ?? null;
  let val = arg;
  if (arg.k === "unknown" && isScalar && place !== null) {
    const what = `${param.name} of ${call === null ? "" : cx.text(call.callee.place)}()`;
    val = { k: "value", value: finite(cx, { ...arg, what }, what, place), type: null, loose: true };
  } else if (arg.k === "unknown") val = unknown(arg.what, arg.ctype ?? param.type);
  if (
    val.k === "value" &&
    val.type === null &&
    val.foreign === undefined &&
    val.value.kind !== "const" &&
    cx.world.pooledBehind(param.type) !== null
  ) {
    val = { ...val, type: cx.world.pooledBehind(param.type) };
  }
  if (!assigned.has(param.name)) return { ...variable, fixed: val };
  if (val.k !== "value") return { ...variable, fixed: val };
  const type = val.foreign === undefined ? (val.type ?? cx.world.pooledBehind(param.type)) : null;
  const into = cx.temporary(param.name, cx.view.largest, type);
  const zero = type === null ? null : cx.build.newNature(param.name);
  if (zero !== null) cx.build.emit({ kind: "assign", into: zero, value: zeroOf(val) }, place, "");
  cx.build.emit({ kind: "assign", into, value: val.value }, place, "");
  variable.slots.set("", { local: into, type, loose: val.loose, foreign: val.foreign ?? null, zero });
  return variable;
}

function targetOf(cx: Context, call: CallExpr, name: string | null, bound: Variable | undefined): string | null {
  if (name !== null && bound === undefined) return name;
  const val = cx.expr(call.callee);
  return val.k === "function" ? val.name : null;
}

/**
 * A callee that we do not know is harmless when nothing tracked reaches it, or when the profile says so by name. What gets
 * an object that comes and goes, a lock, a list or a field is named, and what it would do is not modelled; what gets the one
 * object that is always there, with all that is in it, is named, and taken to leave that alone.
 */
function lowerUnknown(cx: Context, name: string, call: CallExpr, args: readonly Val[]): Val {
  const text = cx.text(call.place);
  if (cx.world.codebase.isOfHarness(call.place) && !name.startsWith("lastput_")) {
    // The code has it under another name: what the caller does from here on would be told of code that nobody runs.
    cx.note("not-modelled", `${name}(), which its callers need and this code does not have`, call.place);
    cx.build.emit({ kind: "bound", what: `calls of ${name}(), which is not there`, limit: 0 }, call.place, text);
    cx.build.cut();
    return unknown(text);
  }
  const isHarmless = cx.world.isHarmless(name);
  const reach = farthest(args.map((arg) => reachOf(cx, arg)));
  if (reach === "object" && !isHarmless) {
    cx.note("unknown-call", `${name}() is not known and could change a tracked object`, call.place);
    cx.unmodelled(`the call ${name}()`, call.place, text);
  } else if (reach === "object") cx.note("unknown-call", `${name}() is taken to leave the lifecycle alone`, call.place);
  else if (reach === "surroundings" && !isHarmless) cx.note("handed", `${name}()`, call.place);
  return unknown(text);
}

/** What tracked things a callee can come by through an argument. */
type Reach = "nothing" | "surroundings" | "object";

function farthest(reaches: readonly Reach[]): Reach {
  if (reaches.includes("object")) return "object";
  return reaches.includes("surroundings") ? "surroundings" : "nothing";
}

function reachOf(cx: Context, arg: Val): Reach {
  const through = (type: number | null): Reach =>
    type === null ? "nothing" : cx.world.isSingle(type) ? "surroundings" : "object";
  if (arg.k === "value") return through(arg.type);
  if (arg.k === "struct") return farthest([...arg.members.values()].map((member) => reachOf(cx, member)));
  if (arg.k !== "address") return "nothing";
  if (arg.of.k === "variable") return farthest([...arg.of.variable.slots.values()].map((slot) => through(slot.type)));
  const member = memberOf(cx, arg.of).is;
  if (member === "untracked" || member === "pinned") return "nothing";
  if (arg.of.k === "field" && member === "part") return through(arg.of.objectType);
  return arg.of.k === "unknown" || member === "part" ? "nothing" : "object";
}
