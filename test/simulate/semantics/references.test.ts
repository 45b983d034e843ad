/** Counts, locks and what is left at the end, by hand-derived examples: the kernel's words, and ours where it has none. */
import assert from "node:assert/strict";
import test from "node:test";
import { explore } from "../support/explore";
import { naive } from "../support/naive";
import { model } from "../support/notation";

const WORLD = `
type obj: count refcount 3
lock a spin reader atomic
lock b spin reader atomic
lock m mutex
lock rw rw reader atomic
`;
const alone = (object: string, body: string): string =>
  `object obj: ${object}\nthread CPU 0: p 1\nprogram p obj:o\n${body}`;

const EXAMPLES: readonly { readonly what: string; readonly text: string; readonly messages: readonly string[] }[] = [
  {
    what: "addition on 0",
    text: alone("count=0 keeps 1", "inc o.count"),
    messages: ["refcount_t: addition on 0; use-after-free."],
  },
  {
    what: "underflow",
    text: alone("count=1", "x = sub_and_test o.count 2"),
    messages: ["refcount_t: underflow; use-after-free."],
  },
  {
    what: "decrement to 0",
    text: alone("count=1", "dec o.count"),
    messages: ["refcount_t: decrement hit 0; leaking memory."],
  },
  {
    what: "beyond INT_MAX; what the count is afterwards is told once",
    text: alone("count=1", "add o.count 2147483647\ninc o.count\nx = dec_and_test o.count"),
    messages: ["refcount_t: saturated; leaking memory."],
  },
  {
    what: "a saturated count is not 0, and nobody's last",
    text: alone(
      "count=1",
      "add o.count 2147483647\nx = inc_not_zero o.count\nmust zero x\nx = dec_and_test o.count\nx = !x\nmust last x",
    ),
    messages: ["refcount_t: saturated; leaking memory."],
  },
  {
    what: "a reference too many tells who took it",
    text: `object obj: count=2\nthread CPU 0: put 1\nthread CPU 1: get 1
program put obj:o
  x = dec_and_test o.count
program get obj:o
  inc o.count
  x = dec_and_test o.count
  inc o.count
  x = dec_and_test o.count
  inc o.count`,
    messages: ["obj is never freed: a reference is left that nobody will put (CPU 1 took 1 more than it put)"],
  },
  {
    what: "one that somebody outside holds must stay",
    text: alone("count=3 keeps 2 by a-sleeper", "x = sub_and_test o.count 2"),
    messages: ["obj has fewer references than a-sleeper still holds"],
  },
  {
    what: "and the object with it",
    text: alone("count=1 keeps 1 by a-sleeper", "x = dec_and_test o.count\nfree o"),
    messages: ["obj is freed, but a-sleeper still holds a reference"],
  },
  {
    what: "held for write is not held for read, as lockdep has it",
    text: `thread CPU 0: p\nprogram p\n  lock rw\n  assert_held rw shared\n  assert_held rw exclusive\n  assert_held rw\n  unlock rw`,
    messages: ["rw is not held"],
  },
  {
    what: "held is not not held",
    text: `thread CPU 0: p\nprogram p\n  assert_held a none\n  lock a\n  assert_held a none\n  unlock a\n  assert_held a none`,
    messages: ["a is not held"],
  },
  {
    what: "who waits for a mutex has not slept yet",
    text: `thread CPU 0: p\nthread CPU 1: q
program p
  lock m
  lock a
  unlock a
  unlock m
program q
  lock a
  lock m
  unlock m
  unlock a`,
    messages: [
      "deadlock: CPU 0 holds m and waits for a (held by CPU 1); CPU 1 holds a and waits for m (held by CPU 0)",
      "sleeping function called from invalid context: a spinning lock or rcu_read_lock() is held",
    ],
  },
  {
    what: "a deadlock tells the cycle first, then who else waits",
    text: `thread CPU 0: r\nthread CPU 1: p\nthread CPU 2: q
program p
  lock a
  lock b
  unlock b
  unlock a
program q
  lock b
  lock a
  unlock a
  unlock b
program r
  lock b
  unlock b`,
    messages: [
      "deadlock: CPU 1 holds a and waits for b (held by CPU 2); CPU 2 holds b and waits for a (held by CPU 1); CPU 0 waits for b (held by CPU 2)",
    ],
  },
];

for (const { what, text, messages } of EXAMPLES) {
  test(what, () => {
    const whole = WORLD + text;
    for (const reduce of [true, false]) {
      const { violations } = explore(whole, { reduce });
      const told = new Set(violations.filter(({ code }) => code !== "lock.deadlock").map(({ message }) => message));
      // Of several deadlocks any may be the one that is told.
      for (const { code, message } of violations)
        if (code === "lock.deadlock" && messages.includes(message)) told.add(message);
      assert.deepEqual([...told].sort(), [...messages].sort());
    }
    const codes = [...new Set(explore(whole, { reduce: false }).violations.map(({ code }) => code))].sort();
    assert.deepEqual(naive(model(whole), 10_000)?.codes, codes);
  });
}
