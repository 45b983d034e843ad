/** Runs of steps that stand for one statement, or for one call with all that was put in its place. */
import type { Model, Program, Step } from "../ir";
import { sourceOf } from "../lower/programs";
import { placeAt, spelled, type IsHome } from "./home";

/** Steps `start` up to but not including `end`, in a program as it was lowered. */
export interface Run {
  readonly start: number;
  readonly end: number;
  /** The function at home that the statement stands in, and the depth of its frame. */
  readonly function: string;
  readonly depth: number;
  /** Equal for equal statements, whatever program they are in. */
  readonly key: string;
  /** The function that is called, null for a statement of its own. */
  readonly callee: string | null;
  /** One of its steps that stands in the source. */
  readonly sample: Step;
}

/** All of them, in the order of the steps: statements and calls of every function at home, calls within calls included. */
export function runsOf(raw: Program, isHome: IsHome): readonly Run[] {
  const byHome = known.get(raw) ?? new WeakMap<IsHome, readonly Run[]>();
  known.set(raw, byHome);
  const had = byHome.get(isHome);
  if (had !== undefined) return had;
  const made = findRuns(raw, isHome);
  byHome.set(isHome, made);
  return made;
}

/** Every mutant asks again. */
const known = new WeakMap<Program, WeakMap<IsHome, readonly Run[]>>();

function findRuns(raw: Program, isHome: IsHome): readonly Run[] {
  const runs: Run[] = [];
  const deepest = raw.steps.reduce((most, step) => Math.max(most, step.stack.length), 0);
  for (let depth = 0; depth < deepest; depth++) {
    let from = 0;
    let path = "";
    for (let at = 0; at <= raw.steps.length; at++) {
      const step = raw.steps[at];
      const here = step === undefined ? "" : pathOf(step, depth, isHome);
      if (here === path) continue;
      const sample = raw.steps[from];
      if (path !== "" && sample !== undefined) runs.push(runAt(from, at, sample, depth));
      from = at;
      path = here;
    }
  }
  return runs;
}

/** The models' programs as they were lowered, each once. */
export function rawPrograms(models: readonly Model[]): readonly Program[] {
  return [...new Set(models.flatMap((model) => model.programs.map((program) => sourceOf(program).raw)))];
}

/** What comes in, comes in at the start; what goes out, goes to the end. */
export function isClosed(raw: Program, { start, end }: Pick<Run, "start" | "end">): boolean {
  return raw.steps.every((step, at) =>
    at >= start && at < end
      ? step.next.every((to) => to >= start && to <= end)
      : step.next.every((to) => to <= start || to >= end),
  );
}

function runAt(start: number, end: number, sample: Step, depth: number): Run {
  const name = sample.stack[depth]?.function ?? "";
  const callee = sample.stack[depth + 1]?.function ?? null;
  return {
    start,
    end,
    function: name,
    depth,
    callee,
    key: `${name}|${spelled(placeAt(sample, depth))}|${callee ?? ""}`,
    sample,
  };
}

/**
 * Equal for neighbours of one statement in one call of its function; empty for what is in no function at home there. What
 * is done with the outcome of a call has the place of the call, but is none of it.
 */
function pathOf(step: Step, depth: number, isHome: IsHome): string {
  const frame = step.stack[depth];
  if (frame === undefined || !isHome(frame.function)) return "";
  const place = placeAt(step, depth);
  if (place === null) return "";
  const calls = step.stack.slice(0, depth + 1).map((outer) => spelled(outer.call));
  const what = step.stack.length > depth + 1 ? "call" : "step";
  return [...calls, spelled(place), what].join("|");
}
