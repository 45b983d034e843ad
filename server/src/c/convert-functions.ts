/** tree-sitter's function definitions as syntax objects. */
import type { FunctionDef, Param } from "./syntax";
import { baseType, hasStorage, readDeclarator } from "./convert-declarations";
import { convertStatement } from "./convert-statements";
import type { Conversion } from "./conversion";
import { child, namedChildren, type Node } from "./tree";

/** Null when tree-sitter found no name or no body in it. */
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
