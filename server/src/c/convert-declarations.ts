/** tree-sitter's declarations as functions, variables, prototypes and aggregates. */
import type { Aggregate, Expr, Field, FunctionDef, Param, TypeName, VarDecl } from "./syntax";
import type { Conversion } from "./conversion";
import { convertExpr } from "./convert-expressions";
import { convertStatement } from "./convert-statements";
import { typeNameOf } from "./types";
import { child, namedChildren, type Node } from "./tree";

/** A declarator taken apart: `*name[3]`, `(*name)(int)`. */
interface Declarator {
  readonly name: Node | null;
  readonly pointers: number;
  readonly isArray: boolean;
  /** The parameter list, when the name itself (not what it points to) is a function. */
  readonly parameters: Node | null;
}

export function convertFunction(c: Conversion, node: Node): FunctionDef | null {
  const body = child(node, "body");
  const declarator = readDeclarator(child(node, "declarator"));
  if (body === null || declarator.name === null) return null;
  return {
    name: c.text(declarator.name),
    returns: { ...baseType(c, node), pointers: declarator.pointers },
    params: declarator.parameters === null ? [] : parameters(c, declarator.parameters),
    body: convertStatement(c, body),
    isStatic: hasStorage(c, node, "static"),
    place: c.place(node),
    namePlace: c.place(declarator.name),
  };
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

/** The structs and unions that a declaration or a typedef defines, those inside others too when they have a name. */
export function convertAggregates(c: Conversion, node: Node): Aggregate[] {
  const found: Aggregate[] = [];
  const specifier = node.type.endsWith("_specifier") ? node : child(node, "type");
  if (specifier === null || !/^(struct|union)_specifier$/.test(specifier.type)) return found;
  const alias = node.type === "type_definition" ? readDeclarator(child(node, "declarator")).name : null;
  collect(c, specifier, alias === null ? "" : c.text(alias), found);
  return found;
}

function collect(c: Conversion, specifier: Node, alias: string, found: Aggregate[]): void {
  const body = child(specifier, "body");
  const tag = child(specifier, "name");
  if (body === null) return;
  const name = tag === null ? alias : `${c.token(specifier)?.text ?? ""} ${c.text(tag)}`;
  if (name !== "") found.push({ name, fields: fields(c, body, 0), place: c.place(specifier) });
  for (const member of namedChildren(body)) {
    const inner = child(member, "type");
    if (inner !== null && /^(struct|union)_specifier$/.test(inner.type)) collect(c, inner, "", found);
  }
}

/** Structs inside structs deeper than this are no one's design. */
const MOST_NESTED = 20;

function fields(c: Conversion, body: Node, depth: number): Field[] {
  return namedChildren(body)
    .filter((n) => n.type === "field_declaration")
    .flatMap((n) => field(c, n, depth));
}

function field(c: Conversion, node: Node, depth: number): Field[] {
  const specifier = child(node, "type");
  const inner = specifier === null ? null : child(specifier, "body");
  const isAggregate = specifier !== null && /^(struct|union)_specifier$/.test(specifier.type);
  const members = inner !== null && isAggregate && depth < MOST_NESTED ? fields(c, inner, depth + 1) : null;
  const base = baseType(c, node);
  const result: Field[] = [];
  for (const [i, part] of node.children.entries()) {
    if (part.field !== "declarator") continue;
    const { name, pointers, isArray } = readDeclarator(part);
    if (name === null) continue;
    const clause = node.children[i + 1];
    const bits = clause?.type === "bitfield_clause" ? width(c, clause) : null;
    const last = bits === null || clause === undefined ? part.last : clause.last;
    const place = c.range(members === null ? part.first : node.first, last);
    result.push({
      name: c.text(name),
      type: { ...base, pointers: base.pointers + pointers, isArray },
      bits,
      members,
      place,
    });
  }
  if (result.length === 0 && members !== null)
    result.push({ name: "", type: base, bits: null, members, place: c.place(node) });
  return result;
}

/** 0 stands for a width that is not written as a number. */
function width(c: Conversion, clause: Node): number {
  const value = namedChildren(clause)[0];
  const expr: Expr | null = value === undefined ? null : convertExpr(c, value);
  return expr?.kind === "number" ? expr.value : 0;
}

function parameters(c: Conversion, list: Node): Param[] {
  const params: Param[] = [];
  for (const part of namedChildren(list)) {
    if (part.type !== "parameter_declaration") continue;
    const { name, pointers, isArray } = readDeclarator(child(part, "declarator"));
    const base = baseType(c, part);
    if (name === null && base.base === "void" && pointers === 0) continue;
    const text = name === null ? "" : c.text(name);
    params.push({ name: text, type: { base: base.base, pointers: base.pointers + pointers, isArray } });
  }
  return params;
}

function baseType(c: Conversion, node: Node): TypeName {
  const type = child(node, "type");
  if (type === null) return { base: "", pointers: 0, isArray: false };
  const body = child(type, "body");
  const last = body === null ? type.last : body.first - 1;
  return typeNameOf(c.tokens.slice(type.first, last + 1));
}

function hasStorage(c: Conversion, node: Node, word: string): boolean {
  return node.children.some((n) => n.type === "storage_class_specifier" && c.token(n)?.text === word);
}

function readDeclarator(node: Node | null): Declarator {
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
