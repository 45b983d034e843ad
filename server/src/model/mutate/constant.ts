/** Constants that are off by one. */
import { constant } from "../lower/values";
import type { Change } from "./change";
import { replacing } from "./rewrite";
import type { Site } from "./site";

/** A count that starts one too high or too low. */
export function offByOne(site: Site): readonly Change[] {
  const { action } = site.sample;
  if (action.kind !== "refcount" || action.amount.kind !== "const" || !isAmount(action.op)) return [];
  const { value } = action.amount;
  const others = [value + 1, value - 1].filter((other) => other >= 0);
  return others.map((other): Change => {
    const edit = replacing(site, ({ action: of }) =>
      of.kind === "refcount" ? [{ ...of, amount: constant(other) }] : null,
    );
    return [`${value} -> ${other}`, edit];
  });
}

function isAmount(op: string): boolean {
  return op === "set" || op === "add" || op === "sub_and_test";
}
