/** The same as generated code, by walking the statements: for pages that forbid `new Function`. */
import type { Compiled } from "../machine/compile";
import type { Stmt } from "../machine/micro";
import { evaluate } from "./evaluate";
import type { Code, Listener, Move } from "./javascript";

export function interpretTransitions(compiled: Compiled, listener: Listener): Code {
  const size = compiled.layout.words;
  const mover = (thread: number | null, stmts: readonly Stmt[]): Move => {
    const of = thread === null ? null : (compiled.threads[thread] ?? null);
    return (states, from, to) => {
      const outcomes = evaluate(compiled, of, stmts, states.subarray(from, from + size));
      let count = 0;
      for (const outcome of outcomes) {
        for (const { finding } of outcome.reports) listener.report(finding);
        for (const note of outcome.notes) listener.note(note);
        for (const { place } of outcome.passed.slice(1)) {
          const at = of?.places.stepOf(place);
          const executed = thread === null ? undefined : listener.executed[thread];
          if (at && executed) executed[at.step] = 1;
        }
        if (outcome.kind === "rest") states.set(outcome.words, to + size * count++);
      }
      return outcomes.length === 0 ? -1 : count;
    };
  };
  return {
    moves: compiled.threads.map((thread, index) =>
      thread.transitions.map((stmts) => (stmts.length === 0 ? null : mover(index, stmts))),
    ),
    final: mover(null, compiled.final),
  };
}
