/** The findings of all scenarios: one for each code and scenario, told where it is shortest, compared with before. */
import type { Assumptions } from "./assumptions";
import { configurationOf, toldOf } from "./configurations";
import { fingerprint } from "./fingerprint";
import type { Told } from "./findings";
import type { Preparing } from "./prepare";
import type { Finding } from "./review";
import { raceFindings } from "./races";
import { ownBounds, scenarioId, type PatchState, type ScenarioState, type SideState, type VariantState } from "./state";
import { acrossSeries, type Recognised } from "./series/findings";
import { notBisectable } from "./series/bisectable";
import type { SideName } from "./sides";
import { contradictionsOf, finished, isMisfit } from "./verdicts";

export function composeFindings(
  preparing: Planned,
  states: readonly PatchState[],
  assumptions: Assumptions,
): Finding[] {
  const { document, plan } = preparing;
  const found = states.flatMap((state) => [
    ...syntaxFindings(state).map((finding) => recognised(finding, null, null, document.text)),
    ...runFindings(state, assumptions),
    ...raceFindings(state).map((finding) => recognised(finding, finding.function, null, document.text)),
  ]);
  const findings = [...acrossSeries(found, states, plan)];
  return withOwnNames([...findings, ...notBisectable(findings, states, plan)]).sort(byWeight);
}

type Planned = Pick<Preparing, "document" | "plan">;

function recognised(finding: Finding, site: string | null, scenario: string | null, document: string): Recognised {
  return { finding, site, scenario, loaded: null, text: document.slice(finding.range.start, finding.range.end) };
}

/** Fingerprints say nothing of the place, so what two patches do alike has the same; the second gets one of its own. */
function withOwnNames(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  const inOrder = findings.toSorted((a, b) => a.patch - b.patch || a.range.start - b.range.start);
  return inOrder.map((finding) => {
    const count = counts.get(finding.fingerprint) ?? 0;
    counts.set(finding.fingerprint, count + 1);
    return count === 0 ? finding : { ...finding, fingerprint: fingerprint([finding.fingerprint, String(count)]) };
  });
}

export interface Candidate {
  readonly variant: VariantState;
  readonly scenario: ScenarioState;
  readonly told: Told;
  readonly status: Finding["status"];
}

function runFindings(state: PatchState, assumptions: Assumptions): Recognised[] {
  const best = new Map<string, Candidate>();
  for (const variant of state.variants.filter((each) => !isMisfit(each) && isSettled(each))) {
    for (const side of ["before", "after"] as const) {
      for (const candidate of candidatesOf(variant, side)) {
        const key = keyOf(candidate);
        const had = best.get(key);
        if (had === undefined || isBetter(candidate, had)) best.set(key, candidate);
      }
    }
  }
  return [...[...best.values()].filter(isOfThePatch), ...onlyConfigured(state)].map((candidate) => {
    const { variant, scenario, told } = candidate;
    const finding = findingOf(state, candidate, assumptions.usedBy(state, variant, told));
    return { finding, site: told.site, scenario: scenario.scenario.id, loaded: variant.variant.loaded, text: null };
  });
}

/** The errors that a kernel has only when it is configured otherwise, each with the first such configuration. */
function onlyConfigured(state: PatchState): Candidate[] {
  const found: Candidate[] = [];
  const known: { readonly [name in SideName]: ScenarioState[] } = { before: [], after: [] };
  const learn = (variants: readonly VariantState[]): void => {
    for (const { before, after } of variants) {
      known.before.push(...(before?.scenarios ?? []));
      known.after.push(...(after?.scenarios ?? []));
    }
  };
  learn(state.variants);
  for (const { variants } of toldOf(state)) {
    const best = new Map<string, Candidate>();
    for (const candidate of variants.flatMap((variant) => [
      ...candidatesOf(variant, "before"),
      ...candidatesOf(variant, "after"),
    ])) {
      const { scenario, told, status } = candidate;
      const isNew = !has(known[status === "fixed" ? "before" : "after"], scenario, told);
      const had = best.get(keyOf(candidate));
      if (told.severity === "error" && isNew && (had === undefined || isBetter(candidate, had)))
        best.set(keyOf(candidate), candidate);
    }
    found.push(...[...best.values()].filter(isOfThePatch));
    learn(variants);
  }
  return found;
}

/** A base that contradicts the patch is left out if it is broken without it, and that has to be known first. */
function isSettled(variant: VariantState): boolean {
  const { before } = variant;
  return before === null || contradictionsOf(variant).length === 0 || finished(before) === before.scenarios.length;
}

/** Each scenario tells its own errors; what is fixed, and what is only worth knowing, is told once for each function. */
function keyOf({ scenario, told, status }: Candidate): string {
  const isQuiet = status === "fixed" || told.severity === "info";
  const where = isQuiet ? (told.site ?? "") : scenario.scenario.id;
  return `${told.code} ${status === "fixed"} ${where}`;
}

/** What was there before and shows in no line of the document is not what the patch is about. */
function isOfThePatch({ status, told }: Candidate): boolean {
  return status !== "persists" || told.range !== null;
}

/** An introduced finding outranks the same one where it was there before; then the shorter one is told. */
function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.status !== b.status) return a.status === "introduced";
  return a.told.length < b.told.length;
}

function candidatesOf(variant: VariantState, name: SideName): Candidate[] {
  const side = variant[name];
  const other = name === "after" ? variant.before : variant.after;
  if (side === null) return [];
  return side.scenarios.flatMap((scenario) =>
    scenario.told.flatMap((told): Candidate[] => {
      // What sequential consistency has as well is told there.
      if (scenario.memoryModel === "tso" && !told.isOnlyTso) return [];
      // Whether the patch brought it in or took it away is only known when the scenario has run on the other side too.
      if (other?.scenarios.some((s) => s.scenario.id === scenario.scenario.id && s.explored === null)) return [];
      const isThere = other !== null && has(other.scenarios, scenario, told);
      if (name === "before")
        return isThere || !isKnownGone(other, scenario) ? [] : [{ variant, scenario, told, status: "fixed" }];
      const status =
        other === null ? (variant.before === null ? "present" : "introduced") : isThere ? "persists" : "introduced";
      return [{ variant, scenario, told, status }];
    }),
  );
}

/** What was not explored to its end may well have it still. */
function isKnownGone(after: SideState | null, { scenario: { id } }: ScenarioState): boolean {
  const same = after?.scenarios.find((each) => each.scenario.id === id);
  return (
    same === undefined ||
    same.explored === null ||
    (ownBounds(same).length === 0 && same.explored.exploration.unknowns.length === 0)
  );
}

/** The same code in the same scenario, or at the same function in another one. */
function has(others: readonly ScenarioState[], scenario: ScenarioState, told: Told): boolean {
  return others.some((other) =>
    other.told.some(
      (t) =>
        t.code === told.code &&
        (other.scenario.id === scenario.scenario.id || (t.site !== null && t.site === told.site)),
    ),
  );
}

/** @param assumptions ids of those that it rests on */
export function findingOf(
  state: PatchState,
  { variant, scenario, told, status }: Candidate,
  assumptions: readonly string[],
): Finding {
  const { label } = state.placement;
  return {
    code: told.code,
    severity: told.severity,
    status,
    origin: state.origin,
    fingerprint: told.fingerprint,
    message: told.message,
    range: told.range ?? { start: state.range.start, end: state.range.start },
    function: told.function,
    patch: state.index,
    introducedBy: status === "introduced" ? label : null,
    fixedBy: status === "fixed" ? label : null,
    fixedAt: null,
    scenario: scenarioId(state, variant, scenario),
    base: variant.variant.base.facts,
    configuration: configurationOf(variant),
    assumptions,
    replay: told.replay,
    steps: told.steps,
    threads: told.threads,
  };
}

function syntaxFindings(state: PatchState): Finding[] {
  return state.syntax.map((each) => ({
    code: each.code,
    severity: "error",
    status: state.patch === null ? "present" : "introduced",
    origin: state.origin,
    fingerprint: fingerprint([each.code, each.function ?? "", each.message]),
    message: each.message,
    range: each.range,
    function: each.function,
    patch: state.index,
    introducedBy: state.placement.label,
    fixedBy: null,
    fixedAt: null,
    scenario: null,
    base: null,
    configuration: null,
    assumptions: [],
    replay: null,
    steps: [],
    threads: [],
  }));
}

const SEVERITIES = ["error", "warning", "info"];
const STATUSES = ["introduced", "present", "persists", "fixed"];

function byWeight(a: Finding, b: Finding): number {
  return (
    Number(a.origin === "quoted") - Number(b.origin === "quoted") ||
    STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    a.patch - b.patch ||
    a.steps.length - b.steps.length ||
    a.threads.length - b.threads.length ||
    a.range.start - b.range.start ||
    (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
    // Else as they come: bases and scenarios in the order of the profile, which begins with the simple ones.
  );
}
