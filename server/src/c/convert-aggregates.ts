/** tree-sitter's structs and unions as syntax objects. */
import type { Aggregate, Expr, Field } from "./syntax";
import { baseType, readDeclarator } from "./convert-declarations";
import { convertExpr } from "./convert-expressions";
import type { Conversion } from "./conversion";
import { child, namedChildren, type Node } from "./tree";

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
