/** Whose statements are changed. */
import type { Place } from "../../c/syntax";
import type { Step } from "../ir";

/** Whether the statements of a function are to be changed; those of others belong to the call that leads there. */
export type IsHome = (functionName: string) => boolean;

export interface Home {
  readonly function: string;
  /** Of its frame in the step's stack. */
  readonly depth: number;
  /** Where in it the step stands, or the call that leads there. */
  readonly place: Place | null;
}

/** The innermost function at home; null for what is in none. */
export function homeOf(step: Step, isHome: IsHome): Home | null {
  for (let depth = step.stack.length - 1; depth >= 0; depth--) {
    const name = step.stack[depth]?.function;
    if (name !== undefined && isHome(name)) return { function: name, depth, place: placeAt(step, depth) };
  }
  return null;
}

/** Where the step stands in the function at that depth of its stack. */
export function placeAt(step: Step, depth: number): Place | null {
  const inner = step.stack[depth + 1];
  return inner === undefined ? step.place : inner.call;
}

/** Where it was written: what a macro brought there stands where the macro was invoked. */
export function outermost(place: Place): Place {
  let at = place;
  while (at.via !== null) at = at.via;
  return at;
}

/** Equal for equal places, the macros that led there included. */
export function spelled(place: Place | null): string {
  return place === null ? "" : `${place.file}:${place.start}:${place.end}<${spelled(place.via)}`;
}
