/**
 * Finds the statements that act on what a profile tracks, with nothing but declarations, names and calls to go by. This is
 * what the lowering is measured against, so it shares nothing with it: it follows no values and knows no steps.
 */
import type { CallExpr, Expr, FunctionDef, Place, Stmt, VarDecl } from "../../c/syntax";
import type { Codebase } from "../../model/lower/codebase";
import type { CTypes } from "../../model/lower/ctypes";
import type { Meaning, Profile } from "../../model/profile";
import { Tracked } from "./tracked";
import { typesIn, type Types } from "./types";

export interface ActingStatement {
  readonly function: string;
  /** A simple statement, or of `if`, `while`, `for`, `switch` and loops of macros what stands in the parentheses. */
  readonly place: Place;
  /** In one line. */
  readonly text: string;
}

export interface Question {
  readonly profile: Profile;
  readonly codebase: Codebase;
  readonly ctypes: CTypes;
  readonly meaning: (callee: string) => Meaning | undefined;
}

export function actingStatements(definitions: readonly FunctionDef[], question: Question): ActingStatement[] {
  const search = new Search(question);
  return definitions.flatMap((definition) => search.in(definition));
}

/** A function as the search sees it: its simple statements and heads, each with the expressions in it. */
interface Simple {
  readonly place: Place;
  readonly exprs: readonly Expr[];
}

class Search {
  private readonly tracked: Tracked;
  /** Whether a function acts, itself or by what it calls; false while that is being found out. */
  private readonly acts = new Map<string, boolean>();

  constructor(private readonly question: Question) {
    this.tracked = new Tracked(question.profile, question.codebase, question.ctypes);
  }

  in(definition: FunctionDef): ActingStatement[] {
    const { simple, types } = this.taken(definition);
    return simple
      .filter(({ exprs }) => exprs.some((expr) => this.isActing(expr, types)))
      .map(({ place }) => ({ function: definition.name, place, text: this.question.codebase.text(place) }));
  }

  private taken(definition: FunctionDef): { simple: Simple[]; types: Types } {
    const simple: Simple[] = [];
    const declared: VarDecl[] = [];
    const { codebase, meaning } = this.question;
    take(definition.body, simple, declared, (stmt) => codebase.expandStmt(stmt));
    return { simple, types: typesIn(definition, declared, codebase, meaning) };
  }

  private doesAct(name: string): boolean {
    const had = this.acts.get(name);
    if (had !== undefined) return had;
    this.acts.set(name, false);
    const definition = this.question.codebase.function(name);
    const does = definition !== undefined && this.in(definition).length > 0;
    this.acts.set(name, does);
    return does;
  }

  private isActing(root: Expr, types: Types): boolean {
    const pending: unknown[] = [root];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (Array.isArray(node)) pending.push(...(node as unknown[]));
      else if (typeof node === "object" && node !== null) {
        const expr = node as Expr;
        if (expr.kind === "member") {
          const { isTracked, object } = this.tracked.member(expr, types);
          if (isTracked) return true;
          pending.push(object);
          continue;
        }
        if (expr.kind === "assign" && this.tracked.isScalar(expr.target)) return true;
        if (expr.kind === "call") {
          const verdict = this.call(expr, types);
          if (verdict === "acts") return true;
          if (verdict === "nothing") continue;
        }
        for (const [key, value] of Object.entries(node))
          if (!SKIPPED.has(key) && typeof value === "object") pending.push(value ?? []);
      }
    }
    return false;
  }

  private call(call: CallExpr, types: Types): "acts" | "nothing" | "look inside" {
    if (call.callee.kind !== "name") return "look inside";
    const { name } = call.callee;
    const known = this.question.meaning(name);
    if (known !== undefined) return this.primitive(known, call, types);
    const expanded = this.question.codebase.expandExpr(name, call);
    if (expanded !== null) return this.isActing(expanded, types) ? "acts" : "nothing";
    return this.doesAct(name) ? "acts" : "look inside";
  }

  private primitive(known: Meaning, call: CallExpr, types: Types): "acts" | "nothing" | "look inside" {
    switch (known.does) {
      case "rcu":
      case "sleep":
        return "acts";
      case "nothing":
        return "nothing";
      case "free":
      case "freeRcu": {
        const object = call.args[known.object];
        return object !== undefined && this.tracked.isPooled(types.of(object)) ? "acts" : "look inside";
      }
      case "rmw": {
        const pointer = call.args[known.on];
        return pointer !== undefined && this.tracked.isScalarAt(pointer) ? "acts" : "look inside";
      }
      case "store": {
        const to = call.args[known.to];
        return to !== undefined && this.tracked.isScalar(to) ? "acts" : "look inside";
      }
      default:
        return "look inside";
    }
  }
}

const SKIPPED = new Set(["place", "argTexts", "type", "head"]);

/** The statements inside others, macros that govern one expanded. */
function take(
  stmt: Stmt,
  into: Simple[],
  declared: VarDecl[],
  expand: (stmt: Extract<Stmt, { kind: "macro" }>) => Stmt | null,
): void {
  const head = (...exprs: (Expr | null)[]): void => {
    const found = exprs.filter((expr) => expr !== null);
    const [first] = found;
    if (first !== undefined) into.push({ place: first.place, exprs: found });
  };
  const further = (inner: Stmt | null): void => {
    if (inner !== null) take(inner, into, declared, expand);
  };
  switch (stmt.kind) {
    case "expr":
      into.push({ place: stmt.place, exprs: [stmt.expr] });
      return;
    case "return":
      if (stmt.value !== null) into.push({ place: stmt.place, exprs: [stmt.value] });
      return;
    case "decl":
      declared.push(...stmt.vars);
      for (const { init, place } of stmt.vars) if (init !== null) into.push({ place, exprs: [init] });
      return;
    case "block":
      for (const inner of stmt.body) further(inner);
      return;
    case "if":
      head(stmt.test);
      further(stmt.then);
      return further(stmt.else);
    case "while":
    case "dowhile":
    case "switch":
      head(stmt.test);
      return further(stmt.body);
    case "for":
      further(stmt.init);
      head(stmt.test);
      head(stmt.step);
      return further(stmt.body);
    case "macro":
      return takeMacro(stmt, into, declared, expand);
    default:
  }
}

/** The head of a loop macro is one statement, whatever it comes down to; its body is as it stands. */
function takeMacro(
  stmt: Extract<Stmt, { kind: "macro" }>,
  into: Simple[],
  declared: VarDecl[],
  expand: (stmt: Extract<Stmt, { kind: "macro" }>) => Stmt | null,
): void {
  const expanded = expand(stmt);
  const inner: Simple[] = [];
  if (expanded !== null) take(expanded, inner, declared, expand);
  const isInBody = ({ place }: Simple): boolean =>
    place.via === null && place.start >= stmt.body.place.start && place.end <= stmt.body.place.end;
  const own = inner.filter((simple) => !isInBody(simple)).flatMap(({ exprs }) => exprs);
  into.push({ place: stmt.head, exprs: expanded === null ? stmt.args : own });
  if (expanded === null) take(stmt.body, into, declared, expand);
  else into.push(...inner.filter(isInBody));
}
