/**
 * The other way of an `#ifdef`: where what a patch changes acts otherwise with another kernel option, it is run that way as
 * well. One option is turned at a time, and two only where no single one leads to a branch: which ones exclude each other
 * only Kconfig knows.
 */
import type { Defines, Place } from "../../c/syntax";
import type { Bases } from "../bases";
import type { PatchState, SideState, VariantState } from "../state";
import { scenarioVerdict } from "../state";
import type { Configuration, Verdict } from "../review";
import type { SideName } from "../sides";
import type { Variant } from "../variants";
import { actsOtherwise, obstacleTo, under } from "./under";
import { acts, mayDecide } from "./acts";
import { nearer, ORDER, waysOf, type Way } from "./ways";
import { keyOfOptions, onOrOff } from "./words";

export { keyOfOptions, onOrOff, optionsInWords } from "./words";

/** The patch with other kernel options: its variants are those of `PatchState`, in which nothing is otherwise. */
export interface Configured {
  readonly options: Defines;
  readonly variants: VariantState[];
  /** Where the option is asked for. */
  readonly function: string;
  readonly place: Place;
  readonly side: SideState;
}

/** A way that is not run, or of which nothing can be told. */
export interface NotConfigured extends Omit<Configured, "variants"> {
  readonly why: string;
}

export interface Configuring {
  readonly bases: Bases;
  /** Without a word on what cannot be read, and with no changed function lowered by itself but that one. */
  readonly lower: (variant: Variant, alone: string) => VariantState | null;
}

/** So many ways are run of one patch, the nearest to what it changes. */
const MOST = 4;
/** So many are looked at to find them: some act alike. */
const MOST_TRIED = 8;

/** False when `breathe` asked to stop in between. */
export async function configure(
  state: PatchState,
  configuring: Configuring,
  breathe: () => Promise<boolean>,
): Promise<boolean> {
  const { bases } = configuring;
  let tried = 0;
  for (const way of waysOfAll(state.variants, bases)) {
    const { side } = way;
    const fixed = Object.keys(way.options).find((option) => Object.hasOwn(bases.kernel.options, option));
    const refused = fixed === undefined ? undefined : bases.kernel.options[fixed];
    if (refused === null || !mayDecide(way, side.side, bases)) continue;
    const isTooMuch = state.configured.length >= MOST || tried >= MOST_TRIED;
    const why =
      refused ??
      (way.isRun
        ? isTooMuch
          ? `at most ${MOST} other configurations are`
          : null
        : `no scenario runs ${way.function}()`);
    const tells = way.nearness !== "used" && state.notConfigured.length < MOST_TOLD;
    const of = { options: way.options, function: way.function, place: way.place, side };
    if (why !== null) {
      if (tells && acts(way, side.side, bases)) state.notConfigured.push({ ...of, why });
      continue;
    }
    tried++;
    const now = await configured(way, state.variants, configuring, breathe);
    if (now === "stopped") return false;
    if (Array.isArray(now)) {
      for (const { after } of now) if (after !== null) state.coverage.expectLines(after.side, after.locator);
      state.configured.push({ ...of, variants: now });
    } else if (now !== null && tells && acts(way, side.side, bases)) state.notConfigured.push({ ...of, why: now.why });
  }
  return true;
}

/** Further ones are no news. */
const MOST_TOLD = 8;

/** All variants with these options, or why they cannot be run so. Null when they are not built so, or act no otherwise. */
async function configured(
  way: Way,
  variants: readonly VariantState[],
  { bases, lower }: Configuring,
  breathe: () => Promise<boolean>,
): Promise<VariantState[] | { readonly why: string } | null | "stopped"> {
  const all: VariantState[] = [];
  let isOtherwise = false;
  for (const assumed of variants) {
    const now = lower(under(way.options, assumed.variant, bases), way.function);
    if (!(await breathe())) return "stopped";
    const obstacle = now === null ? "not built" : obstacleTo(now, assumed);
    if (now === null || obstacle === "not built") return null;
    if (obstacle !== null) return obstacle;
    isOtherwise ||= actsOtherwise(now, assumed);
    // What makes no difference on the first base makes none on the others.
    if (!isOtherwise) return null;
    all.push(now);
  }
  return all;
}

type SidedWay = Way & { readonly side: SideState };

/** Those of all variants and sides, each once. */
function waysOfAll(variants: readonly VariantState[], bases: Bases): SidedWay[] {
  const found = new Map<string, SidedWay>();
  for (const side of variants.flatMap(({ before, after }) => [after, before])) {
    for (const way of side === null ? [] : waysOf(side.side, bases)) {
      const key = keyOfOptions(way.options);
      const had = found.get(key);
      if (side !== null) found.set(key, had === undefined ? { ...way, side } : nearer(had, { ...way, side }));
    }
  }
  return [...found.values()].sort((a, b) => ORDER.indexOf(a.nearness) - ORDER.indexOf(b.nearness));
}

/**
 * Nothing is told of a way that was broken before the patch and still is: then the surroundings are not those of a kernel
 * that is configured so. Of a series the first patch tells.
 */
function isTold({ variants }: Pick<Configured, "variants">): boolean {
  return variants.every(({ variant, before, after }) => {
    if (before === null || after === null || variant.onTopOf !== null) return true;
    return !isBroken(before) || !isBroken(after);
  });
}

function isBroken({ scenarios }: SideState): boolean {
  return scenarios.some((scenario) => scenarioVerdict(scenario) === "violated");
}

/** Those that were run to their end and that something can be told of. */
export function toldOf({ configured }: Pick<PatchState, "configured">): Configured[] {
  return configured.filter((each) => areExplored(each) && isTold(each));
}

/** Those of which nothing is known, or not all. */
export function notRun({ configured, notConfigured }: PatchState): NotConfigured[] {
  const partly = configured.flatMap((each): NotConfigured[] => {
    if (!areExplored(each)) return [{ ...each, why: "not yet" }];
    if (!isTold(each))
      return [{ ...each, why: "it does not behave with the profile's callers, before the patch either" }];
    const all = each.variants.flatMap(({ after }) => after?.scenarios ?? []);
    const isBounded = all.some(({ explored }) => explored?.exploration.complete === false);
    if (isBounded) return [{ ...each, why: "not to its end" }];
    const isOpen = all.some((scenario) => scenarioVerdict(scenario) === "incomplete");
    return isOpen ? [{ ...each, why: "it turns on conditions that nobody tracks" }] : [];
  });
  return [...notConfigured, ...partly];
}

function areExplored({ variants }: Configured): boolean {
  return variants.every((variant) =>
    [variant.before, variant.after].every((side) => side === null || side.scenarios.every((s) => s.explored !== null)),
  );
}

/** Null when all options are as they are taken to be. */
export function configurationOf({ variant: { base } }: Pick<VariantState, "variant">): Configuration | null {
  return Object.keys(base.options).length === 0 ? null : onOrOff(base.options);
}

/** Of one side with these options, as far as errors go: what it would take to call it safe is not asked again. */
export function configuredVerdict({ variants }: Configured, name: SideName): Verdict {
  const scenarios = variants.flatMap((variant) => variant[name]?.scenarios ?? []);
  const verdicts = scenarios.map((scenario) => scenarioVerdict(scenario) ?? "incomplete");
  return ORDER_OF_VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? "not-exercised";
}

const ORDER_OF_VERDICTS: readonly Verdict[] = ["violated", "incomplete", "not-exercised", "safe"];
