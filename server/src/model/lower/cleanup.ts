/**
 * Guards and destructors (`linux/cleanup.h`): what is done when a block is left, in whichever way. What a guard does is what
 * its DEFINE_GUARD says, which the C stage hands on as macros of ours (`c/classes`).
 */
import type { CallExpr, Expr, MacroStmt, Place, PlacedText, Stmt, VarDecl } from "../../c/syntax";
import type { Meaning } from "../profile";
import { calleeName, type Context } from "./context";
import { read, write } from "./memory";
import { newVariable, unknown, VOID, type Val, type Variable } from "./values";

type Guard = Extract<Meaning, { does: "guard" }>;

/** `p __free(kfree)`: also what a function of that name does, where nothing defines it for variables. */
export function withDestructor(cx: Context, declared: VarDecl, name: string, variable: Variable): void {
  const { codebase } = cx.world;
  const free = `lastput_free_${name}`;
  const isKnown = codebase.macro(free) !== undefined;
  const callee = isKnown ? free : name;
  if (!isKnown && codebase.function(name) === undefined && cx.meaning(name) === undefined) {
    if (cx.world.pooledBehind(declared.type) === null) return;
    cx.note("unknown-call", `what __free(${name}) does to ${declared.name} is not known`, declared.place);
    cx.unmodelled(`the destructor ${name}`, declared.place, cx.text(declared.place));
    return;
  }
  const call = callOf(callee, [variable.name], declared.place);
  cx.scope.cleanups.push({ block: innermost(cx), declared: declared.place, variables: [variable], call });
}

/** `guard(mutex)(&m)` until the end of its block, and `CLASS(fd, f)(number)`, which is a variable until there. */
export function lowerGuard(cx: Context, { form }: Guard, head: CallExpr, call: CallExpr): Val {
  const name = nameOf(head.argTexts[0]);
  if (form === "variable") return lowerClass(cx, name, nameOf(head.argTexts[1]), call);
  const guarded = guardedBy(cx, call.args, call.place);
  if (cx.world.codebase.macro(`lastput_lock_${name}`) === undefined) return unknownGuard(cx, name, guarded, call.place);
  cx.expr(callOf(`lastput_lock_${name}`, namesOf(guarded), call.place));
  release(cx, name, guarded, call.place);
  return VOID;
}

/** The body is a loop that runs once: `break` and `continue` in it leave the guard and nothing else. */
export function lowerScopedGuard(cx: Context, { form }: Guard, stmt: MacroStmt): void {
  const name = nameOf(stmt.argTexts[0]);
  const others = form === "conditional" ? 2 : 1;
  const guarded = guardedBy(cx, stmt.args.slice(others), stmt.head);
  const { codebase } = cx.world;
  const [inside, failed, after] = [cx.build.label(), cx.build.label(), cx.build.label()];
  if (codebase.macro(`lastput_try_${name}`) !== undefined) {
    cx.condition(callOf(`lastput_try_${name}`, namesOf(guarded), stmt.head), inside, failed);
    cx.build.place(inside);
  } else if (codebase.macro(`lastput_lock_${name}`) !== undefined)
    cx.expr(callOf(`lastput_lock_${name}`, namesOf(guarded), stmt.head));
  else unknownGuard(cx, name, guarded, stmt.head);
  const leaving = { label: after, cleanups: cx.scope.cleanups.length };
  cx.block([stmt.body], () => {
    if (codebase.macro(`lastput_unlock_${name}`) !== undefined) release(cx, name, guarded, stmt.head);
    cx.scope.breaks.push(leaving);
    cx.scope.continues.push(leaving);
    cx.statement(stmt.body);
    cx.scope.breaks.pop();
    cx.scope.continues.pop();
  });
  cx.build.jump(after);
  cx.build.place(failed);
  const otherwise = form === "conditional" ? stmt.argTexts[1] : undefined;
  if (otherwise !== undefined) cx.expr(callOf("lastput_statement", [otherwise], stmt.head));
  cx.build.jump(after);
  cx.build.place(after);
}

function lowerClass(cx: Context, name: string, variableName: string, call: CallExpr): Val {
  const use = { ...callOf(`lastput_init_${name}`, call.argTexts, call.place), args: call.args };
  const made = cx.world.codebase.expandExpr(`lastput_init_${name}`, use);
  const type = made?.kind === "cast" ? made.type : { base: "", pointers: 0, isArray: false };
  const variable = newVariable(variableName, type);
  cx.scope.variables.set(variableName, variable);
  if (made === null) return unknownGuard(cx, name, guardedBy(cx, call.args, call.place), call.place);
  const access = { place: call.place, text: cx.text(call.place), marked: false };
  write(cx, { k: "variable", variable, path: "", type }, cx.expr(made, type), access);
  const free = callOf(`lastput_free_${name}`, [variableName], call.place);
  cx.scope.cleanups.push({ block: innermost(cx), declared: call.place, variables: [variable], call: free });
  return read(cx, { k: "variable", variable, path: "", type }, access);
}

/** Leaves what a `goto` leaves: blocks around it that are not around the label, and what is declared behind that. */
export function leaveFor(cx: Context, label: string): void {
  const body = cx.scope.function?.body;
  if (body === undefined || cx.scope.cleanups.length === 0) return;
  const target = labelsOf(body).get(label);
  cx.leave(0, ({ block, declared }) => {
    const isAround = block !== undefined && target?.blocks.includes(block) === true;
    return !isAround || target === undefined || declared.start > target.place.start;
  });
}

interface Target {
  readonly place: Place;
  /** The statements of the blocks around it. */
  readonly blocks: readonly (readonly Stmt[])[];
}

const labels = new WeakMap<Stmt, ReadonlyMap<string, Target>>();

function labelsOf(body: Stmt): ReadonlyMap<string, Target> {
  const had = labels.get(body);
  if (had !== undefined) return had;
  const found = new Map<string, Target>();
  const visit = (stmt: Stmt, blocks: readonly (readonly Stmt[])[]): void => {
    if (stmt.kind === "label") found.set(stmt.name, { place: stmt.place, blocks });
    if (stmt.kind === "block") for (const inner of stmt.body) visit(inner, [...blocks, stmt.body]);
    if (stmt.kind === "if" && stmt.else !== null) visit(stmt.else, blocks);
    if (stmt.kind === "if") visit(stmt.then, blocks);
    if ("body" in stmt && stmt.kind !== "block") visit(stmt.body, blocks);
  };
  visit(body, []);
  labels.set(body, found);
  return found;
}

/** What a guard is made of is looked up once, and released as it was then, whatever its names mean later. */
function guardedBy(cx: Context, args: readonly Expr[], place: Place): Variable[] {
  return args.map((arg, index) => {
    const val = cx.expr(arg);
    const variable = newVariable(`lastput_guarded_${place.start}_${index}`, { base: "", pointers: 1, isArray: false });
    variable.fixed = frozen(cx, val, place);
    cx.scope.variables.set(variable.name, variable);
    return variable;
  });
}

function frozen(cx: Context, val: Val, place: Place): Val {
  if (val.k === "value") return { ...val, value: cx.keep(val.value, "guarded", 7, val.type, place) };
  if (val.k !== "address" || val.of.k !== "field") return val;
  const object = cx.keep(val.of.object, "guarded", 7, val.of.objectType, place);
  return { k: "address", of: { ...val.of, object } };
}

function release(cx: Context, name: string, variables: readonly Variable[], place: Place): void {
  const call = callOf(`lastput_unlock_${name}`, namesOf(variables), place);
  cx.scope.cleanups.push({ block: innermost(cx), declared: place, variables, call });
}

function unknownGuard(cx: Context, name: string, guarded: readonly Variable[], place: Place): Val {
  const reaches = guarded.some(({ fixed }) => fixed?.k === "address" && fixed.of.k !== "unknown");
  if (reaches) {
    cx.note("unknown-call", `what guards of the kind ${name} do is not known`, place);
    cx.unmodelled(`the guard ${name}`, place, cx.text(place));
  }
  return unknown(cx.text(place));
}

function innermost(cx: Context): readonly Stmt[] | undefined {
  return cx.scope.blocks[cx.scope.blocks.length - 1];
}

function nameOf(text: PlacedText | undefined): string {
  return text?.text.trim() ?? "";
}

function namesOf(variables: readonly Variable[]): string[] {
  return variables.map(({ name }) => name);
}

function callOf(callee: string, args: readonly (string | PlacedText)[], place: Place): CallExpr {
  const argTexts = args.map((arg): PlacedText => {
    if (typeof arg !== "string") return arg;
    return { text: arg, runs: [{ start: 0, length: arg.length, place }] };
  });
  return {
    kind: "call",
    callee: { kind: "name", name: callee, place },
    args: argTexts.map(({ text }) => ({ kind: "name", name: text, place })),
    argTexts,
    place,
  };
}

/** The call that makes a guard, when that is what this calls: `guard(mutex)` of `guard(mutex)(&m)`. */
export function guardCalled(
  cx: Context,
  { callee }: CallExpr,
): { readonly meaning: Guard; readonly head: CallExpr } | null {
  if (callee.kind !== "call") return null;
  const name = calleeName(callee.callee);
  const meaning = name === null ? undefined : cx.meaning(name);
  return meaning?.does === "guard" ? { meaning, head: callee } : null;
}
