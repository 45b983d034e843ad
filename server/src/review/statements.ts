/** The sentences that a verdict is told in: never a bare "safe", always what was done. */
import type { Defines } from "../c/syntax";
import { shortName, type Told } from "./findings";
import {
  MISFIT,
  ownBounds,
  scenarioVerdict,
  type PatchState,
  type ScenarioState,
  type SideState,
  type VariantState,
} from "./state";
import { configuredVerdict, notRun, optionsInWords, toldOf, type Configured } from "./configurations";
import { uncheckedOf } from "./unchecked";
import { actingSteps } from "./unexplored";
import { isPassedOver, type Placement } from "./series/placement";
import {
  concerned,
  contradictionsOf,
  exerciseGap,
  isInferred,
  isMisfit,
  isMostlyRun,
  assumedVerdict,
  turningFacts,
} from "./verdicts";
import type { Verdict } from "./review";
import type { SideName } from "./sides";

export function statementOf(state: PatchState, name: SideName, profiles: readonly string[]): string {
  if (!state.isPrepared) return NOT_YET;
  if (isPassedOver(state.placement)) return passedOver(state.placement);
  const verdict = assumedVerdict(state, name);
  const syntax = name === "after" ? state.syntax[0] : undefined;
  const first = syntax === undefined ? "" : `${shortName(syntax.code)}, which does not compile; else `;
  if (verdict === "not-applicable") return `${first}touches no lifecycle that a profile knows (${profiles.join("; ")})`;
  if (verdict === null) return NOT_YET;
  const sides = concerned(state).flatMap((variant) => variant[name] ?? []);
  const told = `${tellVerdict(state, name, verdict, sides)}${quietly(sides)}`;
  return `${first}${withConfigurations(told, state, name)}`;
}

/** `violated only with CONFIG_X off, in 2 of 9 scenarios, ...; else no violation ...; nor with CONFIG_Y off`. */
function withConfigurations(told: string, state: PatchState, name: SideName): string {
  const all = toldOf(state);
  const of = (verdict: Verdict): Configured[] => all.filter((each) => configuredVerdict(each, name) === verdict);
  const list = (some: readonly { readonly options: Defines }[]): string =>
    some.map(({ options }) => optionsInWords(options)).join(", with ");
  const isWrong = assumedVerdict(state, name) === "violated";
  const bad = of("violated");
  const worse = bad.map(({ options, variants }) => {
    const sides = variants.flatMap((variant) => variant[name] ?? []);
    return `with ${optionsInWords(options)} ${violated(sides)}`;
  });
  const only = bad.length === 0 || isWrong ? told : `${worse.join("; ")}; else ${told}`;
  const others = isWrong ? bad : of("safe");
  const open = name === "after" ? notRun(state) : [];
  return [
    only,
    ...(others.length > 0 ? [`the same with ${list(others)}`] : []),
    ...(open.length > 0 ? [`not run with ${list(open)}`] : []),
  ].join("; ");
}

/** Why nothing was run for it. */
function passedOver({ role }: Placement): string {
  switch (role) {
    case "quote":
      return "quotes a patch that is here as well, and is reviewed there";
    case "twice":
      return "the same mail once more";
    case "superseded":
      return "a newer version of it is here as well, and was reviewed instead";
    default:
      return "a cover letter: what it shows is in the patches";
  }
}

const NOT_YET = "not run yet";

function tellVerdict(state: PatchState, name: SideName, verdict: Verdict, sides: readonly SideState[]): string {
  switch (verdict) {
    case "violated":
      return violated(sides);
    case "depends":
      return name === "after" ? depends(state) : `depends on facts that the patch does not show`;
    case "incomplete":
      if (isMostlyRun(state) && sides.every((side) => side.scenarios.every((s) => scenarioVerdict(s) === "safe")))
        return `no violation in ${extent(state, sides)}; but ${exerciseGap(state) ?? "not everything was tried"}`;
      return `no violation so far, but not everything was explored: ${incompleteReason(sides)}`;
    case "not-exercised":
      if (state.undecided !== null) return `not decided: ${state.undecided}`;
      if (concerned(state).some(isMisfit)) return misfit(state);
      if (sides.length === 0) return `nothing can be said: ${unlaidReason(state)}`;
      return `nothing can be said: ${unknownReason(sides) ?? exerciseGap(state) ?? "no scenario runs it"}`;
    default:
      if (concerned(state).some(isInferred)) return asFarAsShown(concerned(state));
      return `no violation in ${extent(state, sides)}`;
  }
}

/** The surroundings were made up for the patch, so they are told with what it comes to in them. */
function asFarAsShown(variants: readonly VariantState[]): string {
  const told = variants.flatMap(({ variant: { base, loaded } }) =>
    loaded.profile.facts.flatMap((fact) => fact.values[base.facts[fact.name] ?? ""] ?? []),
  );
  return `no violation as far as the patch shows it, where ${[...new Set(told)].join("; and where ")}`;
}

/** `9 scenarios (up to 3 threads, 2 roots, sequentially consistent); not checked: TLB flushing`. */
export function extent(state: PatchState, sides: readonly SideState[]): string {
  const scenarios = sides.flatMap((side) => side.scenarios);
  const plain = scenarios.filter(({ memoryModel }) => memoryModel === "sc");
  const order = plain.length < scenarios.length ? "sequentially consistent and x86-TSO" : "sequentially consistent";
  const counts = sides.map((side) => new Set(side.scenarios.map((each) => each.scenario.id)).size);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const threads = Math.max(0, ...scenarios.map((s) => s.scenario.threads.length));
  const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
  const views = new Set([undefined, ...scenarios.map(({ scenario }) => scenario.view)]);
  const objects = [...views].map((view) => {
    const some = scenarios.filter(({ scenario }) => scenario.view === view);
    const pools = some.flatMap((s) => s.model.types.filter((t) => t.permanent !== true));
    const none = { count: 0, label: "object" };
    const { count, label } = pools.reduce(
      (best, { objects: all, label: its }) => (all.length > best.count ? { count: all.length, label: its } : best),
      none,
    );
    return plural(count, label);
  });
  const unchecked = uncheckedOf(state);
  const bases = sides.length > 1 ? ` on each of ${sides.length} bases` : "";
  const verified = scenarios.flatMap((s) => s.explored?.verifier ?? []);
  const by = verified.length === 0 ? "" : `, ${verified.length} times by ${verified[0]}`;
  const what = `up to ${plural(threads, "thread")}, ${objects.join(", ")}, ${order}${by}`;
  const range = least === most ? "" : `${least} to `;
  return `${range}${plural(most, "scenario")}${bases} (${what})${unchecked.length > 0 ? `; not checked: ${unchecked.join(", ")}` : ""}`;
}

function violated(sides: readonly SideState[]): string {
  const scenarios = sides.flatMap((side) => side.scenarios);
  const bad = scenarios.filter((s) => scenarioVerdict(s) === "violated");
  const best = bad
    .flatMap((s) => s.told.filter((t) => t.severity === "error").map((t) => ({ scenario: s.scenario, told: t })))
    .reduce<{ scenario: { title: string }; told: Told } | null>(
      (least, each) => (least === null || each.told.length < least.told.length ? each : least),
      null,
    );
  const count = new Set(bad.map((s) => s.scenario.id)).size;
  const all = new Set(scenarios.map((s) => s.scenario.id)).size;
  if (best === null) return "violated";
  return `violated in ${count} of ${all} scenarios, first ${best.scenario.title}: ${shortName(best.told.code)} in ${best.told.steps.length} steps`;
}

function depends(state: PatchState): string {
  const turns = turningFacts(state);
  const facts = state.variants[0]?.variant.loaded.profile.facts ?? [];
  const names = [...new Set(turns.map((turn) => turn.fact))];
  const questions = names.map((name) => facts.find((fact) => fact.name === name)?.title ?? name);
  const cases = turns.map((turn) => `${WORDS[turn.verdict]} if ${turn.title}`);
  return `depends on ${questions.join(" and ")}: ${cases.join("; ")}`;
}

const WORDS: Readonly<Record<Verdict, string>> = {
  violated: "violated",
  safe: "no violation found",
  depends: "depends on more",
  incomplete: "not explored to the end",
  "not-exercised": "nothing can be said",
  "not-applicable": "not concerned",
};

function misfit(state: PatchState): string {
  const first = concerned(state).flatMap(contradictionsOf)[0];
  return `nothing can be said: no base fits what the patch shows${first === undefined ? "" : ` (${first})`}`;
}

function incompleteReason(sides: readonly SideState[]): string {
  const reasons = new Set<string>();
  for (const scenario of sides.flatMap((side) => side.scenarios)) {
    if (scenario.explored === null) reasons.add("not all scenarios have run");
    for (const bound of ownBounds(scenario)) {
      const most = bound.limit > 0 ? ` (at most ${bound.limit.toLocaleString("en-US")})` : "";
      reasons.add(`${bound.what}${most} in ${scenario.scenario.title}${leftOut(scenario)}`);
    }
    if (scenario.told.some((t) => t.severity === "warning"))
      reasons.add("conditions that nobody tracks decide (see the warnings)");
  }
  if (reasons.size === 0) reasons.add("whether the scenarios would notice a mistake was not tried to the end");
  const told = [...reasons].slice(0, MOST_REASONS);
  const others = reasons.size - told.length;
  return `${told.join("; ")}${others === 0 ? "" : `; and ${others} more`}`;
}

/** `: 200,000 states stored, 31,415 of them not gone on from, 7 of 93 steps never ran`. */
function leftOut(scenario: ScenarioState): string {
  const { exploration } = scenario.explored ?? {};
  if (exploration === undefined) return "";
  const { all, notRun } = actingSteps(scenario);
  const count = (number: number): string => number.toLocaleString("en-US");
  const left = exploration.unexpanded === 0 ? "" : `, ${count(exploration.unexpanded)} of them not gone on from`;
  const never = notRun.length === 0 ? "" : `, ${notRun.length} of ${all} steps never ran`;
  return `: ${count(exploration.states)} states stored${left}${never}`;
}

/** The JSON report has all of them. */
const MOST_REASONS = 3;

function unlaidReason(state: PatchState): string {
  const misfit = state.problems.find((problem) => problem.code === MISFIT);
  return misfit?.message ?? "loose code that fits no function of the base is read, not run";
}

function unknownReason(sides: readonly SideState[]): string | null {
  for (const { model, explored, unsure } of sides.flatMap((side) => side.scenarios)) {
    if ((unsure ?? null) !== null) return `what ${unsure} does is not known`;
    const first = explored?.exploration.unknowns[0];
    const action = first === undefined ? undefined : model.programs[first.program]?.steps[first.step]?.action;
    if (action?.kind === "unknown") return `${action.what} is not modelled`;
  }
  return null;
}

/** What is worth knowing and no violation: `; zap that cannot yield (put)`. */
function quietly(sides: readonly SideState[]): string {
  const infos = new Set(
    sides
      .flatMap((side) => side.scenarios)
      .flatMap((s) => s.told.filter((t) => t.severity === "info").map((t) => t.code)),
  );
  return infos.size === 0 ? "" : `; ${[...infos].map((code) => `${shortName(code)} (${code})`).join(", ")}`;
}
