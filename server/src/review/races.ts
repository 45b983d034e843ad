/**
 * Data races, for those who ask: told once for each pair of places, at whichever of the two the document shows.
 *
 * They are information. No verdict knows of them, for released code has many that nobody minds.
 */
import type { Place } from "../c/syntax";
import type { Step } from "../model/ir";
import type { Race, RacingAccess } from "../simulate/races";
import { fingerprint } from "./fingerprint";
import { markStep, Told } from "./findings";
import type { Finding } from "./review";
import type { SideName } from "./sides";
import { scenarioId, type PatchState, type ScenarioState, type SideState, type VariantState } from "./state";

const CODE = "race.plain-access";

export function raceFindings(state: PatchState): Finding[] {
  const before = new Set(state.variants.flatMap((variant) => candidates(variant, "before")).map(inWords));
  const found = new Map<string, Finding>();
  for (const candidate of state.variants.flatMap((variant) => candidates(variant, "after"))) {
    const key = inPlaces(candidate);
    if (found.has(key)) continue;
    const finding = findingOf(state, candidate, before.has(inWords(candidate)));
    if (finding !== null) found.set(key, finding);
  }
  return [...found.values()];
}

/** Whether all states were looked at in all that was asked about. */
export function raceBound(states: readonly PatchState[]): boolean {
  return states.some((state) =>
    state.variants.some((variant) =>
      [variant.before, variant.after].some((side) =>
        side?.scenarios.some(({ races }) => races !== null && !races.complete),
      ),
    ),
  );
}

interface Candidate {
  readonly variant: VariantState;
  readonly side: SideState;
  readonly scenario: ScenarioState;
  readonly race: Race;
}

function candidates(variant: VariantState, name: SideName): Candidate[] {
  const side = variant[name];
  if (side === null) return [];
  return side.scenarios.flatMap((scenario) =>
    (scenario.races?.races ?? []).map((race) => ({ variant, side, scenario, race })),
  );
}

function findingOf(state: PatchState, candidate: Candidate, wasThere: boolean): Finding | null {
  const { variant, side, scenario, race } = candidate;
  const { model } = scenario;
  const marks = [race.plain, race.other].map((access) => ({ access, mark: markOf(candidate, access) }));
  const shown = marks.find(({ mark }) => mark?.isChanged === true) ?? marks.find(({ mark }) => mark !== null);
  if (!shown?.mark?.range) return null;
  const hasBefore = state.variants.some((each) => each.before !== null);
  const status = !hasBefore ? "present" : wasThere ? "persists" : "introduced";
  const id = scenarioId(state, variant, scenario);
  const { thread, step } = shown.access;
  const { decisions, object } = race;
  const message = `data race on ${race.what}: ${inSentence(candidate, race.plain)} and ${inSentence(candidate, race.other)}, with nothing between them`;
  const told = new Told(
    model,
    { code: CODE, message, severity: "info", thread, step, object, decisions },
    true,
    side.locator,
    id,
    "",
  );
  return {
    code: CODE,
    severity: "info",
    status,
    origin: state.origin,
    fingerprint: fingerprint([CODE, ...inWords(candidate).split("\n")]),
    message,
    range: shown.mark.range,
    function: shown.mark.function,
    patch: state.index,
    introducedBy: status === "introduced" ? state.placement.label : null,
    fixedBy: null,
    fixedAt: null,
    scenario: id,
    base: variant.variant.base.facts,
    configuration: null,
    assumptions: [],
    replay: told.replay,
    steps: told.steps,
    threads: told.threads,
  };
}

/** `a plain store, "x->flags = 1" in put_root()`. */
function inSentence(candidate: Candidate, access: RacingAccess): string {
  const step = stepOf(candidate, access);
  const place = step?.stack.at(-1)?.function;
  const how = `a ${access.marked ? "marked" : "plain"} ${access.stores ? "store" : "load"}`;
  return `${how}, "${step?.text ?? ""}"${place === undefined ? "" : ` in ${place}()`}`;
}

/** Equal for the same race before and after the patch, wherever its lines stand. */
function inWords(candidate: Candidate): string {
  const { race } = candidate;
  const both = [race.plain, race.other].map((access) => {
    const step = stepOf(candidate, access);
    return `${step?.stack.at(-1)?.function ?? ""} ${step?.text ?? ""} ${access.marked}`;
  });
  return both.sort().join("\n");
}

function inPlaces(candidate: Candidate): string {
  const both = [candidate.race.plain, candidate.race.other].map((access) => {
    const place = stepOf(candidate, access)?.place ?? null;
    return place === null ? `${access.thread}:${access.step}` : spelled(place);
  });
  return both.sort().join(" ");
}

function spelled({ file, start, end }: Place): string {
  return `${file}:${start}-${end}`;
}

function markOf(candidate: Candidate, access: RacingAccess): ReturnType<typeof markStep> {
  const step = stepOf(candidate, access);
  return step === undefined ? null : markStep(step, candidate.side.locator);
}

function stepOf({ scenario: { model } }: Candidate, { thread, step }: RacingAccess): Step | undefined {
  return model.programs[model.threads[thread]?.program ?? -1]?.steps[step];
}
