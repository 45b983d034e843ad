/** How the steps of a program hang together. */
import type { Program } from "../ir";

const known = new WeakMap<Program["steps"], readonly (readonly number[])[]>();

/** The steps that lead to each step. */
export function waysInto(program: Program): readonly (readonly number[])[] {
  const had = known.get(program.steps);
  if (had !== undefined) return had;
  const into: number[][] = program.steps.map(() => []);
  for (const [at, step] of program.steps.entries()) for (const to of new Set(step.next)) into[to]?.push(at);
  known.set(program.steps, into);
  return into;
}
