/** Makes of what is known so far the Review that the faces show. */
import type { Model } from "../model/ir";
import type { Span } from "../text/mapped";
import { AS_IT_IS } from "../model/scale";
import type { ReviewOptions } from "./api";
import type { Bases } from "./bases";
import type { LoadedProfile } from "./builtin";
import { composeAssumptions } from "./assumptions";
import { STATES, type Explored } from "./explorations";
import type { Told } from "./findings";
import { composeFindings } from "./compose-findings";
import type { Preparing } from "./prepare";
import type { PatchReview, Review, ScenarioReview, ScenarioRun, Verdict } from "./review";
import { raceBound } from "./races";
import { coverageOf, withLaterLines } from "./series/coverage";
import { composeSeries, membersOf } from "./series/end";
import { isPassedOver } from "./series/placement";
import { configurationOf, configuredVerdict, onOrOff, toldOf } from "./configurations";
import {
  allVariants,
  ownBounds,
  scenarioId,
  scenarioVerdict,
  type PatchState,
  type ScenarioState,
  type SideState,
} from "./state";
import { statementOf } from "./statements";
import { uncheckedOf } from "./unchecked";
import { unexploredOf } from "./unexplored";
import { concerned, finished, sideVerdict, turningFacts, worst } from "./verdicts";

type Bounded = Pick<ReviewOptions, "maxStates" | "scale">;

export function compose(
  stage: Review["stage"],
  { document, plan, options, bases }: Pick<Preparing, "document" | "plan" | "options" | "bases">,
  states: readonly PatchState[],
  profiles: readonly LoadedProfile[],
): Review {
  const titles = profiles.map((loaded) => loaded.profile.title);
  const assumptions = composeAssumptions(states);
  const patches = states.map((state) => withLaterLines(composePatch(state, titles), state, states, plan));
  const told = states.filter(({ placement }) => !isPassedOver(placement));
  const own = told.filter((state) => state.origin === "author");
  const judged = own.length > 0 ? own : told;
  const findings = composeFindings({ document, plan }, states, assumptions);
  const series = plan.series.map((members) => composeSeries(membersOf(members, states), findings, titles));
  const inSeries = new Set(plan.series.flat());
  const others = judged.filter(({ index }) => !inSeries.has(index));
  const verdict = worst([
    ...series.map((each) => each.verdict),
    ...others.map((state) => patches[state.index]?.verdict ?? "not-applicable"),
  ]);
  // Counting them finds more that is not modelled.
  const statements = statementsOf(judged, stage, bases);
  const lines = coverageOf(judged, states, plan);
  const problems = document.problems.map(({ code, message, span }) => ({ code, message, range: span }));
  return {
    stage,
    kind: document.kind,
    verdict,
    problems: [
      ...problems,
      ...(verdict === "not-applicable" ? [] : plan.problems),
      ...states.flatMap((state) => state.problems),
    ],
    patches,
    series,
    scenarios: states.flatMap(composeScenarios),
    findings,
    accepted: 0,
    assumptions: assumptions.list,
    coverage: {
      ...lines,
      ...statements,
      // Until all has run it is not known what has not.
      notRun: stage === "complete" ? lines.notRun : [],
    },
    bounds: composeBounds(states, options),
    lines: states.flatMap((state) => state.lines.lines).sort((a, b) => a.range.start - b.range.start),
    notChecked: [...new Set(states.flatMap(uncheckedOf))],
    profiles: titles,
    progress: progressOf(states),
  };
}

/** Counting them takes a while, and nobody waits for it before all is explored. */
function statementsOf(
  judged: readonly PatchState[],
  stage: Review["stage"],
  bases: Bases,
): Pick<Review["coverage"], "actingStatements" | "modelledStatements"> {
  const counts = stage === "complete" ? judged.map(({ coverage }) => coverage.statements(bases)) : [];
  return {
    actingStatements: counts.reduce((sum, { acting }) => sum + acting, 0),
    modelledStatements: counts.reduce((sum, { modelled }) => sum + modelled, 0),
  };
}

function composePatch(state: PatchState, titles: readonly string[]): PatchReview {
  const { patch, range, origin } = state;
  const before = sideVerdict(state, "before");
  const hasBefore = state.variants.some((variant) => variant.before !== null);
  return {
    subject: patch?.subject ?? null,
    messageId: patch?.messageId ?? null,
    part: patch?.part ?? null,
    baseCommit: patch?.baseCommit ?? null,
    range,
    origin,
    placement: state.placement,
    verdict: sideVerdict(state, "after") ?? "not-exercised",
    statement: statementOf(state, "after", titles),
    before: hasBefore ? before : null,
    beforeStatement: hasBefore ? statementOf(state, "before", titles) : null,
    turnsOn: turningFacts(state),
    configurations: toldOf(state).map((each) => ({
      options: onOrOff(each.options),
      verdict: configuredVerdict(each, "after"),
    })),
    base: baseText(state),
    files: composeFiles(state),
  };
}

/** `KVM TDP MMU root lifecycle: put = marked; fast-zap = list-walk or queue`. */
function baseText(state: PatchState): string | null {
  const profile = state.variants[0]?.variant.loaded.profile;
  if (profile === undefined) return null;
  const told = profile.facts.filter((fact) => fact.isSpelling !== true);
  const facts = told.map((fact) => {
    const values = new Set(state.variants.map((v) => v.variant.base.facts[fact.name] ?? ""));
    return `${fact.name} = ${[...values].join(" or ")}`;
  });
  return facts.length === 0 ? profile.title : `${profile.title}: ${facts.join("; ")}`;
}

/** The base's files under the names that the diff has for them. */
function composeFiles(state: PatchState): PatchReview["files"] {
  const shown = state.patch?.files.flatMap((file) => file.newPath ?? file.oldPath ?? []) ?? [];
  const files = state.variants[0]?.variant.images.files;
  if (files === undefined) return shown.map((path) => ({ path, source: "hunks", functions: [] }));
  const before = verdictsByFunction(state, "before");
  const after = verdictsByFunction(state, "after");
  return files.map((file) => ({
    path: shown.find((path) => path === file.path || path.endsWith(`/${file.path}`)) ?? file.path,
    source: file.source,
    ...(file.revision === undefined ? {} : { revision: file.revision }),
    functions: file.changed.map(({ name, ...sides }) => ({
      name,
      range: rangeOf(state, name),
      before: sides.before ? before(name) : null,
      after: sides.after ? after(name) : null,
    })),
  }));
}

/** Violated when a trace of a violation goes through it; else what its side says, if any scenario runs it. */
function verdictsByFunction(state: PatchState, side: "before" | "after"): (name: string) => Verdict {
  const scenarios = state.variants.flatMap((variant) => variant[side]?.scenarios ?? []);
  const bad = badFunctions(state, side);
  const ran = new Set(scenarios.flatMap((scenario) => [...functionsRunBy(scenario)]));
  const whole = sideVerdict(state, side);
  const isIncomplete = scenarios.some((s) => scenarioVerdict(s) === "incomplete");
  const isSafe = scenarios.length > 0 && scenarios.every((s) => scenarioVerdict(s) === "safe");
  // A whole file has functions that no scenario calls: that is no flaw of the others.
  const { coverage } = state;
  const notRun = state.patch === null && isSafe ? coverage.notRun(new Set(coverage.idle)) : null;
  const idle = notRun === null ? null : new Set(notRun.map((line) => line.function));
  return (name) => {
    if (bad.has(name)) return whole === "depends" ? "depends" : "violated";
    if (!ran.has(name)) return "not-exercised";
    if (idle !== null) return idle.has(name) ? "not-exercised" : "safe";
    if (whole === "incomplete" || whole === "not-exercised") return whole;
    return isIncomplete ? "incomplete" : "safe";
  };
}

/** Models that differ in the names of functions share an exploration. */
const functionsRun = new WeakMap<Model, { readonly explored: Explored; readonly names: ReadonlySet<string> }>();

function functionsRunBy({ model, explored }: ScenarioState): ReadonlySet<string> {
  if (explored === null) return new Set();
  const had = functionsRun.get(model);
  if (had?.explored === explored) return had.names;
  const names = new Set<string>();
  for (const [index, program] of model.programs.entries()) {
    for (const at of explored.exploration.executed[index] ?? []) {
      for (const frame of program.steps[at]?.stack ?? []) names.add(frame.function);
    }
  }
  functionsRun.set(model, { explored, names });
  return names;
}

/** Functions on the shortest violation of each code. */
function badFunctions(state: PatchState, side: "before" | "after"): Set<string> {
  const variants = [...concerned(state), ...toldOf(state).flatMap((each) => each.variants)];
  const scenarios = variants.flatMap((variant) => variant[side]?.scenarios ?? []);
  const errors = scenarios.flatMap((scenario) => scenario.told).filter(({ severity }) => severity === "error");
  const shortest = new Map<string, Told>();
  for (const told of errors) {
    const had = shortest.get(told.code);
    if (had === undefined || told.length < had.length) shortest.set(told.code, told);
  }
  return new Set([
    ...[...shortest.values()].flatMap((told) => [...told.functions]),
    // What it is told of is bad in each of them.
    ...errors.flatMap((told) => told.function ?? []),
  ]);
}

function rangeOf(state: PatchState, name: string): Span | null {
  for (const variant of state.variants) {
    for (const side of [variant.after, variant.before]) {
      if (side === null) continue;
      for (const file of side.side.files.values()) {
        const found = file.functions.find((f) => f.name === name);
        const span = found === undefined ? null : side.locator.ofFiles.inDocument(found.place);
        if (span !== null) return span;
      }
    }
  }
  return null;
}

function composeScenarios(state: PatchState): ScenarioReview[] {
  return allVariants(state).flatMap((variant) => {
    const all = new Map<string, { before: ScenarioState | null; after: ScenarioState | null }>();
    for (const name of ["before", "after"] as const) {
      for (const scenario of variant[name]?.scenarios ?? []) {
        const had = all.get(scenario.scenario.id) ?? { before: null, after: null };
        all.set(scenario.scenario.id, { ...had, [name]: scenario });
      }
    }
    return [...all.values()].flatMap(({ before, after }) => {
      const any = after ?? before;
      if (any === null) return [];
      const review: ScenarioReview = {
        id: scenarioId(state, variant, any),
        title: any.scenario.title,
        threads: any.model.threads.map((thread) => thread.name),
        objects: sum(
          any.model.types.filter((t) => t.permanent !== true),
          (t) => t.objects.length,
        ),
        memoryModel: any.memoryModel,
        base: variant.variant.base.facts,
        configuration: configurationOf(variant),
        patch: state.index,
        scaledFrom:
          any.scenario.scaledFrom === undefined ? null : scenarioId(state, variant, any, any.scenario.scaledFrom),
        before: outcome(before, variant.before),
        after: outcome(after, variant.after),
      };
      return [review];
    });
  });
}

function outcome(state: ScenarioState | null, side: SideState | null): ScenarioRun | null {
  const verdict = state === null ? null : scenarioVerdict(state);
  if (state === null || verdict === null || side === null) return null;
  const states = state.explored?.exploration.states ?? 0;
  const verifier = state.explored?.verifier ?? null;
  return { verdict, states, verifier, unexplored: unexploredOf(state, side.locator) };
}

function composeBounds(states: readonly PatchState[], options: Bounded): Review["bounds"] {
  const bounds = new Map<string, { what: string; limit: number; reached: boolean }>();
  bounds.set(STATES, { what: "states per scenario", limit: options.maxStates, reached: false });
  const { threads, objects } = options.scale ?? AS_IT_IS;
  if (threads !== null) bounds.set("threads", { what: "threads per scenario", limit: threads, reached: false });
  if (objects !== null) bounds.set("objects", { what: "objects per pool", limit: objects, reached: false });
  if (raceBound(states))
    bounds.set("races", { what: "states searched for data races", limit: options.maxStates, reached: true });
  for (const scenario of allScenarios(states)) {
    const verifier = scenario.explored?.verifier ?? null;
    if (verifier !== null) {
      const had = bounds.get(`by ${verifier}`)?.limit ?? 0;
      bounds.set(`by ${verifier}`, { what: `scenarios given to ${verifier}`, limit: had + 1, reached: false });
    }
    for (const { what, limit } of ownBounds(scenario)) {
      bounds.set(what, { what: bounds.get(what)?.what ?? what, limit, reached: true });
    }
  }
  return [...bounds.values()];
}

function progressOf(states: readonly PatchState[]): Review["progress"] {
  const sides = states
    .flatMap((s) => allVariants(s).flatMap((v) => [v.before, v.after]))
    .filter((side) => side !== null);
  return {
    done: sum(sides, finished),
    total: sum(sides, (side) => side.scenarios.length),
    states: sum(allScenarios(states), (s) => s.explored?.exploration.states ?? 0),
  };
}

function allScenarios(states: readonly PatchState[]): ScenarioState[] {
  return states.flatMap((s) =>
    allVariants(s).flatMap((v) => [...(v.before?.scenarios ?? []), ...(v.after?.scenarios ?? [])]),
  );
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
