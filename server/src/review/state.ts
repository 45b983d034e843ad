/** What is known of a document so far, while its scenarios run. */
import type { ScenarioProfile } from "../model/profile";
import type { Model } from "../model/ir";
import { UNMODELLED } from "../model/lower/context";
import type { Authorship, Patch } from "../text/document";
import type { Span } from "../text/mapped";
import type { Configured, NotConfigured } from "./configurations";
import { keyOfOptions } from "./configurations/words";
import type { CoverageCount } from "./coverage";
import type { Explored } from "./explorations";
import type { Told } from "./findings";
import type { LineFactsCollector } from "./line-facts";
import type { Locator } from "./locate";
import type { Races } from "../simulate/races";
import type { MemoryModel } from "./memory-models";
import type { Verdict } from "./review";
import type { Placement } from "./series/placement";
import type { Side } from "./sides";
import type { SyntaxFinding } from "./syntax-rules";
import type { Variant } from "./variants";

export interface PatchState {
  readonly index: number;
  /** Null for a document of plain C. */
  readonly patch: Patch | null;
  /** Where it belongs among the others of the document. */
  readonly placement: Placement;
  readonly range: Span;
  readonly origin: Authorship;
  readonly syntax: SyntaxFinding[];
  readonly variants: VariantState[];
  /** The same with other kernel options, where it acts otherwise with them. */
  readonly configured: Configured[];
  readonly notConfigured: NotConfigured[];
  /** It was laid on the bases that it fits, if there are any. */
  isPrepared: boolean;
  /** It names something of a profile's lifecycle, even if nothing of it can be run. */
  isConcerned: boolean;
  readonly coverage: CoverageCount;
  readonly lines: LineFactsCollector;
  /** Changed functions -> whether a mutation of them was noticed. */
  readonly mutations: Map<string, MutationOutcome>;
  /** The same of functions that earlier patches of a series changed, at its end. */
  readonly endMutations: Map<string, MutationOutcome>;
  /** Why the profiles that the patch itself implies tell nothing; null when it implies none, or one that tells. */
  undecided: string | null;
  readonly problems: { code: string; message: string; range: Span | null }[];
}

/** The problem that keeps a profile from being applied to what a patch declares. */
export const MISFIT = "review.profile-misfit";

export type MutationOutcome = "caught" | "missed" | "nothing to mutate";

/** With what they are with other kernel options. */
export function allVariants({ variants, configured }: PatchState): VariantState[] {
  return [...variants, ...configured.flatMap((each) => each.variants)];
}

export interface VariantState {
  readonly variant: Variant;
  readonly before: SideState | null;
  readonly after: SideState | null;
}

export interface SideState {
  readonly side: Side;
  readonly locator: Locator;
  readonly scenarios: ScenarioState[];
}

export interface ScenarioState {
  readonly scenario: ScenarioProfile;
  readonly model: Model;
  readonly key: string;
  readonly memoryModel: MemoryModel;
  /** Null until it has run. */
  explored: Explored | null;
  /** The shortest violation of each code. */
  told: readonly Told[];
  /** A call that its violations rest on, of what nobody knows, which the patch adds or removes: they are not told. */
  unsure?: string | null;
  /** Null unless they were asked for, and found. */
  races: Races | null;
}

/** The bounds that a scenario ran into, other than code that is not modelled, which is told by name. */
export function ownBounds(state: ScenarioState): readonly { readonly what: string; readonly limit: number }[] {
  return (state.explored?.exploration.bounds ?? []).filter((bound) => bound.what !== UNMODELLED);
}

/** Null until it has run. */
export function scenarioVerdict(state: ScenarioState): Verdict | null {
  if (state.explored === null) return null;
  const { exploration } = state.explored;
  if (state.told.some((told) => told.severity === "error")) return "violated";
  if (exploration.unknowns.length > 0 || (state.unsure ?? null) !== null) return "not-exercised";
  if (!exploration.complete || state.told.some((told) => told.severity === "warning")) return "incomplete";
  return "safe";
}

/** @param name instead of the scenario's own */
export function scenarioId(
  state: PatchState,
  variant: VariantState,
  scenario: ScenarioState,
  name = scenario.scenario.id,
): string {
  const { base } = variant.variant;
  const parts = [String(state.index), name, Object.values(base.facts).join("+"), keyOfOptions(base.options)];
  return parts.filter((part) => part !== "").join("/");
}
