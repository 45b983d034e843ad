/**
 * Places of a program: the steps themselves, then the waiting half of each step that has one, then "ended".
 *
 * A flush begins at one moment (what is queued then counts) and returns at another; such a step has two halves.
 */
import type { Action, Program } from "../../model/ir";

export interface Places {
  readonly count: number;
  readonly ended: number;
  /** The place where a step waits after it has begun; null for steps that do not wait. */
  waitOf(step: number): number | null;
  /** The step of a place, and whether it is the waiting half; "ended" belongs to no step. */
  stepOf(place: number): { readonly step: number; readonly waits: boolean } | null;
}

export function placesOf(program: Program): Places {
  const waiting = program.steps.flatMap((step, index) => (waits(step.action) ? [index] : []));
  const waitPlace = new Map(waiting.map((step, index) => [step, program.steps.length + index]));
  const first = program.steps.length;
  const ended = first + waiting.length;
  return {
    count: ended + 1,
    ended,
    waitOf: (step) => waitPlace.get(step) ?? null,
    stepOf(place) {
      if (place < first) return { step: place, waits: false };
      const step = waiting[place - first];
      return step === undefined ? null : { step, waits: true };
    },
  };
}

function waits(action: Action): boolean {
  switch (action.kind) {
    case "rcu":
      return action.op === "synchronize" || action.op === "barrier";
    case "work":
      return action.op === "cancel" || action.op === "flush_item";
    case "flushQueue":
      return action.op === "flush";
    default:
      return false;
  }
}
