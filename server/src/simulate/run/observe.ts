/**
 * The states of the objects that a model can reach, whatever the threads are doing meanwhile. Two models with the same
 * ones differ in nothing that an object could show.
 */
import type { Model } from "../../model/ir";
import type { Compiled } from "../machine/compile";
import type { Variable } from "../machine/variables";
import { observedVariables } from "../objects/observed";
import { readVariable } from "./evaluate";
import { DEFAULT_TUNING, Explorer } from "./explorer";
import type { States } from "./search";
import { Store } from "./store";

export interface ObserveOptions {
  /** Of the threads and objects together. */
  readonly maxStates: number;
  /** False: every step of a thread is a state of its own. True fuses those that concern nothing but the thread. */
  readonly fuse: boolean;
}

/**
 * Each a line of what differs from the beginning, sorted; a line of a state in which all threads have ended begins
 * with `end`. Null when there are more states than that, or when a bound of the model was reached.
 */
export function objectStates(model: Model, { maxStates, fuse }: ObserveOptions): readonly string[] | null {
  const options = { maxStates, facts: false, stopAtFirst: true, freeChoices: true, reduce: fuse };
  // A thinner search leaves interleavings out, and with them states of the objects.
  const explorer = new Explorer(model, options, { ...DEFAULT_TUNING, thinFrom: Infinity });
  while (!explorer.advance(1000));
  const { compiled, states } = explorer.space;
  return explorer.result().complete ? project(compiled, states) : null;
}

function project(compiled: Compiled, states: States): readonly string[] {
  const variables = observedVariables(compiled.machine);
  const mask = maskOf(compiled, variables);
  const { words } = compiled.layout;
  const seen = new Store(words + 1);
  for (let state = 0; state < states.count; state++) {
    const from = states.wordsOf(state);
    const to = seen.place();
    for (let word = 0; word < words; word++) seen.states[to + word] = (from[word] ?? 0) & (mask[word] ?? 0);
    seen.states[to + words] = hasEnded(compiled, from) ? 1 : 0;
    seen.add(to, -1);
  }
  return Array.from({ length: seen.count }, (_, state) => show(compiled, variables, seen.wordsOf(state))).sort();
}

function maskOf({ layout }: Compiled, variables: readonly Variable[]): Int32Array {
  const mask = new Int32Array(layout.words);
  for (const variable of variables) {
    const place = layout.placeOf(variable);
    if (place) mask[place.word] = (mask[place.word] ?? 0) | (place.mask << place.shift);
  }
  return mask;
}

function hasEnded({ threads, layout }: Compiled, words: Int32Array): boolean {
  return threads.every(({ atRest, pc }) => {
    const rest = atRest[readVariable(layout, words, pc)];
    return rest === "ended" || rest === "idle";
  });
}

function show({ layout }: Compiled, variables: readonly Variable[], words: Int32Array): string {
  const shown = variables.flatMap((variable) => {
    const value = readVariable(layout, words, variable);
    return value === variable.initial ? [] : [`${variable.name}=${value}`];
  });
  return [...(words.at(-1) === 1 ? ["end"] : []), ...shown.sort()].join(" ");
}
