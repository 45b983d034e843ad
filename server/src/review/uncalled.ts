/** Functions that a patch adds for a later one: nothing can call them yet, so no scenario has to. */
import type { Side } from "./sides";
import type { Variant } from "./variants";

/** Static ones that the patch adds and no function names: whoever calls them would have to be in the same file. */
export function uncalledIn(side: Side, variant: Variant): ReadonlySet<string> {
  const added = new Set(
    variant.images.files.flatMap((file) => file.changed.filter((f) => !f.before && f.after).map((f) => f.name)),
  );
  if (added.size === 0) return added;
  const functions = [...side.files.values()].flatMap((file) => file.functions);
  const uncalled = new Set(
    functions.filter(({ name, isStatic }) => isStatic && added.has(name)).map(({ name }) => name),
  );
  for (const { body } of functions) for (const name of namesIn(body)) uncalled.delete(name);
  const macros = [...side.files.values()].flatMap((file) => file.macros);
  for (const { body } of macros) for (const [word] of body.text.matchAll(/[A-Za-z_]\w*/g)) uncalled.delete(word);
  return uncalled;
}

/** Walks a syntax object without caring for its shape. What stands in the arguments of macros is in their text. */
function* namesIn(node: unknown): Generator<string> {
  const pending: unknown[] = [node];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...(next as unknown[]));
    else if (typeof next === "object" && next !== null) {
      const record = next as Record<string, unknown>;
      if (record["kind"] === "name") yield record["name"] as string;
      if (record["kind"] === "macro")
        for (const [word] of JSON.stringify(record["argTexts"]).matchAll(/[A-Za-z_]\w*/g)) yield word;
      for (const key of Object.keys(record)) if (key !== "place" && key !== "via") pending.push(record[key]);
    }
  }
}
