/** The constants of enums, with the values that C gives them. */
import type { Conversion } from "./conversion";
import { convertExpr } from "./convert-expressions";
import type { Enumerator, Expr } from "./syntax";
import { child, namedChildren, type Node } from "./tree";

/** A constant whose value needs more than a number to tell gets null, and so do those that count on from it. */
export function convertEnumerators(c: Conversion, node: Node): Enumerator[] {
  const specifier = node.type === "enum_specifier" ? node : child(node, "type");
  const body = specifier?.type === "enum_specifier" ? child(specifier, "body") : null;
  if (body === null) return [];
  let next: number | null = 0;
  const found: Enumerator[] = [];
  for (const part of namedChildren(body)) {
    const name = part.type === "enumerator" ? child(part, "name") : null;
    if (name === null) continue;
    const given = child(part, "value");
    if (given !== null) next = valueOf(convertExpr(c, given));
    found.push({ name: c.text(name), value: next });
    if (next !== null) next++;
  }
  return found;
}

function valueOf(expr: Expr): number | null {
  if (expr.kind === "number") return expr.value;
  if (expr.kind !== "unary" || expr.op !== "-") return null;
  const value = valueOf(expr.operand);
  return value === null ? null : -value;
}
