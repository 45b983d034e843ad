/** Completions, by hand-derived examples. They are the pattern of a kind of object that is one file and an entry. */
import assert from "node:assert/strict";
import test from "node:test";
import { codes, explore } from "../support/explore";
import { naive } from "../support/naive";
import { model } from "../support/notation";

const WORLD = `
type obj: count refcount 3, ready plain 3
lock a spin reader atomic
global n 3
object obj: count=1 keeps 1
`;
const WAIT = "program wait obj:o\n  operate completion wait o.ready\n  x = get n\n  must reached x";

const EXAMPLES: readonly { readonly what: string; readonly text: string; readonly codes: readonly string[] }[] = [
  {
    what: "who waits goes on only after complete()",
    text: `thread CPU 0: wait 1\nthread CPU 1: tell 1\n${WAIT}
program tell obj:o\n  put n = 1\n  operate completion complete o.ready`,
    codes: [],
  },
  {
    what: "one complete() lets one thread pass",
    text: `thread CPU 0: wait 1\nthread CPU 1: wait 1\nthread CPU 2: tell 1\n${WAIT}
program tell obj:o\n  put n = 1\n  operate completion complete o.ready`,
    codes: ["lock.deadlock"],
  },
  {
    what: "complete_all() lets all pass",
    text: `thread CPU 0: wait 1\nthread CPU 1: wait 1\nthread CPU 2: tell 1\n${WAIT}
program tell obj:o\n  put n = 1\n  operate completion complete_all o.ready`,
    codes: [],
  },
  {
    what: "nobody passes after it was initialised again",
    text: `thread CPU 0: p 1
program p obj:o
  operate completion complete_all o.ready
  operate completion init o.ready
  x = operate completion try_wait o.ready
  x = !x
  must reached x
  operate completion wait o.ready`,
    codes: ["lock.deadlock"],
  },
  {
    what: "try_wait_for_completion() takes one when there is one, and completion_done() takes none",
    text: `thread CPU 0: p 1
program p obj:o
  operate completion complete o.ready
  x = operate completion done o.ready
  must reached x
  x = operate completion try_wait o.ready
  must reached x
  x = operate completion try_wait o.ready
  x = !x
  must reached x`,
    codes: [],
  },
  {
    what: "waiting under a spinlock is sleeping there",
    text: `thread CPU 0: p 1
program p obj:o
  operate completion complete o.ready
  lock a
  operate completion wait o.ready
  unlock a`,
    codes: ["lock.sleep-in-atomic"],
  },
];

for (const { what, text, codes: expected } of EXAMPLES) {
  test(what, () => {
    const whole = WORLD + text;
    const raw = explore(whole, { reduce: false });
    assert.deepEqual([...new Set(raw.violations.map(({ code }) => code))].sort(), expected);
    assert.deepEqual(codes(whole), expected);
    const plain = naive(model(whole), 10_000);
    assert.deepEqual([plain?.codes, plain?.states], [expected, raw.states]);
  });
}
