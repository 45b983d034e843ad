/** All states in which a model can end: for litmus tests, whose condition is about them. */
import type { Model } from "../model/ir";
import { compile } from "./machine/compile";
import type { Machine } from "./machine/machine";
import type { Variable } from "./machine/variables";
import { fieldOf, globals } from "./objects/memory";
import { evaluate, readVariable } from "./run/evaluate";

export interface Ends {
  /** Each distinct end once: what `look` gives, in the order in which they were met. */
  readonly ends: readonly Readonly<Record<string, number>>[];
  readonly states: number;
  /** False when there are more states than asked for, or a bound of ours was reached. */
  readonly complete: boolean;
}

export interface Look {
  readonly name: string;
  /** A global variable, or a field of an object. */
  readonly at: { readonly global: number } | { readonly type: number; readonly object: number; readonly field: number };
}

/** Slow and simple: every state is kept, and every transition is walked. */
export function endsOf(model: Model, look: readonly Look[], options: { reduce: boolean; maxStates: number }): Ends {
  const compiled = compile(model, { reduce: options.reduce, freeChoices: true });
  const { machine, layout } = compiled;
  const variables = look.map(({ name, at }) => ({ name, variable: variableOf(machine, at) }));
  const first: Int32Array = layout.initial.slice();
  const seen = new Set([first.join()]);
  const queue = [first];
  const ends = new Map<string, Readonly<Record<string, number>>>();
  let isCut = false;
  for (let next = 0; next < queue.length && seen.size <= options.maxStates; next++) {
    const words = queue[next] ?? first;
    let moved = false;
    for (const thread of compiled.threads) {
      for (const outcome of evaluate(
        compiled,
        thread,
        thread.transition(readVariable(layout, words, thread.pc)),
        words,
      )) {
        moved = true;
        isCut ||= outcome.notes.some((note) => machine.notes[note]?.kind === "bound");
        if (outcome.kind === "stop" || seen.has(outcome.words.join())) continue;
        seen.add(outcome.words.join());
        queue.push(outcome.words);
      }
    }
    if (moved) continue;
    const end = Object.fromEntries(
      variables.map(({ name, variable }) => [name, readVariable(layout, words, variable)]),
    );
    ends.set(JSON.stringify(end), end);
  }
  return { ends: [...ends.values()], states: seen.size, complete: !isCut && seen.size <= options.maxStates };
}

function variableOf(machine: Machine, at: Look["at"]): Variable {
  if (!("global" in at)) return fieldOf(machine, at.type, at.object, at.field);
  const variable = machine.part(globals)[at.global];
  if (!variable) throw new RangeError(`the model has no global ${at.global}`);
  return variable;
}
