/** Reads a document, runs what it changes on every base that fits, and tells more and more of it. */
import type { CParser } from "../c/syntax";
import { HERE } from "../simulate";
import { readDocument } from "../text/read";
import type { Document } from "../text/document";
import { mapped, DOCUMENT } from "../text/mapped";
import { inOrder } from "./ahead";
import type { ReviewDocument, ReviewRequest, Surroundings } from "./api";
import { Bases } from "./bases";
import type { Kernel, LoadedProfile } from "./builtin";
import { compose } from "./compose";
import { optionsInWords } from "./configurations";
import { Explorations, type Explored } from "./explorations";
import { Told } from "./findings";
import { isToldWithoutBuffers } from "./memory-models";
import { mutateAtEnd, mutateChanged } from "./mutation-check";
import { prepare, readPatches, withoutWorkspace, type Preparing } from "./prepare";
import type { Review } from "./review";
import type { SideName } from "./sides";
import { endOf, membersOf, strandsOf, toMutate } from "./series/end";
import { isPassedOver } from "./series/placement";
import { planOf } from "./series/plan";
import { rewound } from "./series/rewound";
import {
  allVariants,
  scenarioId,
  type PatchState,
  type ScenarioState,
  type SideState,
  type VariantState,
} from "./state";
import { explains, inferPatch, keepInferred, lowerInferred, refined, settleInferred } from "./inferred";
import { fitsProfile, usesWorkspace } from "./verdicts";
import { treePaths } from "./trees";
import { NO_WORKSPACE, type Variant } from "./variants";
import { readWorkspace, type WorkspaceRead } from "./workspace-files";
import { unsureCalls } from "./unsure";

/** Milliseconds until the first partial review; each further one takes twice as long, up to the longest pause. */
const PARTIAL = 250;
const LONGEST_PAUSE = 2000;

/** A facade over other profiles than those that Lastput comes with. */
export function createReviewer(kernel: Kernel, profiles: readonly LoadedProfile[]): ReviewDocument {
  return new Reviews(kernel, profiles).document;
}

/** Reviews of documents, and what they knew at their ends for those who ask further. */
export class Reviews {
  // What was parsed and explored stays known from one review to the next: only what an edit really changed runs again.
  private readonly memories = new WeakMap<CParser, Memory>();

  constructor(
    private readonly kernel: Kernel,
    private readonly profiles: readonly LoadedProfile[],
  ) {}

  readonly document: ReviewDocument = (request, surroundings) => this.reviewOnce(request, surroundings);

  /**
   * What the review of the document knows at its end; it is run, and its reviews are yielded, if that was not done yet.
   * Null when it was stopped.
   */
  async *finished(request: ReviewRequest, surroundings: Surroundings): AsyncGenerator<Review, Finished | null, void> {
    const memory = this.memoryOf(surroundings.parser);
    const key = keyOf(request, await this.read(readRequest(request), request.name, surroundings));
    if (!memory.finished.has(key)) yield* this.reviewOnce(request, surroundings);
    return memory.finished.get(key) ?? null;
  }

  private async read(document: Document, name: string, { workspace }: Surroundings): Promise<WorkspaceRead> {
    return readWorkspace(document, name, workspace, treePaths(this.profiles));
  }

  private memoryOf(parser: CParser): Memory {
    const had = this.memories.get(parser);
    if (had !== undefined) return had;
    const bases = new Bases(parser, this.kernel);
    const made: Memory = { bases, explorations: new Explorations(), finished: new Map() };
    this.memories.set(parser, made);
    return made;
  }

  private async *reviewOnce(request: ReviewRequest, surroundings: Surroundings): AsyncGenerator<Review, void, void> {
    const { profiles } = this;
    const memory = this.memoryOf(surroundings.parser);
    const document = readRequest(request);
    const read = await this.read(document, request.name, surroundings);
    const preparing: Preparing = rewound({
      document,
      plan: planOf(document, request.cuts),
      name: request.name,
      profiles,
      bases: memory.bases,
      ...read,
      options: request.options,
    });
    const states = readPatches(preparing);
    const snapshot = (stage: Review["stage"]): Review => compose(stage, preparing, states, profiles);
    yield snapshot("syntax");
    let last = performance.now();
    let pause = PARTIAL;
    for (const index of preparing.plan.order) {
      const steps = reviewPatch(preparing, states, index, request, memory, surroundings);
      for (let step = await steps.next(); ; step = await steps.next()) {
        if (step.done === true) {
          if (!step.value) return yield snapshot("stopped");
          break;
        }
        if (performance.now() - last > pause) {
          yield snapshot("partial");
          pause = Math.min(2 * pause, LONGEST_PAUSE);
          last = performance.now();
        }
      }
    }
    for (const all of preparing.plan.series.flatMap((members) => strandsOf(membersOf(members, states)))) {
      const end = endOf(all);
      if (end === undefined) continue;
      const steps = mutateAtEnd(end, toMutate(all), request.options.maxStates, surroundings.breathe);
      for (let step = await steps.next(); step.done !== true || !step.value; step = await steps.next()) {
        if (step.done === true) return yield snapshot("stopped");
      }
    }
    const review = snapshot("complete");
    const { bases, explorations } = memory;
    if (memory.finished.size >= MOST_FINISHED) memory.finished.clear();
    memory.finished.set(keyOf(request, read), { review, preparing, states, bases, explorations });
    yield review;
  }
}

/** All that a review knew when it was complete. */
export interface Finished {
  readonly review: Review;
  readonly preparing: Preparing;
  readonly states: readonly PatchState[];
  readonly bases: Bases;
  readonly explorations: Explorations;
}

interface Memory {
  readonly bases: Bases;
  readonly explorations: Explorations;
  /** By the document, what it is read with, and the files that it names. */
  readonly finished: Map<string, Finished>;
}

/** Documents that one may ask further about without their review being run again. */
const MOST_FINISHED = 4;

function keyOf(request: ReviewRequest, { sources }: WorkspaceRead): string {
  const { name, text, cuts = [], language, options } = request;
  return JSON.stringify([name, text, cuts, language, options, [...sources]]);
}

export function readRequest(request: ReviewRequest): Document {
  if (request.language !== "c") return readDocument(request.text, request.cuts);
  const code = mapped(request.text, DOCUMENT, 0, "context");
  return { kind: "c", text: request.text, patches: [], code, problems: [] };
}

/**
 * Prepares and runs one patch; yields whenever more can be told, returns false when it was stopped. A workspace whose own
 * code cannot be run with the profile's callers is passed over, silently until that is known.
 */
async function* reviewPatch(
  preparing: Preparing,
  states: PatchState[],
  index: number,
  request: ReviewRequest,
  memory: Memory,
  surroundings: Surroundings,
): AsyncGenerator<void, boolean, void> {
  const state = states[index];
  if (state === undefined) return true;
  if (!(await prepare(preparing, state, states, surroundings.breathe))) return false;
  const isOurs = state.isConcerned || state.patch === null || isPassedOver(state.placement);
  if (!isOurs) return yield* tryInferred(preparing, state, memory, surroundings);
  const steps = runPatch(state, request, memory, surroundings);
  if (!usesWorkspace(state)) return yield* steps;
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done !== true) continue;
    if (!step.value) return false;
    break;
  }
  if (fitsProfile(state)) return true;
  const again = withoutWorkspace(preparing, state);
  states[index] = again;
  const bare = { ...preparing, workspace: NO_WORKSPACE };
  if (!(await prepare(bare, again, states, surroundings.breathe))) return false;
  return yield* runPatch(again, request, memory, surroundings);
}

/**
 * For a patch that concerns no profile: those that it implies itself, as far as they tell the sides of it apart. Yields
 * after each; returns false when it was stopped.
 */
async function* tryInferred(
  preparing: Preparing,
  state: PatchState,
  memory: Memory,
  { breathe, engine = HERE }: Surroundings,
): AsyncGenerator<void, boolean, void> {
  const inferred = inferPatch(preparing, state);
  const maxStates = Math.min(preparing.options.maxStates, MOST_INFERRED_STATES);
  const run = async (variant: Variant): Promise<VariantState | "stopped" | null> => {
    const trial = lowerInferred(preparing, variant);
    for (const { scenario, side } of trial === null ? [] : runsOf(trial)) {
      const { key, model } = scenario;
      const explored = await memory.explorations.run(key, model, { maxStates, facts: false }, breathe, engine);
      if (explored === null) return "stopped";
      scenario.explored = explored;
      scenario.told = trial === null ? [] : tellAll(state, trial, side, scenario);
    }
    return trial;
  };
  for (const trial of inferred.trials) {
    if (trial.isLast && state.variants.length > 0) continue;
    let ran = await run(trial.variant);
    if (ran === "stopped") return false;
    const again = ran === null || explains(ran, trial) ? null : refined(trial, ran);
    if (again !== null) ran = await run(again);
    if (ran === "stopped") return false;
    if (ran !== null && explains(ran, trial)) keepInferred(state, ran);
    yield;
  }
  settleInferred(state, inferred);
  return true;
}

/** What is made of one function and a thread or two is small; what is not tells more of its guesses than of the patch. */
const MOST_INFERRED_STATES = 50_000;

/** Yields after each scenario; returns false when it was stopped. */
async function* runPatch(
  state: PatchState,
  request: ReviewRequest,
  memory: Memory,
  { breathe, engine = HERE, verifier }: Surroundings,
): AsyncGenerator<void, boolean, void> {
  const { maxStates } = request.options;
  // One base is enough to tell in which states a line can run.
  const first = [state, ...state.configured].map(({ variants }) => variants[0]);
  const hasFacts = (run: Run): boolean => request.options.lineFacts && first.includes(run.variant);
  const explore = async (run: Run): Promise<Explored | null> => {
    const { key, model } = run.scenario;
    return memory.explorations.run(key, model, { maxStates, facts: hasFacts(run), verifier }, breathe, engine);
  };
  for await (const [run, explored] of inOrder(allVariants(state).flatMap(runsOf), engine.width, explore)) {
    if (explored === null) return false;
    const { variant, name, side, scenario } = run;
    const { model, memoryModel } = scenario;
    scenario.explored = explored;
    scenario.told = tellAll(state, variant, side, scenario);
    if (name === "after") state.coverage.ran(model, explored.exploration, side.locator);
    if (hasFacts(run) && memoryModel === "sc") state.lines.add(model, explored.exploration, side.locator, name);
    yield;
  }
  if (!(yield* mutateChanged(state, maxStates, breathe))) return false;
  return request.options.races !== true || (yield* lookForRaces(state, maxStates, memory, breathe));
}

/** Behind all else: it is only information. Yields after each scenario; returns false when it was stopped. */
async function* lookForRaces(
  state: PatchState,
  maxStates: number,
  memory: Memory,
  breathe: () => Promise<boolean>,
): AsyncGenerator<void, boolean, void> {
  for (const variant of state.variants) {
    for (const { scenario } of runsOf(variant)) {
      if (scenario.memoryModel !== "sc") continue;
      scenario.races = await memory.explorations.races(scenario.key, scenario.model, maxStates, breathe);
      if (scenario.races === null) return false;
      yield;
    }
  }
  return true;
}

interface Run {
  readonly variant: VariantState;
  readonly name: SideName;
  readonly side: SideState;
  readonly scenario: ScenarioState;
}

/** Each scenario after and before the patch, one behind the other: only both tell what the patch brings in. */
function runsOf(variant: VariantState): Run[] {
  const { before, after } = variant;
  const ofSide = (name: SideName, side: SideState | null): Run[] =>
    side === null ? [] : side.scenarios.map((scenario) => ({ variant, name, side, scenario }));
  const had = new Map(ofSide("before", before).map((run) => [run.scenario.scenario.id, run]));
  const paired = ofSide("after", after).flatMap((run) => {
    const other = had.get(run.scenario.scenario.id);
    had.delete(run.scenario.scenario.id);
    return other === undefined ? [run] : [run, other];
  });
  return [...paired, ...had.values()];
}

function tellAll(state: PatchState, variant: VariantState, side: SideState, scenario: ScenarioState): Told[] {
  const { explored, model } = scenario;
  if (explored === null) return [];
  // Where something is not modelled, that may well be what decides: what needs a free choice on top is a guess.
  const isGuess = (code: string): boolean => explored.exploration.unknowns.length > 0 && !explored.certain.has(code);
  const shortest = new Map<string, (typeof explored.exploration.violations)[number]>();
  const { codes } = variant.variant.base.profile;
  for (const violation of explored.exploration.violations) {
    if (codes?.includes(violation.code) === false || isGuess(violation.code)) continue;
    const had = shortest.get(violation.code);
    if (had === undefined || violation.decisions.length < had.decisions.length) shortest.set(violation.code, violation);
  }
  const id = scenarioId(state, variant, scenario);
  const told = [...shortest.values()].map((v) => {
    const each = new Told(model, v, explored.certain.has(v.code), side.locator, id, scenario.scenario.id);
    each.configuration = optionsInWords(variant.variant.base.options);
    each.isOnlyTso = scenario.memoryModel === "tso" && !isToldWithoutBuffers(side.scenarios, scenario, each);
    return each;
  });
  const calls = told.length === 0 ? new Map<string, string>() : unsureCalls(side);
  const callOf = (each: Told): string | undefined =>
    [...calls].find(([name]) => each.severity !== "info" && each.functions.has(name))?.[1];
  scenario.unsure = told.map(callOf).find((call) => call !== undefined) ?? null;
  return told.filter((each) => callOf(each) === undefined);
}
