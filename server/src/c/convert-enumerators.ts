/** The constants of enums, with the values that C gives them. */
import type { Conversion } from "./conversion";
import { convertExpr } from "./convert-expressions";
import type { Enumerator, Expr } from "./syntax";
import { child, namedChildren, type Node } from "./tree";

/** A constant whose value needs more than numbers to tell keeps how it is told; those that count on from it are not known. */
export function convertEnumerators(c: Conversion, node: Node): Enumerator[] {
  const specifier = node.type === "enum_specifier" ? node : child(node, "type");
  const body = specifier?.type === "enum_specifier" ? child(specifier, "body") : null;
  if (body === null) return [];
  let next: number | null = 0;
  const found: Enumerator[] = [];
  const known = new Map<string, number>();
  for (const part of namedChildren(body)) {
    const name = part.type === "enumerator" ? child(part, "name") : null;
    if (name === null) continue;
    const given = child(part, "value");
    const told: Expr | null = given === null ? null : convertExpr(c, given);
    if (told !== null) next = valueOf(told, known);
    found.push({ name: c.text(name), value: next ?? told });
    if (next !== null) known.set(c.text(name), next++);
  }
  return found;
}

/** Null when macros or other enums would have to be known. */
function valueOf(expr: Expr, known: ReadonlyMap<string, number>): number | null {
  if (expr.kind === "number") return expr.value;
  if (expr.kind === "name") return known.get(expr.name) ?? null;
  if (expr.kind !== "unary" || expr.op !== "-") return null;
  const value = valueOf(expr.operand, known);
  return value === null ? null : -value;
}
