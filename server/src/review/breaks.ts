/** Runs what a change makes of the scenarios, and tells what goes wrong only then. */
import type { Violation } from "../simulate/result";
import type { ChangedScenario } from "./change-models";
import { counts, type Explored, type Explorations } from "./explorations";
import { Told } from "./findings";
import { scenarioId, type PatchState, type ScenarioState, type VariantState } from "./state";

export interface BreakTold {
  readonly told: Told;
  readonly scenario: ChangedScenario;
}

export interface ChangeOutcome {
  /** One for each code and function, the shortest. */
  readonly breaks: readonly BreakTold[];
  readonly scenarios: number;
  readonly broken: number;
  readonly unfinished: number;
  /** Not modelled code was met: nothing follows from finding nothing. */
  readonly unknown: number;
}

/** When something broke, so many more models are run, the next larger ones: others would tell it in more steps. */
const MORE = 8;
/** A mutilated scenario may have many more states than the one it was. */
const GROWTH = 8;
const LEAST_STATES = 50_000;

/**
 * Smallest scenarios first. Null when it was stopped.
 *
 * @param key names the change in replay tokens and fingerprints
 */
export async function outcomeOf(
  state: PatchState,
  scenarios: readonly ChangedScenario[],
  key: string,
  maxStates: number,
  explorations: Explorations,
  breathe: () => Promise<boolean>,
): Promise<ChangeOutcome | null> {
  const shortest = new Map<string, BreakTold>();
  let [ran, broken, unfinished, unknown] = [0, 0, 0, 0];
  // Bases share many a scenario.
  const seen = new Set<string>();
  let more = MORE;
  for (const each of [...scenarios].sort((a, b) => sizeOf(a.original) - sizeOf(b.original))) {
    const isKnown = seen.has(each.changed.key);
    seen.add(each.changed.key);
    if (broken > 0 && !isKnown && more-- === 0) break;
    const limit = Math.min(maxStates, Math.max(LEAST_STATES, GROWTH * sizeOf(each.original)));
    const isClean = each.original.told.every((told) => told.severity === "info");
    const run = (stopAtFirst: boolean): Promise<Explored | null> =>
      explorations.run(each.changed.key, each.changed.model, { maxStates: limit, facts: false, stopAtFirst }, breathe);
    if (!(await breathe())) return null;
    let explored = await run(isClean);
    // The first one met tells that there is one; only the whole exploration knows the shortest way to it.
    if (explored !== null && isClean && explored.exploration.violations.some(counts)) explored = await run(false);
    if (explored === null) return null;
    ran++;
    const fresh = newOnes(state, each, explored, key);
    if (fresh.some(isSerious)) broken++;
    else if (!explored.exploration.complete) unfinished++;
    if (explored.exploration.unknowns.length > 0) unknown++;
    for (const told of fresh) {
      const place = `${told.code} ${told.site}`;
      const had = shortest.get(place);
      if (had === undefined || told.length < had.told.length) shortest.set(place, { told, scenario: each });
    }
  }
  const breaks = [...shortest.values()].sort(
    (a, b) => weight(a.told) - weight(b.told) || a.told.length - b.told.length,
  );
  return { breaks, scenarios: ran, broken, unfinished, unknown };
}

export function isSerious(told: Told): boolean {
  return told.severity !== "info";
}

function weight(told: Told): number {
  return ["error", "warning", "info"].indexOf(told.severity);
}

export function sizeOf(scenario: ScenarioState): number {
  return scenario.explored?.exploration.states ?? 0;
}

/** What is wrong without the change, in this scenario or at the same place in another, is not the change's doing. */
export function newOnes(state: PatchState, each: ChangedScenario, explored: Explored, key: string): Told[] {
  const { variant, original, changed, locator } = each;
  const known = knownOf(variant);
  const shortest = new Map<string, Violation>();
  for (const violation of explored.exploration.violations) {
    const had = shortest.get(violation.code);
    if (had === undefined || violation.decisions.length < had.decisions.length) shortest.set(violation.code, violation);
  }
  const id = `${scenarioId(state, variant, original)} ${key}`;
  const stable = `${state.index}/${changed.scenario.id} ${key}`;
  return [...shortest.values()]
    .map((v) => new Told(changed.model, v, explored.certain.has(v.code), locator, id, stable))
    .filter((told) => !known.has(`${told.code} ${told.site}`) && !original.told.some((t) => t.code === told.code));
}

const knownByVariant = new WeakMap<VariantState, ReadonlySet<string>>();

function knownOf(variant: VariantState): ReadonlySet<string> {
  const had = knownByVariant.get(variant);
  if (had !== undefined) return had;
  const known = new Set(
    (variant.after?.scenarios ?? []).flatMap((s) => s.told.map((told) => `${told.code} ${told.site}`)),
  );
  knownByVariant.set(variant, known);
  return known;
}
