/** Which names a function body assigns behind their declaration, or hands out by address. */
import type { Stmt } from "../../c/syntax";

const cache = new WeakMap<Stmt, ReadonlySet<string>>();

/** Macros are not expanded here, so a name inside a macro's arguments counts as assigned. */
export function assignedNames(body: Stmt): ReadonlySet<string> {
  const had = cache.get(body);
  if (had !== undefined) return had;
  const names = new Set<string>();
  collect(body, names);
  cache.set(body, names);
  return names;
}

function collect(root: Stmt, names: Set<string>): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (Array.isArray(node)) pending.push(...(node as unknown[]));
    else if (typeof node === "object" && node !== null) {
      const record = node as Record<string, unknown>;
      if (record["kind"] === "assign") addName(record["target"], names);
      if (record["kind"] === "update") addName(record["operand"], names);
      if (record["kind"] === "unary" && record["op"] === "&") addName(record["operand"], names);
      if (record["kind"] === "macro") for (const arg of record["args"] as unknown[]) addName(arg, names);
      for (const key of Object.keys(record))
        if (key !== "place" && key !== "argTexts" && key !== "head") pending.push(record[key]);
    }
  }
}

/** The variable at the bottom of `a`, `a.b` and `(a)`; what stands behind an arrow is somewhere else. */
function addName(node: unknown, names: Set<string>): void {
  let record = node as Record<string, unknown>;
  while (record["kind"] === "member" && record["arrow"] === false) record = record["object"] as Record<string, unknown>;
  if (record["kind"] === "name") names.add(record["name"] as string);
}
