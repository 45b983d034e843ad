/** Who explores a model: this thread, others beside it, a program of its own. */
import type { Model } from "../model/ir";
import type { ExploreOptions } from "./explore";
import type { Exploration } from "./result";
import { Explorer } from "./run/explorer";

export interface Engine {
  /** As many models as it can be given at the same time. */
  readonly width: number;
  /** `breathe` is asked now and then; null when it gave false. */
  explore(model: Model, options: ExploreOptions, breathe: () => Promise<boolean>): Promise<Exploration | null>;
}

/** Milliseconds between two looks at the messages. */
export const SLICE = 25;

/** This thread, in slices. */
export const HERE: Engine = {
  width: 1,
  async explore(model, options, breathe) {
    const run = new Explorer(model, options);
    while (!run.advance(SLICE)) if (!(await breathe())) return null;
    return run.result();
  },
};
