/** From states back to the decisions that lead there, the steps inside fused transitions included. */
import type { Compiled } from "../machine/compile";
import type { Decision } from "../result";
import { evaluate, readVariable, type Outcome } from "./evaluate";
import type { States } from "./search";

/** One transition: the thread moves and the state becomes `to`. */
export interface Step {
  readonly thread: number;
  readonly to: number;
}

/** The moves along which the state was found first. */
export function stepsToState(compiled: Compiled, states: States, state: number): readonly Step[] {
  const way: number[] = [];
  for (let at = state; at >= 0; at = states.parentOf(at)) way.push(at);
  way.reverse();
  return way.slice(1).map((to, index) => {
    const from = way[index] ?? 0;
    const thread = compiled.threads.findIndex(
      (_, candidate) => moveTo(compiled, states, from, candidate, to) !== undefined,
    );
    if (thread < 0) throw new Error("a state that does not follow from its parent");
    return { thread, to };
  });
}

/** What the last decision was about: for findings that no step made. */
export interface LastStep {
  readonly thread: number;
  readonly step: number;
}

export function decisionsOf(
  compiled: Compiled,
  states: States,
  moves: readonly Step[],
  sighting: { readonly finding: number; readonly state: number; readonly thread: number },
): { readonly decisions: readonly Decision[]; readonly last: LastStep } {
  const decisions: Decision[] = [];
  const begun = new Set<number>();
  let last: LastStep = { thread: 0, step: 0 };
  const add = (thread: number, passed: Outcome["passed"]): void => {
    const of = compiled.threads[thread];
    if (!begun.has(thread)) {
      begun.add(thread);
      decisions.push(...(of?.passed ?? []).map(() => ({ thread, alternative: 0 })));
    }
    for (const { place, alternative } of passed) {
      decisions.push({ thread, alternative });
      last = { thread, step: of?.places.stepOf(place)?.step ?? 0 };
    }
  };
  let state = 0;
  for (const { thread, to } of moves) {
    const outcome = moveTo(compiled, states, state, thread, to);
    if (!outcome) throw new Error("a path that its own states contradict");
    add(thread, outcome.passed);
    state = to;
  }
  if (sighting.thread >= 0) {
    const { key } = compiled.machine.findings[sighting.finding] ?? { key: "" };
    for (const outcome of outcomesOf(compiled, states, state, sighting.thread)) {
      const report = outcome.reports.find(({ finding }) => compiled.machine.findings[finding]?.key === key);
      if (!report) continue;
      add(sighting.thread, outcome.passed.slice(0, report.after));
      break;
    }
  }
  if (sighting.thread < 0) decisions.unshift(...unmovedThreads(compiled, begun));
  return { decisions, last };
}

/** A thread that can do nothing to others any more still has its own affairs to do before nothing moves at all. */
function unmovedThreads(compiled: Compiled, begun: ReadonlySet<number>): readonly Decision[] {
  return compiled.threads.flatMap(({ passed }, thread) =>
    begun.has(thread) ? [] : passed.map(() => ({ thread, alternative: 0 })),
  );
}

function moveTo(compiled: Compiled, states: States, from: number, thread: number, to: number): Outcome | undefined {
  const wanted = states.wordsOf(to);
  return outcomesOf(compiled, states, from, thread).find(
    (outcome) => outcome.kind === "rest" && outcome.words.every((word, index) => word === wanted[index]),
  );
}

function outcomesOf(compiled: Compiled, states: States, state: number, thread: number): readonly Outcome[] {
  const of = compiled.threads[thread];
  if (!of) return [];
  const words = states.wordsOf(state);
  return evaluate(compiled, of, of.transition(readVariable(compiled.layout, words, of.pc)), words);
}
