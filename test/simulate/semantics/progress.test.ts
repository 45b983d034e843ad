/** Who goes round for ever, by hand-derived examples; in each the loop is the same, and what others may still do is not. */
import assert from "node:assert/strict";
import test from "node:test";
import { LivelockSearch, maySpin, traceOf } from "../../../server/src/simulate";
import { model } from "../support/notation";

interface Example {
  readonly what: string;
  /** Null: everybody comes to an end. */
  readonly message: string | null;
  /** Whether there is a loop that could spin, by the program alone. */
  readonly maySpin: boolean;
  readonly text: string;
}

const FLAG = "lock a spin reader atomic\nglobal flag 1\n";
const WAITER = "program wait\nagain: x = get flag\n  if !x goto again";

const EXAMPLES: readonly Example[] = [
  {
    what: "a flag that another thread sets is waited for, however long that takes",
    message: null,
    maySpin: true,
    text: `${FLAG}thread CPU 0: wait\nthread CPU 1: tell\n${WAITER}\nprogram tell\n  put flag = 1`,
  },
  {
    what: "a flag that nobody sets",
    message: "CPU 0 goes round for ever: nobody is left who could end the loop",
    maySpin: true,
    text: `${FLAG}thread CPU 0: wait\n${WAITER}`,
  },
  {
    what: "a flag that is cleared again is missed by who does not look in time",
    message: "CPU 0 goes round for ever: nobody is left who could end the loop",
    maySpin: true,
    text: `${FLAG}thread CPU 0: wait\nthread CPU 1: tell\n${WAITER}\nprogram tell\n  put flag = 1\n  put flag = 0`,
  },
  {
    what: "who waits for a flag under the lock that its setter needs",
    message: "CPU 0 goes round for ever: nobody is left who could end the loop; CPU 1 waits for a (held by CPU 0)",
    maySpin: true,
    text: `${FLAG}thread CPU 0: wait\nthread CPU 1: tell
program wait
  lock a
again: x = get flag
  if !x goto again
  unlock a
program tell
  lock a
  put flag = 1
  unlock a`,
  },
  {
    what: "a lock that is tried again until it is free",
    message: null,
    maySpin: true,
    text: `${FLAG}thread CPU 0: p\nthread CPU 1: p
program p
again: x = trylock a
  if !x goto again
  unlock a`,
  },
  {
    what: "a compare-and-exchange that is tried again: who loses does so because another one got through",
    message: null,
    maySpin: true,
    text: `global n 3\nthread CPU 0: p\nthread CPU 1: p
program p
again: x = get n
  y = x + 1
  z = rmw_global cmpxchg n y x
  z = z == x
  if !z goto again`,
  },
  {
    what: "a scheduler that may let somebody else run does not do so for ever",
    message: null,
    maySpin: false,
    text: `${FLAG}thread CPU 0: p
program p
again: choose schedule resched yes out
yes: yield
  goto again
out: end`,
  },
  {
    what: "a counter comes to its end",
    message: null,
    maySpin: false,
    text: `${FLAG}thread CPU 0: p\nprogram p\n  i = 0\nagain: i = i + 1\n  x = get flag\n  y = i == 5\n  if !y goto again`,
  },
  {
    what: "work that queues itself again keeps its worker busy and nobody waiting",
    message: null,
    maySpin: false,
    text: `type obj: count refcount 3, work work\nqueue wq\nobject obj: count=1 keeps 1\nthread CPU 0: p 1\ndaemon worker: w
program p obj:o
  queue wq o.work 0
program w
again: o = take work wq obj run
run: queue wq o.work 0
  done work o
  goto again`,
  },
];

for (const example of EXAMPLES) {
  test(`${example.message === null ? "comes to an end" : "never ends"}: ${example.what}`, () => {
    const machine = model(example.text);
    assert.equal(maySpin(machine), example.maySpin);
    const search = new LivelockSearch(machine, { maxStates: 10_000, freeChoices: true });
    while (!search.advance(1000));
    const found = search.result();
    assert.equal(found?.message ?? null, example.message);
    assert.equal(search.bound, null);
    if (found === null) return;
    // The way leads into the loop and once round it.
    const states = traceOf(machine, found.decisions).map(({ state }) => JSON.stringify(state));
    assert.equal(states.length, found.decisions.length);
    assert.ok(states.slice(0, -1).includes(states.at(-1) ?? ""));
  });
}

test("a search that gave up says at how many states", () => {
  const example = EXAMPLES.find((each) => each.maySpin && each.message === null);
  assert.ok(example !== undefined);
  const search = new LivelockSearch(model(example.text), { maxStates: 2, freeChoices: true });
  while (!search.advance(1000));
  assert.equal(search.bound, 2);
  assert.equal(search.result(), null);
});
