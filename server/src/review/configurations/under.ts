/** A variant as it is with other kernel options, and whether it can be run so. */
import type { CFile, Defines } from "../../c/syntax";
import type { Bases } from "../bases";
import { withReached } from "../reach";
import type { Side } from "../sides";
import type { SideState, VariantState } from "../state";
import type { Variant } from "../variants";

/** The same images, laid on the same base; all that asks for those options is read anew. */
export function under(options: Defines, variant: Variant, bases: Bases): Variant {
  const { base } = variant;
  const defines = { ...base.defines, ...options };
  const read = ({ path, text }: CFile): CFile => bases.parse(path, text, defines);
  const values = Object.entries(options).map(([name, value]) => `#define ${name} ${value === "n" ? 0 : 1}\n`);
  const given = bases.parse("options.h", values.join(""), {});
  return withReached(
    {
      ...variant,
      ...(variant.headers === undefined ? {} : { headers: variant.headers.map(read) }),
      base: {
        ...base,
        defines,
        options: { ...base.options, ...options },
        base: base.base.map(read),
        // Before the kernel's own header, which may have them otherwise.
        headers: [given, ...base.headers.map(read)],
        harness: base.harness.map(read),
        tree: base.tree === null ? null : { ...base.tree, callers: base.tree.callers.map(read) },
      },
    },
    bases,
  );
}

/** Whether some scenario, or a changed function by itself, does anything else than the other. */
export function actsOtherwise(one: VariantState, other: VariantState): boolean {
  return (["before", "after"] as const).some((name) => {
    const [a, b] = [one[name], other[name]];
    return a === null || b === null ? a !== b : keysOf(a) !== keysOf(b);
  });
}

function keysOf({ scenarios }: SideState): string {
  return JSON.stringify(scenarios.map(({ scenario, key }) => [scenario.id, key]));
}

/**
 * Why it cannot be run: something that it uses is not there with these options, so nobody builds it so, or it is not understood
 * as it is then. Null when it can.
 */
export function obstacleTo(now: VariantState, assumed: VariantState): "not built" | { readonly why: string } | null {
  for (const name of ["after", "before"] as const) {
    const [side, other] = [now[name], assumed[name]];
    if (side === null || other === null) continue;
    if (isGone(side.side, other.side)) return "not built";
    const unknown = [...unknownsIn(side)].find((what) => !unknownsIn(other).has(what));
    if (unknown !== undefined) return { why: `${unknown} is not modelled` };
  }
  return null;
}

/** What is looked up all the same: a function that is not compiled, a type or a member that is not declared. */
function isGone(side: Side, assumed: Side): boolean {
  const now = side.codebase;
  const then = assumed.codebase;
  for (const question of side.asked) {
    const [kind = "", name = ""] = question.split(" ");
    if (!NEEDED.has(kind) || now.found(question).definitions.length > 0) continue;
    if (then.found(question).definitions.length === 0) continue;
    const isElsewhere = now.found(`function ${name}`).words !== "" || now.found(`macro ${name}`).words !== "";
    if (!isElsewhere) return true;
  }
  return false;
}

const NEEDED = new Set(["function", "macro", "entry", "aggregate", "global"]);

function unknownsIn({ scenarios }: SideState): Set<string> {
  const found = new Set<string>();
  for (const { model } of scenarios) {
    for (const { steps } of model.programs)
      for (const { action } of steps) if (action.kind === "unknown") found.add(action.what);
  }
  return found;
}
