/** What each stage of a review costs on real input. */
import type { CParser } from "../../c/syntax";
import { Bases } from "../../review/bases";
import { KERNEL, PROFILES } from "../../review/builtin";
import { modelsOf, sideOf, type ScenarioModel } from "../../review/sides";
import { NO_WORKSPACE, variantsOf, type Variant } from "../../review/variants";
import { DEFAULT_OPTIONS } from "../../review/api";
import { startExploring } from "../../simulate";
import { readDocument } from "../../text/read";
import { markdownTable } from "./table";

export interface StageInput {
  readonly name: string;
  readonly text: string;
}

/** A line for each input. */
export function stageTable(inputs: readonly StageInput[], parser: CParser): string {
  return markdownTable(
    ["milliseconds", ...COLUMNS],
    inputs.map(({ name, text }) => {
      const { times, counts } = measure(text, parser);
      const cells = STAGES.map((stage) => times[stage].toFixed(1));
      return [name, ...cells, String(counts.bases), String(counts.models), counts.states.toLocaleString("en-US")];
    }),
  );
}

const STAGES = ["read", "parse", "image", "lower", "explore"] as const;
const COLUMNS = [...STAGES, "bases", "models", "states"];

type Stage = (typeof STAGES)[number];

interface Measured {
  readonly times: Record<Stage, number>;
  /** Distinct models; states over all of them. */
  readonly counts: { readonly bases: number; readonly models: number; readonly states: number };
}

/** What a review does, stage by stage, with nothing remembered from the file before but what the engine compiled. */
function measure(text: string, parser: CParser): Measured {
  const times: Record<Stage, number> = { read: 0, parse: 0, image: 0, lower: 0, explore: 0 };
  const timed = <T>(stage: Stage, work: () => T): T => {
    const start = performance.now();
    const result = work();
    times[stage] += performance.now() - start;
    return result;
  };
  // Parsing happens inside of other stages; it is counted for itself.
  const counting: CParser = { ...parser, parse: (...file) => timed("parse", () => parser.parse(...file)) };
  const apart = <T>(stage: Stage, work: () => T): T => {
    const parsed = times.parse;
    const result = timed(stage, work);
    times[stage] -= times.parse - parsed;
    return result;
  };
  const { patches } = timed("read", () => readDocument(text));
  const bases = new Bases(counting, KERNEL);
  const variants = apart("image", () =>
    patches.flatMap((patch) => PROFILES.flatMap((profile) => variantsOf(patch, profile, bases, NO_WORKSPACE, text))),
  );
  const models = apart("lower", () => distinctModels(variants, bases));
  let states = 0;
  timed("explore", () => {
    for (const { model } of models) states += exploreAll(model);
  });
  return { times, counts: { bases: variants.length, models: models.length, states } };
}

function distinctModels(variants: readonly Variant[], bases: Bases): ScenarioModel[] {
  const models = new Map<string, ScenarioModel>();
  for (const variant of variants) {
    for (const name of ["before", "after"] as const) {
      const side = sideOf(variant, name, bases);
      for (const model of side === null ? [] : modelsOf(side, variant)) models.set(model.key, model);
    }
  }
  return [...models.values()];
}

function exploreAll(model: ScenarioModel["model"]): number {
  const { maxStates } = DEFAULT_OPTIONS;
  const run = startExploring(model, { maxStates, facts: false, stopAtFirst: false, freeChoices: true, reduce: true });
  while (!run.advance(1000));
  return run.states;
}
