/** When something may be called safe, and on what a verdict turns. */
import type { PatchState, SideState, VariantState } from "./state";
import { scenarioVerdict } from "./state";
import type { Facts } from "./bases";
import { configuredVerdict, toldOf } from "./configurations";
import { isPassedOver } from "./series/placement";
import type { PatchReview, Verdict } from "./review";
import type { SideName } from "./sides";

/** Worst first. */
const ORDER: readonly Verdict[] = ["violated", "depends", "incomplete", "not-exercised", "safe", "not-applicable"];

export function worst(verdicts: readonly Verdict[]): Verdict {
  return ORDER.find((verdict) => verdicts.includes(verdict)) ?? "not-applicable";
}

/** Of one side over all variants; what does not compile is no less wrong for running well otherwise. */
export function sideVerdict(state: PatchState, name: SideName): Verdict | null {
  const verdict = runVerdict(state, name);
  const isBroken = name === "after" && state.syntax.length > 0 && state.isPrepared;
  return isBroken && verdict !== "depends" ? "violated" : verdict;
}

/** What running it tells: violated in any configuration that it can be run in is violated. */
export function runVerdict(state: PatchState, name: SideName): Verdict | null {
  const verdict = assumedVerdict(state, name);
  if (verdict === null || verdict === "depends") return verdict;
  return isViolatedOtherwise(state, name) ? "violated" : verdict;
}

/** Only with other kernel options than those that are taken for granted. */
export function isViolatedOtherwise(state: PatchState, name: SideName): boolean {
  return toldOf(state).some((each) => configuredVerdict(each, name) === "violated");
}

/** In a kernel that is configured as it is taken to be: the same on all bases, or `depends`. */
export function assumedVerdict(state: PatchState, name: SideName): Verdict | null {
  if (!state.isPrepared) return "incomplete";
  if (isPassedOver(state.placement)) return "not-exercised";
  const verdicts = concerned(state).flatMap((variant) => variantVerdict(state, variant, name) ?? []);
  if (state.variants.length === 0) return state.isConcerned ? "not-exercised" : "not-applicable";
  if (verdicts.length === 0) return null;
  const isSplit = verdicts.includes("violated") && verdicts.some((verdict) => verdict !== "violated");
  return isSplit ? "depends" : worst(verdicts);
}

/**
 * The variants in which a changed function runs at all: a base in which nobody calls it says nothing of the patch. All
 * of them when it runs in none.
 */
export function concerned(state: PatchState): readonly VariantState[] {
  const fitting = state.variants.filter((variant) => !isMisfit(variant));
  const running = fitting.filter((variant) => {
    const changed = new Set(variant.variant.images.files.flatMap((file) => file.changed.map((f) => f.name)));
    return runsAny(variant.after, changed) || runsAny(variant.before, changed);
  });
  return running.length > 0 ? running : fitting.length > 0 ? fitting : state.variants;
}

function runsAny(side: SideState | null, names: ReadonlySet<string>): boolean {
  return (side?.scenarios ?? []).some((scenario) => {
    // What has not run yet may still.
    if (scenario.explored === null) return true;
    const { executed } = scenario.explored.exploration;
    return scenario.model.programs.some((program, index) =>
      [...(executed[index] ?? [])].some((at) => program.steps[at]?.stack.some((frame) => names.has(frame.function))),
    );
  });
}

/**
 * The patch shows statements that this base has otherwise, and together with them the base is broken before the patch
 * does anything: it is not the code that the patch was written for, and what it would say is noise.
 */
export function isMisfit(variant: VariantState): boolean {
  if (contradictionsOf(variant).length === 0 || variant.before === null) return false;
  return variant.before.scenarios.some((scenario) => scenarioVerdict(scenario) === "violated");
}

export function usesWorkspace(state: PatchState): boolean {
  return state.variants.some((v) =>
    v.variant.images.files.some((file) => file.source === "workspace" || file.source === "blob"),
  );
}

/**
 * Whether the code as it was can be run with the profile's callers: it is clean, or what is wrong with it ends with the
 * patch. Of a series the first patch tells: what is wrong behind that one may be the doing of the series.
 */
export function fitsProfile(state: PatchState): boolean {
  if (state.variants.some(({ variant }) => variant.onTopOf !== null)) return true;
  const before = assumedVerdict(state, "before");
  const isBroken = before === "violated" || before === "depends";
  const isMended = state.syntax.length === 0 && assumedVerdict(state, "after") === "safe";
  return before === "safe" || before === null || (isBroken && isMended);
}

/** What the diff shows and this base has otherwise, in words. */
export function contradictionsOf(variant: VariantState): readonly string[] {
  return variant.variant.images.files.flatMap((file) => file.fit.contradictions);
}

/** Null while a scenario is missing that could change it, or when there is no such side. */
export function variantVerdict(state: PatchState, variant: VariantState, name: SideName): Verdict | null {
  const side = variant[name];
  if (side === null) return null;
  if (isMisfit(variant)) return "not-exercised";
  if (side.scenarios.length === 0) return "not-exercised";
  const verdicts = side.scenarios.map(scenarioVerdict);
  if (verdicts.includes("violated")) return "violated";
  if (verdicts.includes(null)) return "incomplete";
  const found = worst(verdicts.filter((verdict) => verdict !== null));
  if (found !== "safe" || name === "before" || isInferred(variant)) return found;
  if (!hasRun(state)) return "incomplete";
  // Of a whole file most is known when a line of it was not run; of a patch that may be the line that matters.
  if (exerciseGap(state) !== null) return isMostlyRun(state) ? "incomplete" : "not-exercised";
  const isAsked = isOfTree(state, variant) || changedFunctions(variant).every((each) => state.mutations.has(each));
  return isAsked ? "safe" : "incomplete";
}

/** A whole file of C, of which some is known and some is not. */
export function isMostlyRun({ patch, coverage }: PatchState): boolean {
  return patch === null && 2 * coverage.executed > coverage.acting;
}

/** Its profile was made for the patch and speaks of what that shows, and of no more. */
export function isInferred({ variant }: VariantState): boolean {
  return variant.base.stage !== undefined;
}

/** Nothing was found in it, and it is worth the while to see whether its scenarios would find something. */
export function wantsMutations(state: PatchState, variant: VariantState): boolean {
  const scenarios = variant.after?.scenarios ?? [];
  const isSafe = scenarios.length > 0 && scenarios.every((scenario) => scenarioVerdict(scenario) === "safe");
  const isMeant = !isInferred(variant) && !isMisfit(variant) && !isOfTree(state, variant);
  return isSafe && isMeant && coverageGap(state) === null;
}

/** A file of a kernel tree as it is, of which nothing is changed: there is no change that scenarios might fail to notice. */
function isOfTree({ patch }: PatchState, { variant }: VariantState): boolean {
  return patch === null && variant.base.tree !== null;
}

export function changedFunctions(variant: VariantState): readonly string[] {
  return variant.variant.images.files.flatMap((file) => file.changed.filter((f) => f.after).map((f) => f.name));
}

/** All scenarios of the code after the patch, on every base: any of them may run a line that the others do not. */
function hasRun(state: PatchState): boolean {
  return state.variants.every(
    (variant) => variant.after === null || finished(variant.after) === variant.after.scenarios.length,
  );
}

/** Why nothing may be concluded though nothing was found: not every acting line ran, or a mutation was not noticed. */
export function exerciseGap(state: PatchState): string | null {
  const missed = [...state.mutations].find(([, outcome]) => outcome === "missed");
  return (
    coverageGap(state) ??
    (missed === undefined ? null : `no scenario notices when a statement of ${missed[0]}() is left out`)
  );
}

function coverageGap({ coverage }: PatchState): string | null {
  if (coverage.acting === 0) return "no line of it acts on anything that a scenario runs";
  if (coverage.executed < coverage.acting) {
    return `${coverage.acting - coverage.executed} of its ${coverage.acting} acting lines ran in no scenario`;
  }
  return null;
}

/** The fewest facts that decide the verdict: one where one is enough. */
export function turningFacts(state: PatchState): PatchReview["turnsOn"] {
  if (sideVerdict(state, "after") !== "depends") return [];
  const known = concerned(state).flatMap((variant) => {
    const verdict = variantVerdict(state, variant, "after");
    return verdict === null ? [] : [{ facts: variant.variant.base.facts, verdict, variant }];
  });
  const facts = known[0]?.variant.variant.loaded.profile.facts ?? [];
  const single = facts.filter((fact) => decides(known, [fact.name]));
  const chosen = single.length > 0 ? single.slice(0, 1) : facts.filter((fact) => differs(known, fact.name));
  return chosen.flatMap((fact) =>
    Object.entries(fact.values).flatMap(([value, title]) => {
      const verdicts = known.filter((k) => k.facts[fact.name] === value).map((k) => k.verdict);
      if (verdicts.length === 0) return [];
      const isSplit = verdicts.includes("violated") && verdicts.some((v) => v !== "violated");
      return [{ fact: fact.name, value, title, verdict: isSplit ? ("depends" as const) : worst(verdicts) }];
    }),
  );
}

interface Known {
  readonly facts: Facts;
  readonly verdict: Verdict;
}

/** Whether equal values of these facts always go with equal verdicts, as far as violated or not. */
function decides(known: readonly Known[], names: readonly string[]): boolean {
  const seen = new Map<string, boolean>();
  for (const { facts, verdict } of known) {
    const key = names.map((name) => facts[name]).join();
    const had = seen.get(key);
    if (had !== undefined && had !== (verdict === "violated")) return false;
    seen.set(key, verdict === "violated");
  }
  return seen.size > 1;
}

function differs(known: readonly Known[], name: string): boolean {
  return new Set(known.map((k) => k.facts[name])).size > 1;
}

/** A side's scenarios that have run. */
export function finished(side: SideState): number {
  return side.scenarios.filter((scenario) => scenario.explored !== null).length;
}
