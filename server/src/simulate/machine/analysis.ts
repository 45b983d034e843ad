/** What can be said of a program before it runs, kept for as long as its steps are: scenarios share programs. */
import type { Program, Step } from "../../model/ir";
import { movesLeft, movesRight, type Surroundings } from "../reduce/sections";
import { certainties, type Certain } from "./certain";
import { constantFlow, plainFlow, type Flow } from "./flow";
import { changedLocals, liveLocals, type Liveness } from "./liveness";
import { placesOf, type Places } from "./places";
import { restingPlaces } from "./rests";

export interface Analysis {
  readonly places: Places;
  readonly flow: Flow;
  readonly changed: ReadonlySet<number>;
  readonly live: Liveness;
  /** By place. */
  readonly certain: readonly (Certain | undefined)[];
  /** Where threads can rest when steps are fused. */
  rests(how: Resting): ReadonlySet<number>;
  /** By place: may run together with what follows it, and with what comes before it (`sections.ts`). */
  readonly movesRight: readonly boolean[];
  readonly movesLeft: readonly boolean[];
}

export interface Resting {
  /** False: free choices are not taken. */
  readonly freeChoices: boolean;
  /** What moves left runs together with the step before it. */
  readonly sections: boolean;
}

/** More for one program is not worth keeping. */
const MOST_KEPT = 8;

const known = new WeakMap<readonly Step[], Map<string, Analysis>>();

/** @param args initial values of all locals; null: nothing is to be made of them */
export function analyse(program: Program, around: Surroundings, args: readonly number[] | null): Analysis {
  const kept = known.get(program.steps) ?? new Map<string, Analysis>();
  known.set(program.steps, kept);
  // Of all that is in a model beside the steps, this little matters here.
  const sizes = args && program.locals.map(({ max }) => max);
  const key = JSON.stringify([around, args, sizes, program.storeBuffer]);
  const had = kept.get(key);
  if (had) return had;
  const analysis = makeAnalysis(program, around, args);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, analysis);
  return analysis;
}

function makeAnalysis(program: Program, around: Surroundings, args: readonly number[] | null): Analysis {
  const { locks } = around;
  const places = placesOf(program);
  const flow = args ? constantFlow(program, places, args) : plainFlow(program, places);
  const certain = certainties(locks, program, places, flow);
  const begins = (moves: typeof movesLeft): readonly boolean[] =>
    program.steps.map(({ action }, place) => moves(around, action, certain[place]));
  const left = begins(movesLeft);
  const rests = new Map<string, ReadonlySet<number>>();
  return {
    places,
    changed: changedLocals(program),
    flow,
    live: liveLocals(program, places, flow),
    certain,
    rests({ freeChoices, sections }) {
      const which = `${freeChoices} ${sections}`;
      let found = rests.get(which);
      if (!found) {
        found = restingPlaces({ program, places, flow, locks, certain, joins: sections ? left : [] }, freeChoices);
        rests.set(which, found);
      }
      return found;
    },
    movesRight: begins(movesRight),
    movesLeft: left,
  };
}
