/** Whether the scenarios would notice a mistake in what a patch changes: no function is called safe without that. */
import type { Programs } from "../model/lower/programs";
import { mutantsOf, type Mutant, type OperatorName } from "../model/mutate";
import { isCaught } from "./explorations";
import type { MutationOutcome, PatchState, ScenarioState, VariantState } from "./state";
import { changedFunctions, isMisfit, wantsMutations } from "./verdicts";

/**
 * For each changed function of a variant that seems safe: do the scenarios notice when a statement of it is left out or
 * weakened? Yields now and then; returns false when it was stopped.
 */
export async function* mutateChanged(
  state: PatchState,
  maxStates: number,
  breathe: () => Promise<boolean>,
): AsyncGenerator<void, boolean, void> {
  for (const variant of state.variants) {
    if (!wantsMutations(state, variant)) continue;
    const names = changedFunctions(variant);
    if (!(yield* mutateIn(variant, names, state.mutations, maxStates, breathe))) return false;
  }
  return true;
}

/** The same of functions that earlier patches of a series changed, in the code that the last one leaves. */
export async function* mutateAtEnd(
  end: PatchState,
  names: readonly string[],
  maxStates: number,
  breathe: () => Promise<boolean>,
): AsyncGenerator<void, boolean, void> {
  for (const variant of end.variants) {
    if (isMisfit(variant)) continue;
    if (!(yield* mutateIn(variant, names, end.endMutations, maxStates, breathe))) return false;
  }
  return true;
}

async function* mutateIn(
  { after }: VariantState,
  names: readonly string[],
  outcomes: Map<string, MutationOutcome>,
  maxStates: number,
  breathe: () => Promise<boolean>,
): AsyncGenerator<void, boolean, void> {
  if (after !== null) {
    // The plain ones: a mutant may store more than the buffers of the others were made for.
    const plain = after.scenarios.filter(({ memoryModel }) => memoryModel === "sc");
    const cheapest = plain.sort((a, b) => statesOf(a) - statesOf(b));
    for (const name of names) {
      if (outcomes.get(name) === "caught") continue;
      const known = knownOutcomes(after.side.programs);
      const key = JSON.stringify([name, maxStates, cheapest.map((s) => s.scenario.id)]);
      const outcome = known.get(key) ?? (yield* outcomeOf(name, cheapest, maxStates, breathe));
      if (outcome === null) return false;
      known.set(key, outcome);
      outcomes.set(name, outcome);
    }
  }
  return true;
}

/**
 * Left out first, for that is noticed soonest. Each needs a statement that changes an object; the last one, a lock: there
 * are functions whose work nobody relies on, but who must not hold on to a lock.
 */
const ACTING: readonly OperatorName[] = ["delete", "refcount", "grace-period", "atomic", "list", "lock"];

async function* outcomeOf(
  name: string,
  scenarios: readonly ScenarioState[],
  maxStates: number,
  breathe: () => Promise<boolean>,
): AsyncGenerator<void, MutationOutcome | null, void> {
  const models = scenarios.map((s) => s.model);
  const mutants = ACTING.flatMap((operator) => mutantsOf(models, (each) => each === name, [operator]));
  for (const mutant of mutants) {
    const isNoticed = await isNoticedBy(scenarios, mutant, maxStates, breathe);
    if (isNoticed === null) return null;
    if (isNoticed) return "caught";
    yield;
  }
  return mutants.length === 0 ? "nothing to mutate" : "missed";
}

async function isNoticedBy(
  scenarios: readonly ScenarioState[],
  mutant: Mutant,
  maxStates: number,
  breathe: () => Promise<boolean>,
): Promise<boolean | null> {
  for (const { model } of scenarios) {
    const mutated = mutant.apply(model);
    if (mutated === model) continue;
    const caught = await isCaught(mutated, maxStates, breathe);
    if (caught !== false) return caught;
  }
  return false;
}

const outcomesByPrograms = new WeakMap<Programs, Map<string, MutationOutcome>>();

function knownOutcomes(programs: Programs): Map<string, MutationOutcome> {
  const had = outcomesByPrograms.get(programs) ?? new Map<string, MutationOutcome>();
  outcomesByPrograms.set(programs, had);
  return had;
}

function statesOf(scenario: ScenarioState): number {
  return scenario.explored?.exploration.states ?? 0;
}
