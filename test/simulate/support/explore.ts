import type { Model } from "../../../server/src/model/ir";
import { startExploring } from "../../../server/src/simulate/index";
import type { ExploreOptions } from "../../../server/src/simulate/explore";
import type { Exploration } from "../../../server/src/simulate/result";
import { model } from "./notation";

const DEFAULTS: ExploreOptions = {
  maxStates: 1_000_000,
  facts: false,
  stopAtFirst: false,
  freeChoices: true,
  reduce: true,
};

export function explore(of: string | Model, options: Partial<ExploreOptions> = {}): Exploration {
  const run = startExploring(typeof of === "string" ? model(of) : of, { ...DEFAULTS, ...options });
  while (!run.advance(1000));
  return run.result();
}

/** The distinct codes found, sorted. */
export function codes(of: string | Model, options: Partial<ExploreOptions> = {}): readonly string[] {
  return [...new Set(explore(of, options).violations.map(({ code }) => code))].sort();
}
