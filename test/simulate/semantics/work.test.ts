/** Workqueues, by hand-derived examples (Documentation/core-api/workqueue.rst, comments in kernel/workqueue.c). */
import assert from "node:assert/strict";
import test from "node:test";
import { codes, explore } from "../support/explore";
import { naive } from "../support/naive";
import { model } from "../support/notation";

const WORLD = `
type obj: count refcount 3, done plain 1, work work, other work
queue wq
global n 3
object obj: count=1 keeps 1
`;
const WORKER = `program w
again: o = take work wq obj run
run: x = rmw_global add n 1
  store o.done = 1
  done work o
  goto again`;
/** Its function queues the item again. */
const RESTLESS = `program w
again: o = take work wq obj run
run: queue wq o.work 0
  done work o
  goto again`;

const EXAMPLES: readonly { readonly what: string; readonly text: string; readonly codes: readonly string[] }[] = [
  {
    what: "cancel_work_sync() of an item that queues itself: afterwards it neither runs nor is queued",
    text: `thread CPU 0: p 1\ndaemon worker: w\n${RESTLESS}
program p obj:o
  queue wq o.work 0
  x = cancel o.work
  x = cancel o.work
  x = !x
  must reached x`,
    codes: [],
  },
  {
    what: "cancel_work() does not wait for one that runs",
    text: `thread CPU 0: p 1\ndaemon worker: w\n${WORKER}
program p obj:o
  queue wq o.work 0
  x = dequeue o.work
  y = get n
  z = load o.done
  y = y == z
  must reached y`,
    codes: ["reached"],
  },
  {
    what: "cancel_work_sync() does",
    text: `thread CPU 0: p 1\ndaemon worker: w\n${WORKER}
program p obj:o
  queue wq o.work 0
  x = cancel o.work
  y = get n
  z = load o.done
  y = y == z
  must reached y`,
    codes: [],
  },
  {
    what: "timer_delete_sync() waits for a timer whose function runs, and may do so under a spinlock",
    text: `lock a spin reader atomic\nthread CPU 0: p 1\ndaemon timers: w\n${WORKER}
program p obj:o
  queue_delayed wq o.work 0
  lock a
  x = stop_timer o.work
  y = get n
  z = load o.done
  y = y == z
  must reached y
  unlock a`,
    codes: [],
  },
  {
    what: "cancel_work_sync() may not",
    text: `lock a spin reader atomic\nthread CPU 0: p 1\ndaemon worker: w\n${WORKER}
program p obj:o
  lock a
  x = cancel o.work
  unlock a`,
    codes: ["lock.sleep-in-atomic"],
  },
  {
    what: "timer_delete_sync() under a lock that the timer's function takes waits for ever",
    text: `lock a spin reader atomic\nthread CPU 0: p 1\ndaemon timers: w
program p obj:o
  queue_delayed wq o.work 0
  lock a
  x = stop_timer o.work
  unlock a
program w
again: o = take work wq obj run
run: lock a
  unlock a
  done work o
  goto again`,
    codes: ["lock.deadlock"],
  },
  {
    what: "flush_workqueue() does not wait for a timer",
    text: `thread CPU 0: p 1\ndaemon worker: w\n${WORKER}
program p obj:o
  queue_delayed wq o.work 0
  flush wq
  x = load o.done
  must reached x`,
    codes: ["reached"],
  },
  {
    what: "flush_delayed_work() does not wait for it either, but for the work",
    text: `thread CPU 0: p 1\ndaemon worker: w\n${WORKER}
program p obj:o
  queue_delayed wq o.work 0
  flush_item o.work
  x = load o.done
  must reached x`,
    codes: [],
  },
  {
    what: "an item whose timer runs is pending",
    text: `thread CPU 0: p 1
program p obj:o
  queue_delayed wq o.work 0
  x = queue wq o.work 0
  x = !x
  must reached x
  x = dequeue o.work
  must reached x`,
    codes: [],
  },
  {
    what: "two items of one object run at the same time on two workers",
    text: `thread CPU 0: p 1\ndaemon worker 1: w\ndaemon worker 2: w
program p obj:o
  queue wq o.work 0
  queue wq o.other 0
program w
again: o = take work wq obj run
run: x = rmw_global add n 1
  x = x == 0
  must reached x
  rmw_global sub n 1
  done work o
  goto again`,
    codes: ["reached"],
  },
  {
    what: "one item does not",
    text: `thread CPU 0: p 1\ndaemon worker 1: w\ndaemon worker 2: w
program p obj:o
  queue wq o.work 0
  queue wq o.work 0
program w
again: o = take work wq obj run
run: x = rmw_global add n 1
  x = x == 0
  must reached x
  rmw_global sub n 1
  done work o
  goto again`,
    codes: [],
  },
  {
    what: "the function may free the object that its item is in",
    text: `type box: count refcount 3, work work\nobject box: count=1\nthread CPU 0: p 1\ndaemon worker: w
program p box:o
  queue wq o.work 0
  flush wq
program w
again: o = take work wq box run
run: x = dec_and_test o.count
  free o
  done work o
  goto again`,
    codes: [],
  },
];

for (const { what, text, codes: expected } of EXAMPLES) {
  test(what, () => {
    const whole = WORLD + text;
    const raw = explore(whole, { reduce: false });
    assert.deepEqual([...new Set(raw.violations.map(({ code }) => code))].sort(), expected);
    assert.deepEqual(codes(whole), expected);
    const plain = naive(model(whole), 20_000);
    assert.deepEqual([plain?.codes, plain?.states], [expected, raw.states]);
  });
}
