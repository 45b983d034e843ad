/**
 * The functions of an image as they are run for one subject: what is hidden is passed over, locks and lists that may be
 * reached over any pointer are those of the stage, and functions that nobody shows do what custom says of their names.
 */
import type { CFile, Expr, FunctionDef, Stmt, TypeName, VarDecl } from "../../c/syntax";
import { rewriteStmt, toC, walkSyntax } from "../../c/rewrite";
import { walkShape } from "./acts";
import { OBJECT, PASSED, READING, type Plan } from "./plan";
import { Stager } from "./stager";
import { namesIn } from "./subject";
import { askedAt, endsHidden, labelsOf, withoutLooseJumps } from "./ways-out";

/** The file with all its functions staged, and the focus as a thread begins in it. */
export function stage(file: CFile, plan: Plan): { code: CFile; focus: FunctionDef | null } {
  const functions = file.functions.map((fn) => stageFunction(fn, plan));
  const focus = functions.find((fn) => fn.name === plan.subject.focus);
  return { code: { ...file, functions }, focus: focus === undefined ? null : asEntry(focus, plan) };
}

function stageFunction(fn: FunctionDef, plan: Plan): FunctionDef {
  const names = namesIn(plan.subject)(fn);
  const stager = new Stager(plan, names, fn);
  const staged = rewriteStmt(fn.body, stager);
  const isFocus = fn.name === plan.subject.focus;
  const leavesAsked = isFocus && plan.experiment.endsHidden;
  const body = withoutLooseJumps(staged, labelsOf(staged), (at) => (leavesAsked ? askedAt(at, plan) : null));
  if (!isFocus) return { ...fn, body };
  return { ...fn, body: withPieces(withEndAsked(fn, body, plan), stager.gaps, fn, plan) };
}

/** The thread begins with any of the pieces that are shown. */
function withPieces(body: Stmt, gaps: number, fn: FunctionDef, plan: Plan): Stmt {
  const { namePlace: place } = fn;
  const ways = Array.from({ length: gaps }, (_, index): Stmt => {
    const label = `lastput_behind_${index + 1}`;
    const test = plan.parse(`lastput_choose("what is shown behind hidden lines")`, place);
    return { kind: "if", test, then: { kind: "goto", label, place }, else: null, place };
  });
  return ways.length === 0 ? body : { kind: "block", body: [...ways, body], place: body.place };
}

/** Behind the last statement, where that is shown, stands what is asked at the ways out. */
function withEndAsked(fn: FunctionDef, body: Stmt, plan: Plan): Stmt {
  if (endsHidden(fn.body) && !plan.experiment.endsHidden) return body;
  const { file, end, via } = fn.place;
  const asked = askedAt({ file, start: end - 1, end, via }, plan);
  return asked === null ? body : { kind: "block", body: [body, asked], place: body.place };
}

/** One parameter, the object; what the function calls it, or hides, is that object. */
function asEntry(fn: FunctionDef, plan: Plan): FunctionDef {
  const { subject } = plan;
  const place = fn.namePlace;
  const pointer: TypeName = { base: subject.type, pointers: 1, isArray: false };
  const declared = declaredNames(fn.body);
  const object: Expr = { kind: "name", name: OBJECT, place };
  const vars: VarDecl[] = [];
  const declare = (name: string, type: TypeName, init: Expr | null): void => {
    vars.push({ name, type, init, isStatic: false, cleanup: null, place });
  };
  declare(subject.variable, pointer, object);
  for (const name of cursorsOf(fn.body, subject.variable)) if (!declared.has(name)) declare(name, pointer, null);
  for (const [name, isSet] of hiddenIn(fn.body)) {
    if (declared.has(name) || GLOBAL.has(name) || plan.isDeclared(name) || vars.some((each) => each.name === name))
      continue;
    const given: Expr = { kind: "name", name: "given", place };
    const anything: Expr = { kind: "member", object: given, field: name, arrow: false, place };
    declare(name, NUMBER, isSet ? null : anything);
  }
  const containers = containersOf(fn.body, subject.type, plan);
  for (const param of fn.params) {
    if (param.name === subject.variable || declared.has(param.name)) continue;
    if (param.type.base === subject.type && param.type.pointers === 1) declare(param.name, pointer, object);
    const member = containers.get(param.name);
    if (member !== undefined) declare(param.name, param.type, plan.parse(`&${OBJECT}->${member}`, place));
  }
  const { way, atWay } = plan.experiment;
  const begins: Stmt[] =
    way !== null && plan.mark === null ? [{ kind: "expr", expr: plan.parse(atWay, place), place }] : [];
  const decl: Stmt[] = vars.map((variable) => ({ kind: "decl", vars: [variable], place }));
  const body: Stmt = { kind: "block", body: [...decl, ...plan.prologue, ...begins, fn.body], place: fn.body.place };
  return { ...fn, params: [{ name: OBJECT, type: pointer }], body };
}

/** Declared for all threads. */
const GLOBAL = new Set([PASSED, READING]);

const NUMBER: TypeName = { base: "int", pointers: 0, isArray: false };

/**
 * Variables that decide on the way or are set, with whether they are: those whose declaration is hidden, and parameters,
 * may have any value when the thread begins.
 */
function hiddenIn(body: Stmt): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  const asked = (test: Expr | null): void => {
    if (test?.kind === "name" && /^[a-z_]/.test(test.name) && !found.has(test.name)) found.set(test.name, false);
    if (test?.kind === "unary" && test.op === "!") asked(test.operand);
    if (test?.kind === "binary") {
      asked(test.left);
      asked(test.right);
    }
    if (test?.kind === "call" && test.args.length === 1) asked(test.args[0] ?? null);
  };
  walkSyntax(body, (node) => {
    if (node.kind === "if" || node.kind === "while" || node.kind === "dowhile" || node.kind === "conditional")
      asked(node.test);
    if (node.kind === "assign" && node.target.kind === "name") found.set(node.target.name, true);
  });
  return found;
}

/** The second variables of walks that have the first as their position. */
function cursorsOf(body: Stmt, position: string): ReadonlySet<string> {
  const names = new Set<string>();
  walkSyntax(body, (node) => {
    const shape = node.kind === "macro" ? walkShape(node) : null;
    if (shape !== null && shape.next !== null && shape.position === position) names.add(shape.next);
  });
  return names;
}

/** Parameter -> member, of `container_of(param, struct T, member)`. */
function containersOf(body: Stmt, type: string, plan: Plan): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  walkSyntax(body, (node) => {
    if (node.kind !== "call" || node.callee.kind !== "name") return;
    const meaning = plan.meaning(node.callee.name);
    if (meaning?.does !== "container") return;
    const pointer = node.args[meaning.pointer];
    const member = node.args[meaning.member];
    const isOurs =
      node.args.some((arg) => (arg.kind === "type" ? arg.type.base === type : false)) ||
      /^from_|^timer_/.test(node.callee.name);
    if (pointer?.kind === "name" && member !== undefined && isOurs) found.set(pointer.name, toC(member));
  });
  return found;
}

function declaredNames(body: Stmt): ReadonlySet<string> {
  const names = new Set<string>();
  walkSyntax(body, (node) => {
    if (node.kind === "decl") for (const { name } of node.vars) names.add(name);
  });
  return names;
}
