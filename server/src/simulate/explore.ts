/** The explorer's face. Implemented in the files beside it. */
import type { Model } from "../model/ir";
import type { Reduce } from "./reduce/reductions";
import type { Exploration } from "./result";

export interface ExploreOptions {
  /** States to store before giving up with `complete: false`. */
  readonly maxStates: number;
  /** Collect StepFacts. */
  readonly facts: boolean;
  /** Stop at the first violation that counts (severity error): for mutants. */
  readonly stopAtFirst: boolean;
  /** False: `choose` steps of nature `free` are not taken at all, to see whether a violation needs one. */
  readonly freeChoices: boolean;
  /** Lossless reductions (step fusion, dead locals ...). Off, or some of them, for comparison. */
  readonly reduce: Reduce;
}

/** A run in slices, so that a worker can read its messages in between. */
export interface Run {
  /** Explores until done or until about `milliseconds` have passed; true when done. */
  advance(milliseconds: number): boolean;
  readonly states: number;
  /** What is known so far; `complete` only when done. */
  result(): Exploration;
}

export type StartExploring = (model: Model, options: ExploreOptions) => Run;
