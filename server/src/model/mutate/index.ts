/**
 * Small changes of the source, made in the models: to see whether the scenarios would notice, what a line is there for,
 * and which change mends something.
 */
import type { Model } from "../ir";
import { applying, type Mutant } from "./mutant";
import { OPERATORS, type Operator, type OperatorName } from "./operators";
import { sitesOf, type IsHome } from "./site";

export type { Mutant } from "./mutant";
export type { OperatorName } from "./operators";

/**
 * All single changes of the statements of some functions, in the order of the source. Statements of other functions
 * (the kernel's composed primitives, for instance) are changed for the call by which one of these functions reaches them.
 *
 * @param models what the statements are looked for in: a mutant can be applied to every model of the same lowering
 */
export function mutantsOf(models: readonly Model[], isHome: IsHome, operators?: readonly OperatorName[]): Mutant[] {
  const wanted = operators ?? (Object.keys(OPERATORS) as OperatorName[]);
  return sitesOf(models, isHome).flatMap((site) =>
    wanted.flatMap((operator) => {
      const changes: ReturnType<Operator> = OPERATORS[operator](site, isHome);
      return changes.map(([what, edit]): Mutant => ({
        operator,
        title: titleOf(what, site.text),
        function: site.function,
        place: site.place,
        id: `${site.id}: ${what}`,
        apply: applying(edit),
      }));
    }),
  );
}

function titleOf(what: string, text: string): string {
  const [first = "", ...rest] = what.split(",");
  return first === "without" ? `without ${text}${rest.map((more) => `,${more}`).join("")}` : `${what}: ${text}`;
}
