/** What an expression, a name or an address is while C is lowered. */
import type { TypeName } from "../../c/syntax";
import type { Value, ValueOp } from "../ir";

/** The result of an expression. */
export type Val =
  /**
   * A finite value. `type` is the object type it points to. `loose` means that only being zero or not is known: comparing
   * it with anything but 0 is a free choice. `foreign` is the type of an object that it points to and that none of ours is.
   * `zero` tells of a pointer what it is where it is 0 (`error-pointers`).
   */
  | {
      readonly k: "value";
      readonly value: Value;
      readonly type: number | null;
      readonly loose: boolean;
      readonly foreign?: number;
      readonly zero?: Value;
    }
  /** The address of something that we can name while lowering. */
  | { readonly k: "address"; readonly of: Lval }
  | { readonly k: "function"; readonly name: string }
  | { readonly k: "text"; readonly text: string }
  /** A struct or union by value: member path -> value. */
  | { readonly k: "struct"; readonly type: string; readonly members: ReadonlyMap<string, Val> }
  | { readonly k: "void" }
  | { readonly k: "unknown"; readonly what: string; readonly ctype: TypeName | null };

/** Where a value can be read from or stored to. Paths join nested members with dots and leave anonymous ones out. */
export type Lval =
  | { readonly k: "variable"; readonly variable: Variable; readonly path: string; readonly type: TypeName | null }
  | {
      readonly k: "field";
      readonly object: Value;
      readonly objectType: number;
      readonly path: string;
      readonly type: TypeName | null;
    }
  | { readonly k: "global"; readonly path: string; readonly type: TypeName | null }
  /** A member of an object of a type of ours that has no life, or that object itself. */
  | { readonly k: "foreign"; readonly objectType: number; readonly path: string; readonly type: TypeName | null }
  /** A member that the profile pins. */
  | { readonly k: "pinned"; readonly value: number; readonly type: TypeName | null }
  | { readonly k: "unknown"; readonly what: string; readonly type: TypeName | null };

/** A C variable of one inlined call. */
export interface Variable {
  readonly name: string;
  readonly type: TypeName;
  /** A name that stands for one value throughout: a parameter that nobody assigns, an address in a local. */
  fixed: Val | null;
  /** Member path (empty for a scalar) -> the IR local that holds it. */
  readonly slots: Map<string, Slot>;
  /** Members that hold one address throughout. */
  readonly addresses: Map<string, Val>;
}

export function newVariable(name: string, type: TypeName): Variable {
  return { name, type, fixed: null, slots: new Map(), addresses: new Map() };
}

export interface Slot {
  readonly local: number;
  /** What it points to, as far as assignments have told. */
  type: number | null;
  loose: boolean;
  /** It points to objects that are none of ours. */
  foreign: number | null;
  /** The local that tells what it is where it is 0; null for what is no pointer to objects of ours. */
  readonly zero: number | null;
}

export const VOID: Val = { k: "void" };

export function constant(value: number): Value {
  return { kind: "const", value };
}

export function local(index: number): Value {
  return { kind: "local", local: index };
}

export function number(value: number): Val {
  return { k: "value", value: constant(value), type: null, loose: false };
}

export function unknown(what: string, ctype: TypeName | null = null): Val {
  return { k: "unknown", what, ctype };
}

export function pointer(value: Value, type: number): Val {
  return { k: "value", value, type, loose: false };
}

/** Joins a member to a path. */
export function join(path: string, member: string): string {
  if (path === "") return member;
  return member === "" ? path : `${path}.${member}`;
}

/** Applies an operator, folding constants and the few identities that keep conditions short. */
export function binary(op: ValueOp, left: Value, right: Value): Value {
  if (left.kind === "const" && right.kind === "const") return constant(fold(op, left.value, right.value));
  if (op === "&&" && left.kind === "const") return left.value === 0 ? left : binary("!=", right, constant(0));
  if (op === "||" && left.kind === "const") return left.value !== 0 ? constant(1) : binary("!=", right, constant(0));
  return { kind: "binary", op, left, right };
}

export function not(value: Value): Value {
  if (value.kind === "const") return constant(value.value === 0 ? 1 : 0);
  return { kind: "unary", op: "!", operand: value };
}

/** The arithmetic of `Value`, also used by the interpreter of programs in tests. */
export function fold(op: ValueOp, a: number, b: number): number {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return Math.max(0, a - b);
    case "*":
      return a * b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "&~":
      return a & ~b;
    case "<<":
      return a << b;
    case ">>":
      return a >>> b;
    case "==":
      return a === b ? 1 : 0;
    case "!=":
      return a !== b ? 1 : 0;
    case "<":
      return a < b ? 1 : 0;
    case "<=":
      return a <= b ? 1 : 0;
    case ">":
      return a > b ? 1 : 0;
    case ">=":
      return a >= b ? 1 : 0;
    case "&&":
      return a !== 0 && b !== 0 ? 1 : 0;
    case "||":
      return a !== 0 || b !== 0 ? 1 : 0;
  }
}
