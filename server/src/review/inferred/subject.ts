/** Which pointers of the changed functions are worth a look, and what they are called elsewhere in the patch. */
import type { FunctionDef } from "../../c/syntax";
import { toC, walkSyntax } from "../../c/rewrite";
import { walkShape, type Act } from "./acts";

export interface Subject {
  /** The function whose statements are run. */
  readonly focus: string;
  /** How the object is written there: `conn`, `exp->master`. All mean the same one. */
  readonly spellings: ReadonlySet<string>;
  /** The variable that holds it while it runs. */
  readonly variable: string;
  /** `struct hci_conn`; made up where no declaration is shown. */
  readonly type: string;
}

/** The variables of a function that point to the subject. */
export type Names = (fn: FunctionDef) => ReadonlySet<string>;

export const MADE_UP = "struct lastput_object";

/** What stands for objects that nobody names: those that functions find, wait for, or free behind hidden lines. */
export const NOBODY = "lastput_nobody";

/** What the acts of a function concern, those of changed lines first. */
export function spelledObjects(acts: readonly Act[]): string[] {
  const concerned = [...acts].sort((a, b) => Number(b.isChanged) - Number(a.isChanged));
  return [...new Set(concerned.flatMap((act) => (act.object === null || act.kind === "call" ? [] : [act.object])))];
}

/** Its declared type, here or under the same name in another function that is shown. */
export function typeOf(name: string, own: readonly FunctionDef[], others: readonly FunctionDef[]): string {
  return declaredType(name, [...own, ...others]) ?? MADE_UP;
}

/** As the first of them declares it; null when none does. */
export function declaredType(name: string, functions: readonly FunctionDef[]): string | null {
  for (const fn of functions) {
    const found = declaredIn(fn, name);
    if (found !== null) return found;
  }
  return null;
}

/** `struct T` for a `struct T *name`. */
function declaredIn(fn: FunctionDef, name: string): string | null {
  let found: string | null = null;
  const note = (type: { readonly base: string; readonly pointers: number }): void => {
    if (type.pointers === 1 && type.base.startsWith("struct ")) found ??= type.base;
  };
  for (const param of fn.params) if (param.name === name) note(param.type);
  walkSyntax(fn.body, (node) => {
    if (node.kind === "decl") for (const variable of node.vars) if (variable.name === name) note(variable.type);
  });
  return found;
}

/** `master` for `exp->master` where the function says `master = exp->master`. */
export function aliasesOf(fn: FunctionDef | undefined): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  if (fn === undefined) return aliases;
  walkSyntax(fn.body, (node) => {
    if (node.kind === "assign" && node.op === "" && node.target.kind === "name" && node.value.kind === "member")
      aliases.set(toC(node.value), node.target.name);
    if (node.kind !== "decl") return;
    for (const { name, init } of node.vars) if (init?.kind === "member") aliases.set(toC(init), name);
  });
  return aliases;
}

/** Variables of the subject's type, and in the focus whatever it is called there. */
export function namesIn(subject: Subject): Names {
  const known = new WeakMap<FunctionDef, ReadonlySet<string>>();
  return (fn) => {
    const had = known.get(fn);
    if (had !== undefined) return had;
    const names = new Set<string>(fn.name === subject.focus ? subject.spellings : []);
    const note = (name: string, type: { readonly base: string; readonly pointers: number }): void => {
      if (type.base === subject.type && type.pointers === 1) names.add(name);
    };
    for (const param of fn.params) note(param.name, param.type);
    walkSyntax(fn.body, (node) => {
      if (node.kind === "decl") for (const variable of node.vars) note(variable.name, variable.type);
      const shape = node.kind === "macro" ? walkShape(node) : null;
      if (shape !== null && shape.next !== null && shape.position === subject.variable) names.add(shape.next);
    });
    // Where the declaration is hidden, the same name means the same.
    if (subject.type !== MADE_UP) names.add(subject.variable);
    known.set(fn, names);
    return names;
  };
}
