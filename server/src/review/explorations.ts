/** Runs models, each distinct one once. */
import type { Model } from "../model/ir";
import { HERE, LivelockSearch, maySpin, SLICE, type Engine, type Verifier } from "../simulate";
import type { ExploreOptions } from "../simulate/explore";
import { RaceSearch, type Races } from "../simulate/races";
import type { Exploration, Violation } from "../simulate/result";
import { withCauses } from "./causes";
import { certainCodes } from "./certainty";
import { verified } from "./verified";

export interface Explored {
  readonly exploration: Exploration;
  /** Codes that are reached whatever untracked conditions say: the others are warnings. */
  readonly certain: ReadonlySet<string>;
  /** Who explored it where our own search was not enough. */
  readonly verifier: string | null;
}

export interface RunOptions {
  readonly maxStates: number;
  readonly facts: boolean;
  /** Enough when it is only asked whether there is an error: the first one ends it. */
  readonly stopAtFirst?: boolean;
  readonly verifier?: Verifier | undefined;
}

const MOST_REMEMBERED = 3000;
/** The bound of the explorer on the states of one exploration, by its own name. */
export const STATES = "states";

export class Explorations {
  private readonly known = new Map<string, Explored>();
  private readonly knownRaces = new Map<string, Races>();
  /** By whom they were asked for: one who waits for his turn must keep no other waiting. */
  private readonly underWay = new WeakMap<() => Promise<boolean>, Map<string, Promise<Explored | null>>>();
  /** By model: keys are long, and most models are those of the review before. */
  private readonly byModel = new WeakMap<Model, Map<string, Explored>>();

  /** Null when it was stopped. */
  async races(key: string, model: Model, maxStates: number, breathe: () => Promise<boolean>): Promise<Races | null> {
    const full = `${maxStates} ${key}`;
    const had = this.knownRaces.get(full);
    if (had !== undefined) return had;
    const search = new RaceSearch(model, maxStates);
    while (!search.advance(SLICE)) if (!(await breathe())) return null;
    const races = search.result();
    if (this.knownRaces.size >= MOST_REMEMBERED) this.knownRaces.clear();
    this.knownRaces.set(full, races);
    return races;
  }

  /** Null when it was stopped. */
  async run(
    key: string,
    model: Model,
    options: RunOptions,
    breathe: () => Promise<boolean>,
    engine = HERE,
  ): Promise<Explored | null> {
    const { stopAtFirst = false, verifier } = options;
    const wanted = `${options.maxStates} ${options.facts} ${stopAtFirst} ${verifier?.name ?? ""}`;
    const ofModel = this.byModel.get(model) ?? new Map<string, Explored>();
    this.byModel.set(model, ofModel);
    const explored = ofModel.get(wanted) ?? (await this.runByKey(`${wanted} ${key}`, model, options, breathe, engine));
    if (explored !== null) ofModel.set(wanted, explored);
    return explored;
  }

  private async runByKey(
    full: string,
    model: Model,
    options: RunOptions,
    breathe: () => Promise<boolean>,
    engine: Engine,
  ): Promise<Explored | null> {
    const had = this.known.get(full);
    if (had !== undefined) return had;
    const underWay = this.underWay.get(breathe) ?? new Map<string, Promise<Explored | null>>();
    this.underWay.set(breathe, underWay);
    const begun = underWay.get(full) ?? this.explore(model, options, breathe, engine);
    underWay.set(full, begun);
    try {
      const explored = await begun;
      if (this.known.size >= MOST_REMEMBERED) this.known.clear();
      if (explored !== null) this.known.set(full, explored);
      return explored;
    } finally {
      underWay.delete(full);
    }
  }

  private async explore(
    model: Model,
    options: RunOptions,
    breathe: () => Promise<boolean>,
    engine: Engine,
  ): Promise<Explored | null> {
    // In a row of small models nobody else would get a turn.
    if (!(await breathe())) return null;
    const common = { maxStates: options.maxStates, stopAtFirst: options.stopAtFirst ?? false, reduce: true };
    const own = await explore(model, { ...common, facts: options.facts, freeChoices: true }, breathe, engine);
    if (own === null) return null;
    const isTooLarge = own.bounds.some((bound) => bound.what === STATES);
    const verifier = isTooLarge && !common.stopAtFirst ? options.verifier : undefined;
    const theirs = verifier === undefined ? undefined : await verified(model, true, verifier, own, breathe);
    if (theirs === null) return null;
    const exploration = theirs ?? own;
    const certain = await certainCodes(model, exploration, (strict) =>
      verifier === undefined
        ? explore(strict, { ...common, facts: false, freeChoices: false }, breathe, engine)
        : verified(strict, false, verifier, null, breathe),
    );
    if (certain === null) return null;
    return { exploration, certain, verifier: verifier?.name ?? null };
  }
}

/** Whether a model has a violation of severity error at all: for mutations. Null when it was stopped. */
export async function isCaught(
  model: Model,
  maxStates: number,
  breathe: () => Promise<boolean>,
): Promise<boolean | null> {
  const options = { maxStates, facts: false, stopAtFirst: true, freeChoices: true, reduce: true };
  const exploration = await explore(model, options, breathe, HERE);
  return exploration === null ? null : exploration.violations.some(counts);
}

export function counts(violation: Violation): boolean {
  return violation.severity === "error";
}

async function explore(
  model: Model,
  options: ExploreOptions,
  breathe: () => Promise<boolean>,
  engine: Engine,
): Promise<Exploration | null> {
  const found = await engine.explore(model, options, breathe);
  if (found === null) return null;
  const exploration = withCauses(model, found);
  const isSound = exploration.complete && !exploration.violations.some(counts);
  if (options.stopAtFirst || !isSound || !maySpin(model)) return exploration;
  const livelocks = new LivelockSearch(model, options);
  while (!livelocks.advance(SLICE)) if (!(await breathe())) return null;
  if (livelocks.bound !== null) {
    const bound = { what: "states looked through for livelocks", limit: livelocks.bound };
    return { ...exploration, complete: false, bounds: [...exploration.bounds, bound] };
  }
  const livelock = livelocks.result();
  return livelock === null ? exploration : { ...exploration, violations: [...exploration.violations, livelock] };
}
