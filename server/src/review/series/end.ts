/** What is to be said of a series as a whole: what holds at its end. */
import type { SeriesReview, Verdict } from "../review";
import { scenarioVerdict, type PatchState, type SideState } from "../state";
import { extent, statementOf } from "../statements";
import { changedFunctions, finished, isMisfit, runVerdict, sideVerdict, worst } from "../verdicts";
import type { Finding } from "../review";
import { NOT_BISECTABLE } from "./words";

export function membersOf(members: readonly number[], states: readonly PatchState[]): PatchState[] {
  return members.flatMap((index) => states[index] ?? []);
}

/** The patches of each profile: the last of them tells nothing of what another profile is about. */
export function strandsOf(members: readonly PatchState[]): PatchState[][] {
  const strands = new Map<unknown, PatchState[]>();
  const rest: PatchState[] = [];
  for (const state of members) {
    const loaded = state.variants[0]?.variant.loaded;
    if (loaded === undefined) rest.push(state);
    else strands.set(loaded, [...(strands.get(loaded) ?? []), state]);
  }
  const [first = [], ...others] = strands.values();
  return [members.filter((state) => first.includes(state) || rest.includes(state)), ...others];
}

/** The last patch of which anything can be run: what it leaves is what the series leaves. */
export function endOf(members: readonly PatchState[]): PatchState | undefined {
  return members.findLast(({ variants }) => variants.length > 0);
}

/** Nothing is found in what the last patches leave, and all of it was looked at. */
export function isCleanAtEnd(members: readonly PatchState[]): boolean {
  return strandsOf(members).every(isStrandClean);
}

function isStrandClean(members: readonly PatchState[]): boolean {
  if (members.some(({ isPrepared }) => !isPrepared)) return false;
  const end = endOf(members);
  if (end === undefined) return true;
  const sides = sidesOf(end);
  return sides.every((side) => finished(side) === side.scenarios.length) && !isWrong(runVerdict(end, "after"));
}

function isWrong(verdict: Verdict | null): boolean {
  return verdict === "violated" || verdict === "depends";
}

function sidesOf({ variants }: PatchState): SideState[] {
  return variants.flatMap((variant) => (isMisfit(variant) ? [] : (variant.after ?? [])));
}

export function composeSeries(
  members: readonly PatchState[],
  findings: readonly Finding[],
  titles: readonly string[],
): SeriesReview {
  const patches = members.map(({ index }) => index);
  const strands = strandsOf(members).map((strand) => ({ strand, verdict: verdictOf(strand, findings) }));
  const verdict = worst(strands.map((each) => each.verdict));
  const telling = strands.find((each) => each.verdict === verdict)?.strand ?? members;
  const told = tell(telling, verdict, titles);
  const warning = findings.find(({ code, patch }) => code === NOT_BISECTABLE && patches.includes(patch));
  return { patches, verdict, statement: warning === undefined ? told : `${told}; ${warning.message}` };
}

function verdictOf(members: readonly PatchState[], findings: readonly Finding[]): Verdict {
  if (members.some(({ isPrepared }) => !isPrepared)) return "incomplete";
  const end = endOf(members);
  if (end === undefined) return worst(members.map((state) => sideVerdict(state, "after") ?? "not-exercised"));
  const staying = findings.filter(({ scenario, configuration, severity, status, fixedAt, patch }) => {
    const isOurs = members.some(({ index }) => index === patch);
    const isApart = scenario === null || configuration !== null;
    return isOurs && isApart && severity === "error" && status === "introduced" && fixedAt === null;
  });
  const verdict = runVerdict(end, "after") ?? "not-exercised";
  if (isAlone(members)) return worst(members.map((state) => sideVerdict(state, "after") ?? "not-exercised"));
  // What does not compile was not found by running, and the last patch may do nothing that an option decides.
  if (staying.length > 0 && !isWrong(verdict)) return "violated";
  if (isWrong(verdict) || verdict === "incomplete" || !areSafe(sidesOf(end))) return verdict;
  return gapOf(members) === null ? "safe" : hasTriedAll(members) ? "not-exercised" : "incomplete";
}

/** There is nothing that another patch of the series might tell of it. */
function isAlone(members: readonly PatchState[]): boolean {
  return members.filter(({ variants }) => variants.length > 0).length < 2;
}

function areSafe(sides: readonly SideState[]): boolean {
  return sides.length > 0 && sides.every((side) => side.scenarios.every((each) => scenarioVerdict(each) === "safe"));
}

function tell(members: readonly PatchState[], verdict: Verdict, titles: readonly string[]): string {
  const end = endOf(members);
  if (verdict === "safe" && end !== undefined) return `at its end no violation in ${extent(end, sidesOf(end))}`;
  if (verdict === "not-exercised") {
    const gap = gapOf(members);
    if (end !== undefined && gap !== null && areSafe(sidesOf(end)))
      return `at its end no violation in ${extent(end, sidesOf(end))}, but ${gap}`;
  }
  const last = end ?? members.at(-1);
  return last === undefined ? "" : `at its end ${statementOf(last, "after", titles)}`;
}

/** Why the end may not be called safe though nothing was found in it. */
function gapOf(members: readonly PatchState[]): string | null {
  const idle = members.flatMap((state, at) => idleLines(state, members.slice(at + 1)));
  const acting = members.reduce((sum, { coverage }) => sum + coverage.acting, 0);
  if (acting === 0) return "no line of it acts on anything that a scenario runs";
  if (idle.length > 0) return `${idle.length} of its acting lines ran in no scenario`;
  const concerned = members.find(({ isConcerned, variants }) => isConcerned && variants.length === 0);
  if (concerned !== undefined) return `${concerned.placement.label ?? "a patch"} could not be laid on any base`;
  const outcomes = outcomesOf(members);
  const missed = [...outcomes].find(([, outcome]) => outcome === "missed" || outcome === null)?.[0];
  return missed === undefined ? null : `no scenario notices when a statement of ${missed}() is left out`;
}

/** The lines that neither its own scenarios run nor those of the patches behind it, which may add who calls them. */
export function idleLines({ coverage }: PatchState, later: readonly PatchState[]): number[] {
  const idle = coverage.idle;
  return idle.length === 0 ? idle : idle.filter((line) => !later.some((state) => state.coverage.runs(line)));
}

function hasTriedAll(members: readonly PatchState[]): boolean {
  return ![...outcomesOf(members).values()].includes(null);
}

/** Functions that the series changes and that are still there at its end; null for those that were not mutated yet. */
function outcomesOf(members: readonly PatchState[]): Map<string, string | null> {
  const end = endOf(members);
  const outcomes = new Map<string, string | null>();
  for (const name of functionsOf(members)) {
    const known = members.findLast(({ mutations }) => mutations.has(name))?.mutations.get(name);
    outcomes.set(name, known === "caught" ? known : (end?.endMutations.get(name) ?? known ?? null));
  }
  return outcomes;
}

/** Those that have to be mutated at the end, because no patch by itself could tell that a mistake in them is noticed. */
export function toMutate(members: readonly PatchState[]): string[] {
  const end = endOf(members);
  if (end === undefined || isAlone(members) || !areSafe(sidesOf(end))) return [];
  return [...outcomesOf(members)]
    .filter(([, outcome]) => outcome === null || outcome === "missed")
    .map(([name]) => name);
}

function functionsOf(members: readonly PatchState[]): Set<string> {
  const there = new Set<string>();
  for (const state of members) {
    for (const { variant } of state.variants) {
      for (const file of variant.images.files)
        for (const { name, after } of file.changed) if (!after) there.delete(name);
    }
    for (const { variant, ...variantState } of state.variants)
      for (const name of changedFunctions({ variant, ...variantState })) there.add(name);
  }
  return there;
}
