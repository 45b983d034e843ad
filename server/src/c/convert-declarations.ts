/** tree-sitter's declarations as variables and prototypes. */
import type { TypeName, VarDecl } from "./syntax";
import type { Conversion } from "./conversion";
import { convertExpr } from "./convert-expressions";
import { typeNameOf } from "./types";
import { child, namedChildren, type Node } from "./tree";

/** A declarator taken apart: `*name[3]`, `(*name)(int)`. */
export interface Declarator {
  readonly name: Node | null;
  readonly pointers: number;
  readonly isArray: boolean;
  /** The parameter list, when the name itself (not what it points to) is a function. */
  readonly parameters: Node | null;
}

/** The variables that a declaration declares; prototypes are none. */
export function convertVariables(c: Conversion, node: Node): VarDecl[] {
  const base = baseType(c, node);
  const isStatic = hasStorage(c, node, "static");
  const vars: VarDecl[] = [];
  for (const part of node.children) {
    if (part.field !== "declarator") continue;
    const { name, pointers, isArray, parameters: list } = readDeclarator(part);
    if (name === null || list !== null) continue;
    const value = part.type === "init_declarator" ? child(part, "value") : null;
    const mark = c.token(name)?.mark ?? null;
    vars.push({
      name: c.text(name),
      type: { base: base.base, pointers: base.pointers + pointers, isArray },
      init: value === null ? null : convertExpr(c, value),
      isStatic,
      cleanup: mark?.kind === "cleanup" ? mark.by : null,
      place: c.place(part),
    });
  }
  return vars;
}

export function convertPrototypes(c: Conversion, node: Node): { name: string; place: VarDecl["place"] }[] {
  return node.children
    .filter((part) => part.field === "declarator")
    .map((part) => readDeclarator(part))
    .flatMap(({ name, parameters: list }) =>
      name === null || list === null ? [] : [{ name: c.text(name), place: c.place(name) }],
    );
}

export function baseType(c: Conversion, node: Node): TypeName {
  const type = child(node, "type");
  if (type === null) return { base: "", pointers: 0, isArray: false };
  const body = child(type, "body");
  const last = body === null ? type.last : body.first - 1;
  return typeNameOf(c.tokens.slice(type.first, last + 1));
}

export function hasStorage(c: Conversion, node: Node, word: string): boolean {
  return node.children.some((n) => n.type === "storage_class_specifier" && c.token(n)?.text === word);
}

export function readDeclarator(node: Node | null): Declarator {
  let pointers = 0;
  let isArray = false;
  let list: Node | null = null;
  for (let at = node; at !== null; at = inner(at)) {
    if (/^(identifier|field_identifier|type_identifier|primitive_type)$/.test(at.type)) {
      return { name: at, pointers, isArray, parameters: list };
    }
    if (at.type.endsWith("pointer_declarator")) {
      pointers++;
      // `(*f)(int)`: what has parameters is what f points to.
      list = null;
    }
    if (at.type.endsWith("array_declarator")) isArray = true;
    if (at.type.endsWith("function_declarator")) list = child(at, "parameters");
  }
  return { name: null, pointers, isArray, parameters: list };
}

function inner(node: Node): Node | null {
  const named = child(node, "declarator");
  if (named !== null) return named;
  if (node.type.endsWith("parenthesized_declarator") || node.type === "attributed_declarator")
    return namedChildren(node)[0] ?? null;
  return null;
}
