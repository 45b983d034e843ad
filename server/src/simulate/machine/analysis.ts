/** What can be said of a program before it runs, kept for as long as its steps are: scenarios share programs. */
import type { Program, Step } from "../../model/ir";
import { changedLocals, liveLocals, type Liveness } from "./liveness";
import { placesOf, type Places } from "./places";
import { restingPlaces } from "./rests";

export interface Analysis {
  readonly places: Places;
  readonly changed: ReadonlySet<number>;
  readonly live: Liveness;
  /** Where threads can rest when steps are fused. */
  readonly rests: ReadonlySet<number>;
  /** The same where free choices are not taken. */
  readonly restsWithoutChoices: ReadonlySet<number>;
}

const known = new WeakMap<readonly Step[], Analysis>();

export function analyse(program: Program): Analysis {
  let analysis = known.get(program.steps);
  if (!analysis) {
    const places = placesOf(program);
    analysis = {
      places,
      changed: changedLocals(program),
      live: liveLocals(program, places),
      rests: restingPlaces(program, places, true),
      restsWithoutChoices: restingPlaces(program, places, false),
    };
    known.set(program.steps, analysis);
  }
  return analysis;
}
