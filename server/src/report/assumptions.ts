/** The assumptions as they are numbered for a person: what several patches rest on is said once. */
import type { Assumption, Review } from "../review/review";

export interface NumberedAssumptions {
  /** In the order of their numbers, from 1. */
  readonly listed: readonly Assumption[];
  /** Sorted, each once. */
  numbersOf(ids: readonly string[]): number[];
}

export function numberAssumptions({ assumptions }: Review): NumberedAssumptions {
  const numbers = new Map<string, number>();
  const listed = new Map<string, Assumption>();
  for (const assumption of assumptions) {
    const key = `${assumption.range?.start ?? ""} ${assumption.text}`;
    if (!listed.has(key)) listed.set(key, assumption);
    numbers.set(assumption.id, [...listed.keys()].indexOf(key) + 1);
  }
  return {
    listed: [...listed.values()],
    numbersOf: (ids) => {
      const found = ids.map((id) => numbers.get(id)).filter((number) => number !== undefined);
      return [...new Set(found)].toSorted((a, b) => a - b);
    },
  };
}
