/** Profiles that a patch implies, tried out: what the rest of a review knows of them. */
import { ProfileMisfit } from "../../model/misfit";
import { Locator } from "../locate";
import type { Preparing } from "../prepare";
import { modelsOf, sideOf, type SideName } from "../sides";
import { scenarioVerdict, type PatchState, type SideState, type VariantState } from "../state";
import type { Variant } from "../variants";
import { exitName, inferProfiles, type Inferred, type Trial } from "./infer";

export type { Inferred, Trial };

export function inferPatch(preparing: Preparing, state: PatchState): Inferred {
  if (state.patch === null) return { trials: [], obstacles: [] };
  return inferProfiles(state.patch, preparing.bases, preparing.workspace, preparing.document);
}

/** Null when it makes no sense of what the patch declares: then it was inferred wrongly. */
export function lowerInferred(preparing: Preparing, variant: Variant): VariantState | null {
  const build = (name: SideName): SideState | null => {
    const side = sideOf(variant, name, preparing.bases);
    if (side === null) return null;
    const scenarios = modelsOf(side, variant).map((each) => ({
      ...each,
      memoryModel: "sc" as const,
      explored: null,
      told: [],
      races: null,
    }));
    return { side, locator: new Locator(side, variant, preparing.sources), options: [], scenarios };
  };
  try {
    return { variant, before: build("before"), after: build("after") };
  } catch (error) {
    if (!(error instanceof ProfileMisfit)) throw error;
    return null;
  }
}

/**
 * Whether the surroundings that were made up for it explain the patch: they break what was there before and not what it
 * makes of it, or the other way round where a patch is asked for what it brings in. Where both sides break, or none does, they are as likely not the real ones.
 */
export function explains({ before, after }: VariantState, { blames }: Pick<Trial, "blames">): boolean {
  if (before === null || after === null || after.scenarios.length === 0) return false;
  const [wrong, right] = blames === "before" ? [before, after] : [after, before];
  const broken = wrong.scenarios.some((scenario) => scenarioVerdict(scenario) === "violated");
  return broken && right.scenarios.every((scenario) => scenarioVerdict(scenario) === "safe");
}

/**
 * After a trial that asked at each way out: the trial again, without those ways out on which the patch leaves it as it was.
 * Null when there are none, or no other.
 */
export function refined(trial: Trial, { after }: VariantState): Variant | null {
  const spared = new Set<string>();
  let asked = 0;
  for (const { model, explored } of after?.scenarios ?? []) {
    const codes = trial.variant.base.profile.codes ?? [];
    for (const { code, thread, step } of explored?.exploration.violations ?? []) {
      const place = model.programs[model.threads[thread]?.program ?? -1]?.steps[step]?.place ?? null;
      if (!codes.includes(code) || place === null) continue;
      asked++;
      spared.add(exitName(place, trial.variant.images, "after"));
    }
  }
  return asked === 0 ? null : trial.without(spared);
}

export function keepInferred(state: PatchState, trial: VariantState): void {
  state.variants.push(trial);
  const { after } = trial;
  if (after === null) return;
  state.coverage.expect(after.side, after.locator);
  for (const { model, explored } of after.scenarios)
    if (explored !== null) state.coverage.ran(model, explored.exploration, after.locator);
}

/** After the last of them: what is said when none told anything. */
export function settleInferred(state: PatchState, { obstacles }: Inferred): void {
  state.isConcerned = state.variants.length > 0 || obstacles.length > 0;
  if (state.variants.length > 0 || obstacles.length === 0) return;
  state.undecided = obstacles.slice(0, MOST_OBSTACLES).join("; ");
}

const MOST_OBSTACLES = 3;
