/** What exploring costs us, in a process of its own: its memory and its time are then nobody else's. */
import type { CParser } from "../../c/syntax";
import { startExploring } from "../../simulate";
import type { ExploreOptions } from "../../simulate/explore";
import { REDUCTIONS, type Reduction } from "../../simulate/reduce/reductions";
import { Explorer } from "../../simulate/run/explorer";
import { benchModels, type BenchModel } from "./models";
import { median } from "./table";

export interface OurModel {
  readonly name: string;
  readonly threads: number;
  readonly objects: number;
  readonly states: number;
  /** Stored bytes, index and origins included. */
  readonly bytes: number;
  /** Milliseconds of CPU; medians. */
  readonly all: number;
  /** To the first counterexample; null where there is none. */
  readonly first: number | null;
  /** Without each of the reductions. */
  readonly without: Readonly<Partial<Record<Reduction, { readonly states: number; readonly cpu: number }>>>;
}

export interface Ours {
  readonly models: readonly OurModel[];
  /** Of the whole process, in bytes. */
  readonly peak: number;
}

const MOST_STATES = 5_000_000;
const OPTIONS: ExploreOptions = {
  maxStates: MOST_STATES,
  facts: false,
  stopAtFirst: false,
  freeChoices: true,
  reduce: true,
};

/** @param runs 1 explores each model once and no more, as a review does */
export async function measureOurs(parser: CParser, names: readonly string[], runs: number): Promise<Ours> {
  const models = (await benchModels(parser, names)).map((model) => measureModel(model, runs));
  return { models, peak: 1024 * process.resourceUsage().maxRSS };
}

function measureModel({ name, threads, objects, model }: BenchModel, runs: number): OurModel {
  const explorations = Array.from({ length: runs }, () => explored(model, OPTIONS));
  const [one] = explorations;
  if (one === undefined) throw new Error("nothing was run");
  const isViolated = one.violated && runs > 1;
  const firsts = isViolated
    ? Array.from({ length: runs }, () => explored(model, { ...OPTIONS, stopAtFirst: true }).cpu)
    : [];
  const without = runs === 1 ? [] : REDUCTIONS.map((left) => [left, withoutOne(model, left)] as const);
  const all = median(explorations.map(({ cpu }) => cpu));
  const first = firsts.length === 0 ? null : median(firsts);
  const { states, bytes } = one;
  return { name, threads, objects, states, bytes, all, first, without: Object.fromEntries(without) };
}

function withoutOne(model: BenchModel["model"], left: Reduction): { states: number; cpu: number } {
  const reduce = new Set(REDUCTIONS.filter((one) => one !== left));
  const { states, cpu } = explored(model, { ...OPTIONS, reduce });
  return { states, cpu };
}

function explored(
  model: BenchModel["model"],
  options: ExploreOptions,
): { states: number; bytes: number; cpu: number; violated: boolean } {
  const before = process.cpuUsage();
  const run = startExploring(model, options);
  while (!run.advance(1000));
  const { user, system } = process.cpuUsage(before);
  const bytes = run instanceof Explorer ? run.bytes : 0;
  return { states: run.states, bytes, cpu: (user + system) / 1000, violated: run.result().violations.length > 0 };
}
