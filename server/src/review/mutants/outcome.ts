/** What becomes of a mutant. */

export type Outcome =
  /** A finding of severity error that the base does not have in that scenario. */
  | { readonly kind: "caught"; readonly code: string; readonly scenario: string }
  /** Nothing worse than a finding of another severity. */
  | { readonly kind: "told"; readonly code: string; readonly scenario: string }
  /** Nothing of the change is left in any model: what acts on nothing tracked was taken out of the base as well. */
  | { readonly kind: "unchanged" }
  /** In every scenario the objects come into the same states, and end in the same ones. */
  | { readonly kind: "equivalent" }
  /** A person says why this may go unnoticed; or that it only changes what the profile says is not checked. */
  | { readonly kind: "reason"; readonly reason: string; readonly isChecked: boolean }
  /** Nobody noticed, and in that scenario the objects come into other states. */
  | { readonly kind: "open"; readonly scenario: string; readonly why: "a bound is reached" | Difference };

/** `fewer states`: all of them are states of the base as well, so the mutant does less and nothing new. */
export type Difference = "other states" | "fewer states" | "too many states to compare";

export interface Score {
  readonly mutants: number;
  readonly caught: number;
  readonly told: number;
  readonly equivalent: number;
  readonly reason: number;
  /** Of those with a reason, the ones that only change what is not checked. */
  readonly notChecked: number;
  readonly open: number;
}

/** Without those of which nothing is left: they are no mutants. */
export function scoreOf(outcomes: readonly Outcome[]): Score {
  const count = (kind: Outcome["kind"]): number => outcomes.filter((one) => one.kind === kind).length;
  return {
    mutants: outcomes.length - count("unchanged"),
    caught: count("caught"),
    told: count("told"),
    equivalent: count("equivalent"),
    reason: count("reason"),
    notChecked: outcomes.filter((one) => one.kind === "reason" && !one.isChecked).length,
    open: count("open"),
  };
}

/** Of the mutants that are not proved equivalent and change what is checked, those that an error tells of: 0 to 1. */
export function noticed({ mutants, caught, equivalent, notChecked }: Score): number {
  const counted = mutants - equivalent - notChecked;
  return counted === 0 ? 1 : caught / counted;
}
