/** Which single change takes a finding away, in every scenario that is run: offered as that, and as no more. */
import type { ReviewOptions, Surroundings } from "./api";
import { isSerious, newOnes, sizeOf } from "./breaks";
import { candidatesNear, type Candidate } from "./candidates";
import { changedScenarios, type ChangedScenario } from "./change-models";
import { scenarioId } from "./state";
import type { Told } from "./findings";
import { repairOf } from "./repair-words";
import type { Finished } from "./review-document";
import type { PatchState, ScenarioState } from "./state";
import { concerned } from "./verdicts";
import type { Repair, RepairAnswer } from "./why";

/** So many are enough to choose from. */
const MOST_REPAIRS = 4;
/** Beyond that, a changed scenario is not followed further, and the change is not offered. */
const GROWTH = 8;
const LEAST_STATES = 50_000;

export async function* findRepairs(
  finished: Finished,
  fingerprint: string,
  options: ReviewOptions,
  { breathe }: Pick<Surroundings, "breathe">,
): AsyncGenerator<RepairAnswer, void, void> {
  const repairs: Repair[] = [];
  let [done, total] = [0, 0];
  const answer = (stage: RepairAnswer["stage"], refusal: string | null = null): RepairAnswer => ({
    kind: "repairs",
    repairs: [...repairs],
    refusal,
    stage,
    progress: { done, total },
  });
  const found = toldOf(finished, fingerprint);
  if (found === null)
    return yield answer("complete", "this finding is not of a code that could be changed and run again");
  const { state, told } = found;
  const candidates = candidatesNear(finished, state, functionsNear(state, told));
  total = candidates.length;
  for (const candidate of candidates) {
    if (!(await breathe())) return yield answer("stopped");
    const outcome = await tried(finished, state, told, candidate, options.maxStates, breathe);
    if (outcome === null) return yield answer("stopped");
    done++;
    // A line that is left out must be worth it.
    const isOffered = outcome !== "rejected" && (candidate.kind !== "deletion" || outcome.removesAll);
    const isEnough = isOffered && repairs.push(repairOf(finished, candidate, outcome)) === MOST_REPAIRS;
    if (isEnough) break;
    yield answer("partial");
  }
  yield answer(
    "complete",
    candidates.length === 0 ? "the document shows no statement near it that could be changed" : null,
  );
}

interface FoundTold {
  readonly state: PatchState;
  readonly told: Told;
}

function toldOf({ states, review }: Finished, fingerprint: string): FoundTold | null {
  const finding = review.findings.find((each) => each.fingerprint === fingerprint);
  const state = finding === undefined ? undefined : states[finding.patch];
  if (finding?.status === "fixed" || state === undefined) return null;
  for (const variant of state.variants) {
    for (const scenario of variant.after?.scenarios ?? []) {
      if (scenarioId(state, variant, scenario) !== finding?.scenario) continue;
      const told = scenario.told.find(({ code }) => code === finding?.code);
      if (told !== undefined) return { state, told };
    }
  }
  return null;
}

/** The changed functions that the interleaving goes through; all changed ones when it goes through none. */
function functionsNear({ variants }: PatchState, told: Told): ReadonlySet<string> {
  const changed = variants.flatMap(({ variant }) =>
    variant.images.files.flatMap((file) => file.changed.filter(({ after }) => after).map(({ name }) => name)),
  );
  const near = changed.filter((name) => told.functions.has(name));
  return new Set(near.length > 0 ? near : changed);
}

export interface Removed {
  /** Scenarios over all bases. */
  readonly scenarios: number;
  readonly removesAll: boolean;
}

/** Those that have the finding run first, the smallest before the others: most changes are of no use. Null when stopped. */
async function tried(
  finished: Finished,
  state: PatchState,
  wanted: Told,
  candidate: Candidate,
  maxStates: number,
  breathe: () => Promise<boolean>,
): Promise<Removed | "rejected" | null> {
  const all = concerned(state).flatMap((variant) =>
    (variant.after?.scenarios ?? []).map((scenario) => ({ variant, scenario })),
  );
  const changed: ChangedScenario[] = [];
  for (const variant of new Set(all.map((each) => each.variant))) {
    const own = candidate.in.get(variant);
    if (own === undefined) return "rejected";
    const scenarios = changedScenarios(finished, variant, own.path, own.change);
    if (scenarios === null) return "rejected";
    changed.push(...scenarios);
    if (!(await breathe())) return null;
  }
  const isChanged = new Set(changed.map(({ original }) => original));
  if (all.some(({ scenario }) => !isChanged.has(scenario) && hasIt(scenario, wanted))) return "rejected";
  let left = all.some(({ scenario }) => !isChanged.has(scenario) && scenario.told.some(isSerious));
  const first = (each: ChangedScenario): number => (hasIt(each.original, wanted) ? 0 : 1);
  changed.sort((a, b) => first(a) - first(b) || sizeOf(a.original) - sizeOf(b.original));
  for (const each of changed) {
    if (!(await breathe())) return null;
    const outcome = await runOne(finished, state, each, wanted, candidate, maxStates, breathe);
    if (outcome === null || outcome === "rejected") return outcome;
    left ||= outcome === "others left";
  }
  return { scenarios: all.length, removesAll: !left };
}

async function runOne(
  { explorations }: Finished,
  state: PatchState,
  each: ChangedScenario,
  wanted: Told,
  { kind, title }: Candidate,
  maxStates: number,
  breathe: () => Promise<boolean>,
): Promise<"clean" | "others left" | "rejected" | null> {
  const { original, changed } = each;
  const others = original.told.some((told) => isSerious(told) && told.code !== wanted.code);
  const limit = Math.min(maxStates, Math.max(LEAST_STATES, GROWTH * sizeOf(original)));
  const options = { maxStates: limit, facts: false, stopAtFirst: !others };
  const explored = await explorations.run(changed.key, changed.model, options, breathe);
  if (explored === null) return null;
  const { exploration } = explored;
  if (exploration.violations.some(({ code, severity }) => code === wanted.code && severity !== "info"))
    return "rejected";
  if (newOnes(state, each, explored, `${kind} ${title}`).some(isSerious)) return "rejected";
  const wasComplete = original.explored?.exploration.complete === true;
  if (!exploration.complete && wasComplete) return "rejected";
  const unknowns = original.explored?.exploration.unknowns.length ?? 0;
  if (exploration.unknowns.length > unknowns) return "rejected";
  return exploration.violations.some(({ severity }) => severity !== "info") ? "others left" : "clean";
}

function hasIt(scenario: ScenarioState, wanted: Told): boolean {
  return scenario.told.some((told) => told.code === wanted.code && isSerious(told));
}
