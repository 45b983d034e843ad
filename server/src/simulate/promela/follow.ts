/** From a trail of SPIN back to decisions: which threads moved is in it, and what they could do then we know. */
import { traceOf } from "../interpret/trace";
import type { Compiled } from "../machine/compile";
import type { Finding } from "../machine/machine";
import type { Violation } from "../result";
import { Deadlocks } from "../run/deadlock";
import { evaluate, readVariable, type Outcome } from "../run/evaluate";
import { decisionsOf, type Step } from "../run/path";

export interface Found {
  /** Findings with equal keys are one. */
  readonly key: string;
  readonly violation: Violation;
}

/** A state on the way, with that from which it was reached. */
interface Node {
  readonly words: Int32Array;
  readonly from: Node | null;
  readonly thread: number;
}

/** Where a thread could have done several things all are followed; more states at once than these are not. */
const MOST_AT_ONCE = 100_000;

/**
 * The way along which these threads move, one transition each, up to the finding. Null when there is none.
 *
 * @param finding null for a deadlock
 */
export function follow(compiled: Compiled, threads: readonly number[], finding: Finding | null): Found | null {
  let layer: Node[] = [{ words: compiled.layout.initial, from: null, thread: -1 }];
  for (const thread of threads) {
    // What is wrong at the end is found by processes of their own, which change nothing.
    if (thread >= compiled.threads.length) continue;
    const next = new Map<string, Node>();
    for (const node of layer) {
      const outcomes = outcomesOf(compiled, node.words, thread);
      if (finding !== null && outcomes.some((outcome) => reports(compiled, outcome, finding))) {
        return found(compiled, node, finding, thread);
      }
      for (const { kind, words } of outcomes) {
        const key = words.join();
        if (kind === "rest" && !next.has(key)) next.set(key, { words, from: node, thread });
      }
    }
    layer = [...next.values()];
    if (layer.length > MOST_AT_ONCE) return null;
  }
  return layer.map((node) => last(compiled, node, finding)).find((each) => each !== null) ?? null;
}

/** The trail may end before the step that did it, and what is wrong with a state is found in it. */
function last(compiled: Compiled, node: Node, finding: Finding | null): Found | null {
  const outcomes = compiled.threads.map((_, thread) => outcomesOf(compiled, node.words, thread));
  const thread = outcomes.findIndex((all) => finding !== null && all.some((one) => reports(compiled, one, finding)));
  if (thread >= 0 && finding !== null) return found(compiled, node, finding, thread);
  if (outcomes.some((all) => all.length > 0)) return null;
  if (finding === null) {
    const number = new Deadlocks(compiled).judge(node.words);
    const deadlock = typeof number === "number" ? compiled.machine.findings[number] : undefined;
    return deadlock === undefined ? null : found(compiled, node, deadlock, -1);
  }
  const atEnd = evaluate(compiled, null, compiled.final, node.words);
  return atEnd.some((outcome) => reports(compiled, outcome, finding)) ? found(compiled, node, finding, -1) : null;
}

function found(compiled: Compiled, node: Node, finding: Finding, thread: number): Found {
  const way: Node[] = [];
  for (let at: Node | null = node; at !== null; at = at.from) way.push(at);
  way.reverse();
  const states = {
    count: way.length,
    wordsOf: (state: number): Int32Array => way[state]?.words ?? compiled.layout.initial,
    parentOf: (state: number): number => state - 1,
  };
  const moves = way.slice(1).map((each, index): Step => ({ thread: each.thread, to: index + 1 }));
  const number = compiled.machine.findings.indexOf(finding);
  const sighting = { finding: number, state: way.length - 1, thread };
  const { decisions, last: end } = decisionsOf(compiled, states, moves, sighting);
  const { code, severity, object, step, key } = finding;
  // The interpreter knows who waits for what.
  const told = code === "lock.deadlock" ? traceOf(compiled.model, decisions).at(-1)?.findings : undefined;
  const message = told?.find((each) => each.code === code)?.message ?? finding.message;
  const where = step >= 0 ? { thread: finding.thread, step } : end;
  return { key, violation: { code, message, severity, object, ...where, decisions } };
}

function reports({ machine }: Compiled, outcome: Outcome, { key }: Finding): boolean {
  return outcome.reports.some(({ finding }) => machine.findings[finding]?.key === key);
}

function outcomesOf(compiled: Compiled, words: Int32Array, thread: number): readonly Outcome[] {
  const of = compiled.threads[thread];
  if (!of) return [];
  return evaluate(compiled, of, of.transition(readVariable(compiled.layout, words, of.pc)), words);
}
