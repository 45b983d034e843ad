/** What becomes of a mutant. */

export type Outcome =
  /** A finding of severity error that the base does not have there. */
  | { readonly kind: "caught"; readonly code: string; readonly scenario: string }
  /** Nothing worse than a finding of severity info. */
  | { readonly kind: "told"; readonly code: string; readonly scenario: string }
  /** No scenario comes by what was changed, or nothing of the change is left in any: the models are those of the base. */
  | { readonly kind: "unchanged" }
  /** The objects can be in the same states, and end in the same ones, in every scenario. */
  | { readonly kind: "equivalent" }
  | { readonly kind: "reason"; readonly reason: string }
  /** The objects differ in a scenario, or it is too large to tell, and nobody noticed. */
  | { readonly kind: "open"; readonly scenario: string; readonly why: string };

/** Of those that do something else than the base, which ones are noticed. */
export interface Score {
  readonly mutants: number;
  readonly caught: number;
  readonly told: number;
  readonly equivalent: number;
  readonly reason: number;
  readonly open: number;
}

export function scoreOf(outcomes: readonly Outcome[]): Score {
  const count = (...kinds: readonly Outcome["kind"][]): number =>
    outcomes.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    mutants: outcomes.length,
    caught: count("caught"),
    told: count("told"),
    equivalent: count("equivalent", "unchanged"),
    reason: count("reason"),
    open: count("open"),
  };
}
