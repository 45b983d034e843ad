/** Runs mutants against the scenarios of their base. What several bases have in common is explored once. */
import { modelKey } from "../../model/assemble";
import type { Model } from "../../model/ir";
import type { Mutant } from "../../model/mutate";
import { LivelockSearch, maySpin, objectStates, startExploring } from "../../simulate";
import type { ScenarioModel } from "../sides";
import type { Outcome } from "./outcome";
import type { Subject } from "./subject";

/** Of one scenario of one mutant; the bases stay far below. */
const MOST_STATES = 400_000;
/** Of one scenario, when nothing is left out but that a thread's own steps are states of their own. */
const MOST_OBSERVED = 2_000_000;

interface Found {
  /** Codes of severity error, and others. */
  readonly errors: readonly string[];
  readonly others: readonly string[];
  readonly complete: boolean;
}

/** A scenario in which the mutant is another model than the base. */
export interface Changed {
  readonly base: ScenarioModel;
  readonly model: Model;
  readonly key: string;
}

export class MutationRun {
  private readonly found = new Map<string, Found>();
  private readonly observed = new Map<string, ReadonlySet<string> | null>();

  /** Reasons are somebody else's to know: without one a survivor is open. */
  outcome(subject: Subject, mutant: Mutant): Outcome {
    const changed: Changed[] = [];
    let told: Outcome | null = null;
    let bound: Outcome | null = null;
    for (const one of changedBy(mutant, subject.scenarios)) {
      changed.push(one);
      const { base, model, key } = one;
      const scenario = base.scenario.id;
      const before = this.explore(base.key, base.model);
      const after = this.explore(key, model);
      const error = after.errors.find((code) => !before.errors.includes(code));
      if (error !== undefined) return { kind: "caught", code: error, scenario };
      const other = after.others.find((code) => !before.others.includes(code));
      if (other !== undefined) told ??= { kind: "told", code: other, scenario };
      if (!after.complete) bound ??= { kind: "open", scenario, why: "a bound is reached" };
    }
    const survived = told ?? bound ?? this.compare(changed);
    return survived.kind === "equivalent" ? survived : (this.livelock(changed) ?? survived);
  }

  /** Asked last, for it is asked of every state anew. */
  private livelock(changed: readonly Changed[]): Outcome | null {
    for (const { base, model } of changed) {
      if (goesRound(model) && !goesRound(base.model)) {
        return { kind: "caught", code: "progress.livelock", scenario: base.scenario.id };
      }
    }
    return null;
  }

  private compare(changed: readonly Changed[]): Outcome {
    if (changed.length === 0) return { kind: "unchanged" };
    let fewer: string | null = null;
    for (const { base, model, key } of changed) {
      const scenario = base.scenario.id;
      const before = this.observe(base.key, base.model);
      const after = this.observe(key, model);
      if (before === null || after === null) return { kind: "open", scenario, why: "too many states to compare" };
      if ([...after].some((state) => !before.has(state))) return { kind: "open", scenario, why: "other states" };
      if (after.size < before.size) fewer ??= scenario;
    }
    return fewer === null ? { kind: "equivalent" } : { kind: "open", scenario: fewer, why: "fewer states" };
  }

  private explore(key: string, model: Model): Found {
    const had = this.found.get(key);
    if (had !== undefined) return had;
    const run = startExploring(model, {
      maxStates: MOST_STATES,
      facts: false,
      stopAtFirst: true,
      freeChoices: true,
      reduce: true,
    });
    while (!run.advance(1000));
    const { violations, complete } = run.result();
    const codes = (isError: boolean): string[] =>
      violations.flatMap(({ code, severity }) => ((severity === "error") === isError ? [code] : []));
    const made = { errors: codes(true), others: codes(false), complete };
    this.found.set(key, made);
    return made;
  }

  private observe(key: string, model: Model): ReadonlySet<string> | null {
    const had = this.observed.get(key);
    if (had !== undefined) return had;
    const states = objectStates(model, { maxStates: MOST_OBSERVED, fuse: true });
    const made = states === null ? null : new Set(states);
    this.observed.set(key, made);
    return made;
  }
}

function goesRound(model: Model): boolean {
  if (!maySpin(model)) return false;
  const search = new LivelockSearch(model, { maxStates: MOST_STATES, freeChoices: true });
  while (!search.advance(1000));
  return search.result() !== null;
}

/** One after the other: most mutants are caught before the last has to be made. */
export function* changedBy(mutant: Mutant, scenarios: readonly ScenarioModel[]): Generator<Changed> {
  for (const base of scenarios) {
    const model = mutant.apply(base.model);
    if (model === base.model) continue;
    const key = modelKey(model);
    if (key !== base.key) yield { base, model, key };
  }
}
