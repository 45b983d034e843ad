/** Profiles that a patch implies, tried out: what the rest of a review knows of them. */
import type { Place } from "../../c/syntax";
import type { PatchImages } from "../../image/image";
import type { Step } from "../../model/ir";
import { ProfileMisfit } from "../../model/misfit";
import { traceOf } from "../../simulate";
import { Locator } from "../locate";
import type { Preparing } from "../prepare";
import { modelsOf, sideOf, type SideName } from "../sides";
import { scenarioVerdict, type PatchState, type ScenarioState, type SideState, type VariantState } from "../state";
import type { Variant } from "../variants";
import { exitName, inferProfiles, isChangedAt, REMOVED_EXITS, type Inferred, type Trial } from "./infer";

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
    return { side, locator: new Locator(side, variant, preparing.sources), scenarios };
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
 * makes of it, or the other way round where a patch is asked for what it brings in. Where both sides break, or none does,
 * they are as likely not the real ones; and so are those in which the other side does not get to what leads to the break.
 */
export function explains({ variant, before, after }: VariantState, { blames }: Pick<Trial, "blames">): boolean {
  if (before === null || after === null || after.scenarios.length === 0) return false;
  const other = blames === "before" ? "after" : "before";
  const [wrong, right] = blames === "before" ? [before, after] : [after, before];
  const broken = wrong.scenarios.filter((scenario) => scenarioVerdict(scenario) === "violated");
  if (broken.length === 0 || !right.scenarios.every((scenario) => scenarioVerdict(scenario) === "safe")) return false;
  const done = new Set(right.scenarios.flatMap((scenario) => placesRun(scenario, variant.images, other)));
  return broken.some((scenario) => leadsTo(scenario, variant.images, blames).every((place) => done.has(place)));
}

/** What of an object or a lock is changed on the way to the first break, on lines that the patch leaves alone. */
function leadsTo({ model, explored }: ScenarioState, images: PatchImages, side: SideName): string[] {
  const [violation] = explored?.exploration.violations ?? [];
  if (violation === undefined) return [];
  const steps = traceOf(model, violation.decisions).slice(0, -1);
  return steps.flatMap(({ program, step }) => {
    const at = model.programs[program]?.steps[step];
    const place = at !== undefined && LEADING.has(at.action.kind) ? placeInEntry(at) : null;
    return place === null || isChangedAt(place, images, side) ? [] : [exitName(place, images, side)];
  });
}

const LEADING = new Set(["refcount", "list", "free", "callRcu", "lock", "work"]);

function placesRun({ model, explored }: ScenarioState, images: PatchImages, side: SideName): string[] {
  return model.programs.flatMap(({ steps }, program) =>
    [...(explored?.exploration.executed[program] ?? [])].flatMap((index) => {
      const step = steps[index];
      const place = step === undefined ? null : placeInEntry(step);
      return place === null ? [] : [exitName(place, images, side)];
    }),
  );
}

/** Of a step in a function that the thread's own calls: that call. */
function placeInEntry({ stack, place }: Step): Place | null {
  return stack[1]?.call ?? place;
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
      // One that was there before may have come to stand there.
      if (isChangedAt(place, trial.variant.images, "after")) spared.add(REMOVED_EXITS);
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
