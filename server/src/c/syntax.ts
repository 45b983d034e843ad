/**
 * The plain syntax objects that stand for C. The tree-sitter tree is gone once these exist.
 *
 * Every node has a place: where it stands in its file, and, when a macro brought it there, the places of the
 * invocations that did.
 */
import type { Span } from "../text/mapped";

/** `start` and `end` are UTF-16 offsets in the file; `via` is the macro invocation that this was expanded from. */
export interface Place extends Span {
  readonly file: string;
  readonly via: Place | null;
}

export interface TypeName {
  /** The type without qualifiers, attributes and stars: `struct kvm_mmu_page`, `bool`, `unsigned long`. */
  readonly base: string;
  readonly pointers: number;
  readonly isArray: boolean;
}

export type Expr =
  | { readonly kind: "name"; readonly name: string; readonly place: Place }
  | { readonly kind: "number"; readonly value: number; readonly place: Place }
  | { readonly kind: "text"; readonly value: string; readonly place: Place }
  | CallExpr
  | {
      readonly kind: "member";
      readonly object: Expr;
      readonly field: string;
      readonly arrow: boolean;
      readonly place: Place;
    }
  | { readonly kind: "index"; readonly object: Expr; readonly index: Expr; readonly place: Place }
  | { readonly kind: "unary"; readonly op: UnaryOp; readonly operand: Expr; readonly place: Place }
  | {
      readonly kind: "update";
      readonly op: "++" | "--";
      readonly prefix: boolean;
      readonly operand: Expr;
      readonly place: Place;
    }
  | { readonly kind: "binary"; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr; readonly place: Place }
  /** `op` is the operator in front of `=`, empty for a plain assignment. */
  | {
      readonly kind: "assign";
      readonly op: BinaryOp | "";
      readonly target: Expr;
      readonly value: Expr;
      readonly place: Place;
    }
  /** `then` is null in GNU's `a ?: b`. */
  | {
      readonly kind: "conditional";
      readonly test: Expr;
      readonly then: Expr | null;
      readonly else: Expr;
      readonly place: Place;
    }
  | { readonly kind: "cast"; readonly type: TypeName; readonly operand: Expr; readonly place: Place }
  | { readonly kind: "comma"; readonly left: Expr; readonly right: Expr; readonly place: Place }
  | { readonly kind: "list"; readonly items: readonly ListItem[]; readonly place: Place }
  /** GNU's `({ ...; value; })`. */
  | { readonly kind: "block"; readonly body: Stmt; readonly place: Place }
  /** A type where an expression is expected: an operand of sizeof, an argument of container_of. */
  | { readonly kind: "type"; readonly type: TypeName; readonly place: Place }
  /** `...` where code was left out. */
  | { readonly kind: "gap"; readonly place: Place }
  /** What the parser could not read; `parts` is what could be read inside. */
  | { readonly kind: "error"; readonly parts: readonly Expr[]; readonly place: Place };

export interface CallExpr {
  readonly kind: "call";
  readonly callee: Expr;
  readonly args: readonly Expr[];
  /** The arguments as text, for the expander. */
  readonly argTexts: readonly PlacedText[];
  readonly place: Place;
}

export interface ListItem {
  /** The field in `.field = value`. */
  readonly field: string | null;
  readonly value: Expr;
}

export type UnaryOp = "!" | "~" | "-" | "+" | "*" | "&" | "sizeof";
export type BinaryOp =
  "+" | "-" | "*" | "/" | "%" | "<<" | ">>" | "&" | "|" | "^" | "&&" | "||" | "==" | "!=" | "<" | "<=" | ">" | ">=";

export type Stmt =
  | { readonly kind: "expr"; readonly expr: Expr; readonly place: Place }
  | { readonly kind: "decl"; readonly vars: readonly VarDecl[]; readonly place: Place }
  | { readonly kind: "block"; readonly body: readonly Stmt[]; readonly place: Place }
  | { readonly kind: "if"; readonly test: Expr; readonly then: Stmt; readonly else: Stmt | null; readonly place: Place }
  | { readonly kind: "while"; readonly test: Expr; readonly body: Stmt; readonly place: Place }
  | { readonly kind: "dowhile"; readonly test: Expr; readonly body: Stmt; readonly place: Place }
  | {
      readonly kind: "for";
      readonly init: Stmt | null;
      readonly test: Expr | null;
      readonly step: Expr | null;
      readonly body: Stmt;
      readonly place: Place;
    }
  | MacroStmt
  | { readonly kind: "switch"; readonly test: Expr; readonly body: Stmt; readonly place: Place }
  /** `value` is null for `default`. */
  | { readonly kind: "case"; readonly value: Expr | null; readonly place: Place }
  | { readonly kind: "label"; readonly name: string; readonly place: Place }
  | { readonly kind: "goto"; readonly label: string; readonly place: Place }
  | { readonly kind: "return"; readonly value: Expr | null; readonly place: Place }
  | { readonly kind: "break"; readonly place: Place }
  | { readonly kind: "continue"; readonly place: Place }
  | { readonly kind: "empty"; readonly place: Place }
  | { readonly kind: "gap"; readonly place: Place }
  | { readonly kind: "error"; readonly parts: readonly (Expr | Stmt)[]; readonly place: Place };

/** A function-like macro that governs a statement: `list_for_each_entry(...) { }`, `scoped_guard(...) { }`. */
export interface MacroStmt {
  readonly kind: "macro";
  readonly name: string;
  readonly args: readonly Expr[];
  readonly argTexts: readonly PlacedText[];
  readonly body: Stmt;
  /** The name and arguments only. */
  readonly head: Place;
  readonly place: Place;
}

export interface VarDecl {
  readonly name: string;
  readonly type: TypeName;
  readonly init: Expr | null;
  readonly isStatic: boolean;
  /** `__free(fn)` and the like: the attribute's argument. */
  readonly cleanup: string | null;
  readonly place: Place;
}

export interface Param {
  readonly name: string;
  readonly type: TypeName;
}

export interface FunctionDef {
  readonly name: string;
  readonly returns: TypeName;
  readonly params: readonly Param[];
  readonly body: Stmt;
  readonly isStatic: boolean;
  /** From the first word of its head to its closing brace. */
  readonly place: Place;
  readonly namePlace: Place;
}

export interface Field {
  /** Empty for an anonymous struct or union. */
  readonly name: string;
  readonly type: TypeName;
  /** Width of a bit-field. */
  readonly bits: number | null;
  /** The members of a struct or union that is defined in place. */
  readonly members: readonly Field[] | null;
  readonly place: Place;
}

export interface Aggregate {
  /** `struct kvm_mmu_page`, `union kvm_mmu_page_role`. */
  readonly name: string;
  readonly fields: readonly Field[];
  readonly place: Place;
}

/** A constant of an enum: its value, or what tells it where that is no plain number; null when it counts on from such a one. */
export interface Enumerator {
  readonly name: string;
  readonly value: number | Expr | null;
}

export interface MacroDef {
  readonly name: string;
  /** Null for an object-like macro; a last entry `...` stands for variadic arguments. */
  readonly params: readonly string[] | null;
  /** With line continuations taken out. */
  readonly body: PlacedText;
  readonly place: Place;
}

/** Text whose characters know their places; runs are sorted and do not overlap. */
export interface PlacedText {
  readonly text: string;
  readonly runs: readonly { readonly start: number; readonly length: number; readonly place: Place }[];
}

export interface CProblem {
  readonly code: string;
  readonly message: string;
  readonly place: Place;
}

/** All of a C file that Lastput reads. Parsing never fails: what could not be read is in `problems`. */
export interface CFile {
  readonly path: string;
  readonly text: string;
  readonly functions: readonly FunctionDef[];
  readonly prototypes: readonly { readonly name: string; readonly place: Place }[];
  readonly aggregates: readonly Aggregate[];
  readonly enumerators: readonly Enumerator[];
  readonly macros: readonly MacroDef[];
  readonly variables: readonly VarDecl[];
  /** Statements outside every function: a loose snippet. */
  readonly loose: readonly Stmt[];
  readonly problems: readonly CProblem[];
  /** What stands between an `#if` and its `#endif` that asks for kernel options, where that was read. */
  readonly conditional: readonly Conditional[];
}

export interface Conditional {
  readonly place: Place;
  /** For each branch that is not taken (or for none of them): the fewest options, "y" or "n", with which it would be. */
  readonly others: readonly Defines[];
}

/** What `#if` and `#ifdef` see. A name that is not listed is decided by the parser's own policy (`c/conditionals`). */
export type Defines = Readonly<Record<string, string>>;

/** The parser as the later stages see it; made once, asynchronously, because the grammar is WebAssembly. */
export interface CParser {
  parse(path: string, text: string, defines: Defines): CFile;
  /** The expression that a use of a function-like or object-like macro stands for; null when it is none. */
  expandExpr(macro: MacroDef, use: Expr): Expr | null;
  /** The statement that a macro governing a statement stands for, with the body in its place; null when it is none. */
  expandStmt(macro: MacroDef, use: MacroStmt): Stmt | null;
}
