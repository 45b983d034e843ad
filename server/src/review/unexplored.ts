/** What the exploration of a scenario left out when it ran into a bound. */
import type { Step } from "../model/ir";
import type { Locator } from "./locate";
import type { Unexplored } from "./review";
import { ownBounds, type ScenarioState } from "./state";

/** Null when it has not run, or was explored to the end. */
export function unexploredOf(scenario: ScenarioState, locator: Locator): Unexplored | null {
  const { exploration } = scenario.explored ?? {};
  if (exploration === undefined || exploration.complete) return null;
  const { all, notRun } = actingSteps(scenario);
  return {
    states: exploration.unexpanded,
    bounds: ownBounds(scenario),
    steps: all,
    notRun: notRun.flatMap(({ place, stack, text }) =>
      place === null ? [] : [{ function: stack.at(-1)?.function ?? null, text, location: locator.location(place) }],
    ),
  };
}

/** The steps of all threads that act on something, each statement once wherever it was inlined. */
export function actingSteps({ model, explored }: ScenarioState): {
  readonly all: number;
  readonly notRun: readonly Step[];
} {
  const steps = new Map<string, { readonly step: Step; ran: boolean }>();
  for (const [index, program] of model.programs.entries()) {
    for (const [at, step] of program.steps.entries()) {
      if (!step.acting || step.place === null) continue;
      const { file, start, end } = step.place;
      const key = `${file} ${start} ${end} ${step.action.kind}`;
      const known = steps.get(key) ?? { step, ran: false };
      known.ran ||= explored?.exploration.executed[index]?.has(at) === true;
      steps.set(key, known);
    }
  }
  const all = [...steps.values()];
  return { all: all.length, notRun: all.filter(({ ran }) => !ran).map(({ step }) => step) };
}
