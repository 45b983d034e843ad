/** A whole call is left out, with all that was put in its place. What it would have given is 0. */
import type { Model, Program } from "../ir";
import { setBy, usesOf } from "../passes/flow";
import { constant } from "../lower/values";
import { changesSomething } from "./delete";
import { outermost, placeAt, type IsHome } from "./home";
import { applying, type Mutant } from "./mutant";
import { put } from "./rewrite";
import { isClosed, rawPrograms, runsOf, type Run } from "./run";
import { bySource, numbered } from "./site";

/** Calls that change something, whichever function they lead to. */
export function withoutCalls(models: readonly Model[], isHome: IsHome): Mutant[] {
  const calls = new Map<string, Run>();
  for (const raw of rawPrograms(models)) {
    for (const run of runsOf(raw, isHome)) {
      if (run.callee !== null && !calls.has(run.key) && changes(raw, run, models)) calls.set(run.key, run);
    }
  }
  const found = [...calls.values()].flatMap((run) => {
    const place = placeAt(run.sample, run.depth);
    return place === null ? [] : [{ ...run, place: outermost(place) }];
  });
  const inOrder = found.sort((a, b) => bySource(a, b) || (a.key < b.key ? -1 : 1));
  return numbered(
    inOrder,
    (run) => `${run.function}: ${run.callee ?? ""}()`,
    (run, id): Mutant => ({
      operator: "call",
      what: "without the call",
      title: `without ${run.callee ?? ""}(...)`,
      function: run.function,
      place: run.place,
      id: `${id}: without the call`,
      apply: applying((raw) =>
        leaveOut(
          raw,
          runsOf(raw, isHome).filter((one) => one.key === run.key),
        ),
      ),
    }),
  );
}

function changes(raw: Program, { start, end }: Run, models: readonly Model[]): boolean {
  const model = models[0];
  return model !== undefined && raw.steps.slice(start, end).some((step) => changesSomething(step.action, model));
}

function leaveOut(raw: Program, runs: readonly Run[]): Program | null {
  const closed = runs.filter((run) => isClosed(raw, run));
  if (closed.length === 0) return null;
  const steps = raw.steps.slice();
  for (const run of closed) {
    const step = raw.steps[run.start];
    if (step === undefined) continue;
    const forgotten = given(raw, run).map((into) => ({ kind: "assign", into, value: constant(0) }) as const);
    const past = { ...step, next: [run.end] };
    put(steps, run.start, past, [...forgotten, { kind: "branch", test: constant(1) }]);
  }
  return { ...raw, steps };
}

/** What others take from it: the locals that nobody else sets. What it was lent by address keeps its value. */
function given(raw: Program, { start, end }: Run): readonly number[] {
  const within = new Set<number>();
  const elsewhere = new Set<number>();
  const used = new Set<number>();
  for (const [at, step] of raw.steps.entries()) {
    const isWithin = at >= start && at < end;
    const into = setBy(step.action);
    if (into !== null) (isWithin ? within : elsewhere).add(into);
    if (!isWithin) for (const local of usesOf(step.action)) used.add(local);
  }
  return [...within].filter((local) => used.has(local) && !elsewhere.has(local));
}
