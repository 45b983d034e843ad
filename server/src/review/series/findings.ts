/** The findings of several patches as those of one change: each told once, with who brought it in and who takes it away. */
import type { LoadedProfile } from "../builtin";
import { onOrOff } from "../configurations";
import type { Configuration, Finding } from "../review";
import type { PatchState, VariantState } from "../state";
import { isMisfit } from "../verdicts";
import type { Plan } from "./plan";

/** A finding, and what it is known by in another patch. */
export interface Recognised {
  readonly finding: Finding;
  /** The function that it happens in. */
  readonly site: string | null;
  /** The profile's name of the scenario; null for what was not found by running. */
  readonly scenario: string | null;
  /** The profile that it was found with. */
  readonly loaded: LoadedProfile | null;
  /** What it is marked at, for what the text alone tells. */
  readonly text: string | null;
}

/** @param found those of all patches, in the order of the document */
export function acrossSeries(found: readonly Recognised[], states: readonly PatchState[], plan: Plan): Finding[] {
  const told = found.filter((each) => !isToldBefore(each, found, states));
  const fixes = told.filter(({ finding }) => finding.status === "fixed");
  const ends = new Map<Recognised, { readonly patch: number; readonly fix: Recognised | undefined }>();
  for (const each of told) {
    const patch = goneSince(each, states, plan);
    if (patch === null) continue;
    const fix = fixes.find((other) => other.finding.patch === patch && isSame(each, other));
    ends.set(each, { patch, fix });
  }
  const mended = [...ends].filter(([{ finding }]) => finding.status === "introduced");
  return told.flatMap((each): Finding[] => {
    const { finding } = each;
    // Where a later patch only mends what an earlier one brought, that one tells of it.
    if (finding.status === "fixed") {
      const isTold = mended.some(([other, { patch }]) => patch === finding.patch && isSame(each, other));
      return isTold ? [] : [finding];
    }
    const end = ends.get(each);
    if (end === undefined) return [finding];
    // What was there before the series is told of the patch that ends it.
    if (finding.status === "persists") return end.fix === undefined ? [finding] : [];
    const state = states[end.patch];
    const start = state?.range.start ?? 0;
    const fixedAt = { patch: end.patch, range: end.fix?.finding.range ?? { start, end: start } };
    return [{ ...finding, fixedBy: state?.placement.label ?? null, fixedAt }];
  });
}

/** What a patch beneath brought in, or showed to have been there before, is not told again of those that keep it. */
function isToldBefore(each: Recognised, all: readonly Recognised[], states: readonly PatchState[]): boolean {
  const { finding } = each;
  if (finding.status !== "persists") return false;
  const beneath = new Set<number>();
  for (let at = states[finding.patch]?.placement.onto ?? null; at !== null; at = states[at]?.placement.onto ?? null) {
    beneath.add(at);
  }
  return all.some(({ finding: other, ...known }) => {
    const isEarlier = other.patch < finding.patch || beneath.has(other.patch);
    return isEarlier && other.status !== "fixed" && isSame(each, { finding: other, ...known });
  });
}

/** One code in one configuration, in the same function or in the same scenario. */
function isSame(one: Recognised, other: Recognised): boolean {
  const isEqual = (a: string | null, b: string | null): boolean => a !== null && a === b;
  return (
    one.finding.code === other.finding.code &&
    keyOf(one.finding) === keyOf(other.finding) &&
    (isEqual(one.site, other.site) ||
      isEqual(one.scenario, other.scenario) ||
      isEqual(one.finding.function, other.finding.function))
  );
}

/** The first patch of the series from which on it is not there; null when it is there at the end, as far as is known. */
function goneSince(each: Recognised, states: readonly PatchState[], plan: Plan): number | null {
  const { status, patch, severity } = each.finding;
  if (status === "fixed" || severity === "info") return null;
  const members = plan.series.find((series) => series.includes(patch)) ?? [];
  let gone: number | null = null;
  for (const index of members.slice(members.indexOf(patch) + 1)) {
    const state = states[index];
    if (state === undefined) continue;
    const isThere: boolean | null =
      each.text === null ? runsInto(each, state) : gone === null && !takesAway(state, each.text);
    // It may come back.
    if (isThere !== null) gone = isThere ? null : (gone ?? index);
  }
  return gone;
}

/** Whether some scenario of the code after the patch has it; null when none can tell. */
function runsInto({ finding, site, scenario, loaded }: Recognised, state: PatchState): boolean | null {
  const all = finding.configuration === null ? state.variants : variantsWith(finding.configuration, state);
  const variants = all.filter((each) => each.variant.loaded === loaded && !isMisfit(each));
  const runs = variants.flatMap((variant) => variant.after?.scenarios ?? []);
  const isThere = runs.some((run) =>
    run.told.some(
      (told) => told.code === finding.code && (run.scenario.id === scenario || (site !== null && told.site === site)),
    ),
  );
  if (isThere) return true;
  return runs.length === 0 || runs.some(({ explored }) => explored === null) ? null : false;
}

/** Those of the patch that are configured so; none where that makes no difference to what the patch changes. */
function variantsWith(configuration: Configuration, { configured }: PatchState): readonly VariantState[] {
  const key = JSON.stringify(configuration);
  return configured.find(({ options }) => JSON.stringify(onOrOff(options)) === key)?.variants ?? [];
}

function keyOf({ configuration }: Finding): string {
  return JSON.stringify(configuration);
}

function takesAway({ patch }: PatchState, text: string): boolean {
  const lines = (patch?.files ?? []).flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  return lines.some(({ kind, code }) => kind === "removed" && code.text.includes(text));
}
