/**
 * Small changes of the source, made in the models: to see whether the scenarios would notice, what a line is there for,
 * and which change mends something.
 */
import type { Model } from "../ir";
import type { IsHome } from "./home";
import type { Mutant } from "./mutant";
import { mutantsBy, OPERATORS, type OperatorName } from "./operators";
import { bySource, sitesOf } from "./site";

export type { IsHome } from "./home";
export type { Mutant } from "./mutant";
export { OPERATORS, type OperatorName } from "./operators";
export { surroundings } from "./surroundings";

/**
 * All single changes of the statements of some functions, in the order of the source. Statements of other functions
 * (the kernel's composed primitives, for instance) are changed for the call by which one of these functions reaches them.
 *
 * @param models what the statements are looked for in: a mutant can be applied to every model of the same lowering
 */
export function mutantsOf(
  models: readonly Model[],
  isHome: IsHome,
  operators: readonly OperatorName[] = OPERATORS,
): readonly Mutant[] {
  const sites = sitesOf(models, isHome);
  return operators.flatMap((operator) => mutantsBy(operator, models, sites, isHome)).sort(bySource);
}
