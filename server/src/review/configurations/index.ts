/**
 * The other way of an `#ifdef`: where what a patch changes acts otherwise with another kernel option, it is run that way as
 * well. One option is turned at a time, and two only where no single one leads to a branch: which ones exclude each other
 * only Kconfig knows.
 */
import type { Defines, Place } from "../../c/syntax";
import { meaningsOf } from "../../model/lower/context";
import { actingStatements } from "../acting/statements";
import type { Bases } from "../bases";
import type { PatchState, SideState, VariantState } from "../state";
import { scenarioVerdict } from "../state";
import type { Configuration, Verdict } from "../review";
import type { SideName } from "../sides";
import type { Variant } from "../variants";
import { actsOtherwise, obstacleTo, under } from "./under";
import { ORDER, waysOf, type Way } from "./ways";
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

export type Lower = (variant: Variant) => VariantState | null;

/** So many ways are run of one patch, the nearest to what it changes. */
const MOST = 4;
/** So many are looked at to find them: most act alike. */
const MOST_TRIED = 12;

/** False when `breathe` asked to stop in between. */
export async function configure(
  state: PatchState,
  bases: Bases,
  lower: Lower,
  breathe: () => Promise<boolean>,
): Promise<boolean> {
  const ways = waysOfAll(state.variants, bases);
  for (const [index, { way, side }] of ways.entries()) {
    const of = { options: way.options, function: way.function, place: way.place, side };
    const fixed = Object.keys(way.options).find((option) => Object.hasOwn(bases.kernel.options, option));
    if (fixed !== undefined && bases.kernel.options[fixed] === null) continue;
    const why =
      fixed !== undefined
        ? (bases.kernel.options[fixed] ?? undefined)
        : state.configured.length >= MOST || index >= MOST_TRIED
          ? `at most ${MOST} other configurations are`
          : undefined;
    if (why !== undefined) {
      if (way.nearness !== "used" && acts(way, side, bases)) state.notConfigured.push({ ...of, why });
      continue;
    }
    const runnable: VariantState[] = [];
    let obstacle: ReturnType<typeof obstacleTo> = null;
    let isOtherwise = false;
    for (const assumed of state.variants) {
      const now = lower(under(way.options, assumed.variant, bases));
      if (!(await breathe())) return false;
      obstacle ??= now === null ? "not built" : obstacleTo(now, assumed);
      if (now === null || obstacle !== null) break;
      isOtherwise ||= actsOtherwise(now, assumed);
      runnable.push(now);
    }
    if (obstacle !== null) {
      if (obstacle !== "not built" && way.nearness !== "used" && acts(way, side, bases))
        state.notConfigured.push({ ...of, why: obstacle.why });
    } else if (isOtherwise) state.configured.push({ ...of, variants: runnable });
    else if (way.nearness !== "used" && !isFollowed(way, runnable) && acts(way, side, bases))
      state.notConfigured.push({ ...of, why: `no scenario runs ${way.function}()` });
  }
  return true;
}

function isFollowed({ function: name }: Way, variants: readonly VariantState[]): boolean {
  return variants.some(({ after, before }) =>
    [after, before].some((side) => side?.side.programs.world.followed.has(name) === true),
  );
}

/** Those of all variants and sides, each once. */
function waysOfAll(variants: readonly VariantState[], bases: Bases): { way: Way; side: SideState }[] {
  const found = new Map<string, { way: Way; side: SideState }>();
  for (const { before, after } of variants) {
    for (const side of [after, before]) {
      for (const way of side === null ? [] : waysOf(side.side, bases)) {
        const key = keyOfOptions(way.options);
        const had = found.get(key);
        if (side !== null && (had === undefined || rank(way) < rank(had.way))) found.set(key, { way, side });
      }
    }
  }
  return [...found.values()].sort((a, b) => rank(a.way) - rank(b.way));
}

function rank({ nearness }: Way): number {
  return ORDER.indexOf(nearness);
}

/** Whether what stands there acts on anything that the profile tracks, either way. */
function acts({ options, place, function: name }: Way, { side }: SideState, bases: Bases): boolean {
  const file = side.files.get(place.file);
  if (file === undefined) return false;
  const { profile } = side.programs.world;
  const meanings = meaningsOf(bases.kernel.vocabulary);
  const question = {
    profile,
    codebase: side.codebase,
    ctypes: bases.ctypes,
    meaning: (callee: string) => meanings.of(callee),
  };
  const without = bases.parse(file.path, file.text, options);
  const both = [...file.functions, ...without.functions].filter(
    (f) => f.name === name || (place.start <= f.place.start && f.place.end <= place.end),
  );
  return actingStatements(both, question).some((s) => s.place.start < place.end && place.start < s.place.end);
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
