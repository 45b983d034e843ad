/** Passes that change nothing give back what they were given, so that their caller can tell. */
import type { Program, Step } from "../ir";

/** `target` tells where each way out of the step leads now. */
export function redirected(step: Step, target: (to: number, way: number) => number): Step {
  for (let way = 0; way < step.next.length; way++) {
    const to = step.next[way] as number;
    if (target(to, way) !== to) return { ...step, next: step.next.map(target) };
  }
  return step;
}

export function withSteps(program: Program, steps: readonly Step[]): Program {
  const isSame = steps.length === program.steps.length && steps.every((step, index) => step === program.steps[index]);
  return isSame ? program : { ...program, steps };
}
