/** What can be said of a program before it runs, kept for as long as its steps are: scenarios share programs. */
import type { LockInfo, Program, Step } from "../../model/ir";
import { certainties, type Certain } from "./certain";
import { changedLocals, liveLocals, type Liveness } from "./liveness";
import { placesOf, type Places } from "./places";
import { restingPlaces } from "./rests";

export interface Analysis {
  readonly places: Places;
  readonly changed: ReadonlySet<number>;
  readonly live: Liveness;
  /** By place. */
  readonly certain: readonly (Certain | undefined)[];
  /** Where threads can rest when steps are fused. */
  readonly rests: ReadonlySet<number>;
  /** The same where free choices are not taken. */
  readonly restsWithoutChoices: ReadonlySet<number>;
}

const known = new WeakMap<readonly Step[], { readonly locks: string; readonly analysis: Analysis }>();

export function analyse(program: Program, locks: readonly LockInfo[]): Analysis {
  // Locks are few, and with the store buffer the only part of a model beside the steps that matters here.
  const kinds = JSON.stringify([locks, program.storeBuffer]);
  const had = known.get(program.steps);
  if (had?.locks === kinds) return had.analysis;
  const places = placesOf(program);
  const certain = certainties(locks, program, places);
  const analysis = {
    places,
    changed: changedLocals(program),
    live: liveLocals(program, places),
    certain,
    rests: restingPlaces({ program, places, locks, certain }, true),
    restsWithoutChoices: restingPlaces({ program, places, locks, certain }, false),
  };
  known.set(program.steps, { locks: kinds, analysis });
  return analysis;
}
