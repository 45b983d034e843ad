/** The same as generated code, by walking the statements: for pages that forbid `new Function`. */
import type { Compiled } from "../machine/compile";
import { evaluate } from "./evaluate";
import type { Generate, Listener } from "./javascript";

export function walker(compiled: Compiled, listener: Listener): Generate {
  const size = compiled.layout.words;
  return (thread, stmts, executed) => (states, from, to) => {
    const outcomes = evaluate(compiled, thread, stmts, states.subarray(from, from + size));
    let count = 0;
    for (const outcome of outcomes) {
      for (const { finding } of outcome.reports) listener.report(finding);
      for (const note of outcome.notes) listener.note(note);
      for (const { place } of outcome.passed.slice(1)) {
        const at = thread?.places.stepOf(place);
        if (at) executed[at.step] = 1;
      }
      if (outcome.kind === "rest") states.set(outcome.words, to + size * count++);
    }
    return outcomes.length === 0 ? -1 : count;
  };
}
