/** What lowering one program carries along. */
import type { CallExpr, Expr, FunctionDef, Place, Stmt, TypeName } from "../../c/syntax";
import type { Value } from "../ir";
import type { Meaning, Vocabulary } from "../profile";
import { Builder, type Label } from "./builder";
import { local, newVariable, type Lval, type Val, type Variable } from "./values";
import type { View } from "./views";
import { wildcard } from "./wildcard";
import type { World } from "./world";

/** Something the text did not say and the program rests on. */
export interface Note {
  /** `handed`: the text is a callee that is not known and gets the one object that is always there. */
  readonly kind: "unknown-call" | "handed" | "free-choice" | "configuration" | "bound" | "not-modelled";
  readonly text: string;
  readonly place: Place | null;
}

/** One inlined call. */
export interface Scope {
  readonly function: FunctionDef | null;
  readonly variables: Map<string, Variable>;
  readonly labels: Map<string, Label>;
  readonly breaks: Exit[];
  readonly continues: Exit[];
  /** What is done when the blocks that are open are left, the last first. */
  readonly cleanups: Cleanup[];
  /** The statements of the blocks that are open, the innermost last. */
  readonly blocks: (readonly Stmt[])[];
  readonly returns: Returns;
  /** Names that the body assigns more than once or after their declaration. */
  readonly assigned: ReadonlySet<string>;
}

/** Where `break` or `continue` leads, and how many cleanups are left standing there. */
export interface Exit {
  readonly label: Label;
  readonly cleanups: number;
}

/** What a variable's destructor or a guard does at every way out of its block. */
export interface Cleanup {
  /** The statements of the block. */
  readonly block: readonly Stmt[] | undefined;
  readonly declared: Place;
  /** What the call names, which inner blocks may hide. */
  readonly variables: readonly Variable[];
  readonly call: CallExpr;
}

export interface Returns {
  readonly label: Label;
  readonly values: Val[];
  /** Receives the value; null for functions that return none. */
  readonly variable: Variable | null;
  readonly type: TypeName | null;
}

/** What profiles write for themselves begins with this. */
const OUR_WORDS = "lastput_";

/** The bound that a path ends at behind code that we do not model. */
export const UNMODELLED = "code that is not modelled";

/** How deep one function may stand in its own stack before the program says that a bound was reached. */
export const RECURSION_LIMIT = 4;

/** So many steps a program may have before more calls are followed: what is larger nobody can explore. */
export const MOST_STEPS = 100_000;

/** The bound of a program that ends at a call which is not followed, by what the step says. */
export const TOO_MANY_STEPS = "steps of one program";
export const RECURSION = "recursion of ";

/** The parts of lowering that call each other in circles; given in, so that their files need not. */
export interface Lowering {
  expr(cx: Context, expr: Expr, want: TypeName | null): Val;
  lval(cx: Context, expr: Expr): Lval;
  /** The lvalue behind an expression that is an address. */
  address(cx: Context, expr: Expr): Lval;
  condition(cx: Context, expr: Expr, yes: Label, no: Label): void;
  statement(cx: Context, stmt: Stmt): void;
  call(cx: Context, call: CallExpr, want: TypeName | null): Val;
  inline(cx: Context, definition: FunctionDef, args: readonly Val[], call: CallExpr | null): Val;
}

export class Context {
  readonly build = new Builder();
  readonly notes: Note[] = [];
  scope: Scope;
  /** While the condition of a WARN is lowered: where it fires. What nobody tracks is taken not to lead there. */
  avoid: Label | null = null;
  /** Inside data_race(). */
  mayRace = false;
  /** What the profile said is not modelled where the last way ended. */
  stopped: string | null = null;
  private readonly meanings: Meanings;

  constructor(
    readonly world: World,
    readonly vocabulary: Vocabulary,
    private readonly lowering: Lowering,
    outer: Scope,
    readonly view: View = world.view(null),
  ) {
    this.scope = outer;
    this.meanings = meaningsOf(vocabulary);
  }

  /** For a program of its own in the same world. */
  aside(): Context {
    return new Context(this.world, this.vocabulary, this.lowering, newScope(null, null, new Set()), this.view);
  }

  /** `want` is the type of what the result is stored to, for allocations. */
  expr(expr: Expr, want: TypeName | null = null): Val {
    return this.lowering.expr(this, expr, want);
  }

  lval(expr: Expr): Lval {
    return this.lowering.lval(this, expr);
  }

  address(expr: Expr): Lval {
    return this.lowering.address(this, expr);
  }

  condition(expr: Expr, yes: Label, no: Label): void {
    this.lowering.condition(this, expr, yes, no);
  }

  statement(stmt: Stmt): void {
    this.lowering.statement(this, stmt);
  }

  call(call: CallExpr, want: TypeName | null): Val {
    return this.lowering.call(this, call, want);
  }

  /** The body of a function in place of its call. */
  inline(definition: FunctionDef, args: readonly Val[], call: CallExpr | null): Val {
    return this.lowering.inline(this, definition, args, call);
  }

  meaning(name: string): Meaning | undefined {
    return this.meanings.of(name);
  }

  /** The C as a trace shows it: what stands in the code, not the word of ours that a macro of the kernel came down to. */
  text(place: Place): string {
    let text = this.world.codebase.text(place);
    for (let at = place.via; at !== null && text.startsWith(OUR_WORDS); at = at.via)
      text = this.world.codebase.text(at);
    return text.slice(0, 120);
  }

  /** A local that lives until its value is used. */
  temporary(name: string, max: number, type: number | null): number {
    return this.build.newLocal(name, max, type);
  }

  /** Keeps a value that may change before it is used. */
  keep(value: Value, name: string, max: number, type: number | null, place: Place | null): Value {
    if (value.kind === "const") return value;
    const into = this.temporary(name, max, type);
    this.build.emit({ kind: "assign", into, value }, place, "");
    return local(into);
  }

  note(kind: Note["kind"], text: string, place: Place | null): void {
    if (!this.build.isReachable) return;
    if (!this.notes.some((n) => n.kind === kind && n.text === text)) this.notes.push({ kind, text, place });
  }

  /** What happens here is not modelled, so nothing that would come behind it may be told of this path. */
  unmodelled(what: string, place: Place | null, text: string): void {
    this.build.emit({ kind: "unknown", what }, place, text);
    this.build.emit({ kind: "bound", what: UNMODELLED, limit: 0 }, place, text);
  }

  /** What these statements declare hides variables of the same names until `lower` returns. */
  block<T>(statements: readonly Stmt[], lower: () => T): T {
    const { variables, cleanups, blocks } = this.scope;
    const { length } = cleanups;
    blocks.push(statements);
    const declared = statements.flatMap((stmt) => (stmt.kind === "decl" ? stmt.vars.map(({ name }) => name) : []));
    const hidden = declared.map((name) => [name, variables.get(name)] as const);
    const result = lower();
    this.leave(length);
    cleanups.length = length;
    blocks.pop();
    for (const [name, variable] of hidden) {
      if (variable === undefined) variables.delete(name);
      else variables.set(name, variable);
    }
    return result;
  }

  /** Does what is to be done on the way out of blocks, the last first, until so many cleanups are left. */
  leave(until: number, concerns: (cleanup: Cleanup) => boolean = () => true): void {
    const { cleanups, variables } = this.scope;
    for (let i = cleanups.length - 1; i >= until; i--) {
      const cleanup = cleanups[i];
      if (cleanup === undefined || !concerns(cleanup) || !this.build.isReachable) continue;
      const hidden = cleanup.variables.map((variable) => [variable.name, variables.get(variable.name)] as const);
      for (const variable of cleanup.variables) variables.set(variable.name, variable);
      this.expr(cleanup.call);
      for (const [name, variable] of hidden) if (variable !== undefined) variables.set(name, variable);
    }
  }

  variable(name: string): Variable | undefined {
    return this.scope.variables.get(name);
  }

  depthOf(name: string): number {
    return this.build.frames.filter((frame) => frame.function === name).length;
  }
}

/** The names of a vocabulary, which may hold `*`. */
export class Meanings {
  private readonly known = new Map<string, Meaning | undefined>();
  private readonly patterns: readonly (readonly [RegExp, Meaning])[];

  constructor(vocabulary: Vocabulary) {
    const all = Object.entries(vocabulary);
    this.patterns = all.flatMap(([name, meaning]) => (name.includes("*") ? [[wildcard(name), meaning] as const] : []));
    for (const [name, meaning] of all) this.known.set(name, meaning);
  }

  of(name: string): Meaning | undefined {
    if (this.known.has(name)) return this.known.get(name);
    const meaning = this.patterns.find(([pattern]) => pattern.test(name))?.[1];
    this.known.set(name, meaning);
    return meaning;
  }
}

const allMeanings = new WeakMap<Vocabulary, Meanings>();

/** What a name means, patterns of names included. */
export function meaningsOf(vocabulary: Vocabulary): Meanings {
  const had = allMeanings.get(vocabulary) ?? new Meanings(vocabulary);
  allMeanings.set(vocabulary, had);
  return had;
}

export function newScope(
  definition: FunctionDef | null,
  returns: TypeName | null,
  assigned: ReadonlySet<string>,
): Scope {
  return {
    function: definition,
    variables: new Map(),
    labels: new Map(),
    breaks: [],
    continues: [],
    cleanups: [],
    blocks: [],
    returns: { label: { step: null, used: false }, values: [], variable: returnVariable(returns), type: returns },
    assigned,
  };
}

function returnVariable(type: TypeName | null): Variable | null {
  if (type === null || (type.base === "void" && type.pointers === 0)) return null;
  return newVariable("result", type);
}

export function calleeName(expr: Expr): string | null {
  return expr.kind === "name" ? expr.name : null;
}
