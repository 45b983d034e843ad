/** What the machine does, by hand-derived examples: whether a place can be reached tells whether a behaviour exists. */
import assert from "node:assert/strict";
import test from "node:test";
import { codes, explore } from "./support/explore";

const WORLD = `
type obj: count refcount 3, done plain 1, link link, rcu rcu, work work
lock a spin reader atomic
lock rw rw reader atomic
list all obj.link
queue wq
global seen 3
global n 3
`;

/** Whether some interleaving reaches a step that says `must reached 0`. */
function reaches(text: string): boolean {
  const raw = codes(text, { reduce: false });
  assert.deepEqual(codes(text), raw);
  return raw.includes("reached");
}

interface Behaviour {
  readonly what: string;
  readonly possible: boolean;
  readonly text: string;
}

const BEHAVIOURS: readonly Behaviour[] = [
  {
    what: "two plain increments can lose one",
    possible: true,
    text: `${WORLD}thread CPU 0: p\nthread CPU 1: p
program p
  x = get n
  put n = x + 1
  y = rmw_global add seen 1
  if y == 0 goto out
  x = get n
  x = x == 2
  must reached x
out: end`,
  },
  {
    what: "two atomic increments cannot",
    possible: false,
    text: `${WORLD}thread CPU 0: p\nthread CPU 1: p
program p
  x = rmw_global add n 1
  y = rmw_global add seen 1
  if y == 0 goto out
  x = get n
  x = x == 2
  must reached x
out: end`,
  },
  {
    what: "two readers are inside an rwlock at a time",
    possible: true,
    text: `${WORLD}thread CPU 0: p\nthread CPU 1: p
program p
  lock rw shared
  x = rmw_global add n 1
  must reached !x
  rmw_global sub n 1
  unlock rw shared`,
  },
  {
    what: "a writer is alone",
    possible: false,
    text: `${WORLD}thread CPU 0: p\nthread CPU 1: q
program p
  lock rw shared
  x = rmw_global add n 1
  must reached !x
  rmw_global sub n 1
  unlock rw shared
program q
  lock rw
  x = rmw_global add n 1
  must reached !x
  rmw_global sub n 1
  unlock rw`,
  },
  {
    what: "flush_workqueue() returns only when what was queued before is done",
    possible: false,
    text: `${WORLD}object obj: count=1 keeps 1\nthread CPU 0: p 1\ndaemon worker: w
program p obj:o
  queue wq o.work 0
  flush wq
  x = load o.done
  must reached x
program w
again: o = take work wq obj run
run: store o.done = 1
  done work o
  goto again`,
  },
  {
    what: "flush_workqueue() does not wait for what is queued later",
    possible: true,
    text: `${WORLD}object obj: count=1 keeps 1\nthread CPU 0: p 1\nthread CPU 1: q 1\ndaemon worker: w
program p obj:o
  flush wq
  x = get n
  if !x goto out
  x = load o.done
  must reached x
out: end
program q obj:o
  queue wq o.work 0
  put n = 1
program w
again: o = take work wq obj run
run: store o.done = 1
  done work o
  goto again`,
  },
  {
    what: "an item that is queued while it runs runs again",
    possible: true,
    text: `${WORLD}object obj: count=1 keeps 1\nthread CPU 0: p 1\ndaemon worker: w
program p obj:o
  queue wq o.work 0
  queue wq o.work 0
program w
again: o = take work wq obj run
run: x = rmw_global add n 1
  must reached !x
  done work o
  goto again`,
  },
  {
    what: "queueing what is queued already does nothing, and says so",
    possible: false,
    text: `${WORLD}object obj: count=1 keeps 1\nthread CPU 0: p 1
program p obj:o
  x = queue wq o.work 0
  must queued x
  x = queue wq o.work 0
  must reached !x`,
  },
  {
    what: "cancelled work does not run",
    possible: false,
    text: `${WORLD}object obj: count=1 keeps 1\nthread CPU 0: p 1\ndaemon worker: w
program p obj:o
  queue wq o.work 0
  x = cancel o.work
  if !x goto out
  x = load o.done
  must reached !x
out: end
program w
again: o = take work wq obj run
run: store o.done = 1
  done work o
  goto again`,
  },
  {
    what: "synchronize_rcu() waits for a section that was open",
    possible: false,
    text: `${WORLD}thread CPU 0: p\nthread CPU 1: q
program p
  put n = 1
  synchronize
  put n = 2
program q
  rcu_lock
  x = get n
  y = get n
  rcu_unlock
  z = x == 0
  w = y == 2
  z = z & w
  must reached !z`,
  },
  {
    what: "synchronize_rcu() does not wait for later sections",
    possible: true,
    text: `${WORLD}thread CPU 0: p\nthread CPU 1: q
program p
  put n = 1
  synchronize
  put n = 2
program q
  rcu_lock
  x = get n
  y = get n
  rcu_unlock
  z = x == 1
  w = y == 2
  z = z & w
  must reached !z`,
  },
  {
    what: "a spinlock holds off a grace period",
    possible: false,
    text: `${WORLD}thread CPU 0: p\nthread CPU 1: q
program p
  put n = 1
  synchronize
  put n = 2
program q
  lock a
  x = get n
  y = get n
  unlock a
  z = x == 0
  w = y == 2
  z = z & w
  must reached !z`,
  },
  {
    what: "rcu_barrier() waits for callbacks, not only for their grace periods",
    possible: false,
    text: `${WORLD}object obj: count=1 keeps 1\nthread CPU 0: p 1\ndaemon softirq: s
program p obj:o
  call_rcu o.rcu 0
  barrier
  x = get n
  must reached x
program s
again: o = take rcu obj run
run: put n = 1
  done rcu o
  goto again`,
  },
  {
    what: "synchronize_rcu() does not wait for callbacks",
    possible: true,
    text: `${WORLD}object obj: count=1 keeps 1\nthread CPU 0: p 1\ndaemon softirq: s
program p obj:o
  call_rcu o.rcu 0
  synchronize
  x = get n
  must reached x
program s
again: o = take rcu obj run
run: put n = 1
  done rcu o
  goto again`,
  },
  {
    what: "a reader goes on from a node that was unlinked by list_del_rcu()",
    possible: true,
    text: `${WORLD}object obj: count=1 on 0 keeps 1\nobject obj: count=1 on 0 keeps 1
thread CPU 0: p 1\nthread CPU 1: q
program p obj:o
  del_rcu all o
  put n = 1
  synchronize
  add_tail all o
program q
  rcu_lock
  o = first all
  x = get n
  if !x goto out
  if o == 2 goto out
  o = next all o
  x = o != 2
  must reached x
out: rcu_unlock`,
  },
  {
    what: "lists keep their order: added in front, added behind",
    possible: false,
    text: `${WORLD}object obj: count=1 keeps 1\nobject obj: count=1 on 0 keeps 1\nobject obj: count=1 keeps 1
thread CPU 0: p 1 2 3
program p obj:a obj:b obj:c
  add_to all a
  add_tail all c
  o = first all
  x = o == 1
  must reached x
  o = next all o
  x = o == 2
  must reached x
  o = next all o
  x = o == 3
  must reached x
  o = next all o
  must reached !o`,
  },
  {
    what: "memory that was freed is allocated again",
    possible: false,
    text: `${WORLD}object obj: count=1\nobject obj: unused\nthread CPU 0: p 1
program p obj:o
  free o
  m = alloc obj
  x = m == 2
  must reached x
  k = alloc obj
  must reached !k
  free m`,
  },
];

for (const { what, possible, text } of BEHAVIOURS) {
  test(`${possible ? "can be" : "cannot be"}: ${what}`, () => {
    assert.equal(reaches(text), possible);
  });
}

test("a finding comes with a shortest interleaving, and of those with one of the fewest switches", () => {
  const text = `${WORLD}thread CPU 0: p\nthread CPU 1: q
program p
  put n = 1
  put n = 2
  put seen = 1
program q
  x = get n
  y = get seen
  z = x == 2
  z = z & y
  must reached !z`;
  const { violations } = explore(text);
  // q's read of n may come before or after p sets seen; with the fewest switches p runs first, to its end (a step, too).
  assert.deepEqual(
    violations[0]?.decisions.map(({ thread }) => thread),
    [0, 0, 0, 0, 1, 1, 1, 1, 1],
  );
});

test("without free choices nothing is told that needs one, nor that something hangs", () => {
  const text = `${WORLD}global never 1\nthread CPU 0: p\nthread CPU 1: q
program p
  choose free something bad good
bad: must reached 0
good: end
program q
  lock a
  choose free something x x
x: unlock a`;
  assert.deepEqual(codes(text), ["reached"]);
  assert.deepEqual(codes(text, { freeChoices: false }), []);
});

test("bounds and steps that are not modelled are told, and a bound is no proof", () => {
  const bounded = explore(`${WORLD}thread CPU 0: p\nprogram p\n put n = 1\n bound recursion 4`);
  assert.equal(bounded.complete, false);
  assert.deepEqual(bounded.bounds, [{ what: "recursion", limit: 4 }]);
  const unknown = explore(`${WORLD}thread CPU 0: p\nprogram p\n put n = 1\n unknown f()\n put n = 2`);
  assert.equal(unknown.complete, true);
  assert.deepEqual(unknown.unknowns, [{ program: 0, step: 1 }]);
  assert.deepEqual(
    [...(unknown.executed[0] ?? [])].sort((a, b) => a - b),
    [0, 1, 2, 3],
  );
});

test("a count that outgrows its field is a bound", () => {
  const { complete, bounds } = explore(
    `${WORLD}object obj: count=3 keeps 3\nthread CPU 0: p 1\nprogram p obj:o\n inc o.count`,
  );
  assert.equal(complete, false);
  assert.deepEqual(bounds, [{ what: "count of obj", limit: 3 }]);
});

test("an allocation for which the pool has nothing left is a bound, and says nothing of code that meets NULL", () => {
  const { complete, bounds, violations } = explore(
    `${WORLD}object obj: unused\nthread CPU 0: p\nprogram p\n m = alloc obj\n k = alloc obj\n dec k.count\n free m`,
  );
  assert.equal(complete, false);
  assert.deepEqual(bounds, [{ what: "objects of struct obj", limit: 1 }]);
  assert.deepEqual(violations, []);
});

test("a value that is more than its variable holds is a bound; one below 0 is not", () => {
  const bounded = (step: string): readonly unknown[] => {
    const { complete, bounds } = explore(`${WORLD}thread CPU 0: p\nprogram p\n put n = 3\n ${step}\n put n = 0`);
    return [complete, bounds];
  };
  const REACHED = [false, [{ what: "values of n", limit: 3 }]];
  assert.deepEqual(bounded("put n = 2"), [true, []]);
  assert.deepEqual(bounded("put n = 4"), REACHED);
  assert.deepEqual(bounded("rmw_global add n 1"), REACHED);
  assert.deepEqual(bounded("rmw_global sub n 4"), [true, []]);
});

test("a run that is cut by its largest number of states says so", () => {
  const text = `${WORLD}thread CPU 0: p\nthread CPU 1: p\nprogram p\n put n = 1\n put n = 2\n put n = 3`;
  const { complete, states, bounds } = explore(text, { maxStates: 5 });
  assert.equal(complete, false);
  assert.ok(states < 10);
  assert.deepEqual(bounds, [{ what: "states", limit: 5 }]);
});

test("facts tell the states of the object and who may run meanwhile", () => {
  const text = `${WORLD}object obj: count=2 keeps 0\nthread CPU 0: p 1\nthread CPU 1: p 1
program p obj:o
  put n = 1
  x = dec_and_test o.count
  if !x goto out
  free o
out: end`;
  const { facts } = explore(text, { facts: true });
  const put = facts[0]?.[1];
  assert.deepEqual(put?.objectStates.map((state) => state["count"]).sort(), ["1", "2"]);
  assert.deepEqual(put?.meanwhile, [0, 1]);
  assert.deepEqual(
    facts[0]?.[3]?.objectStates.map((state) => state["count"]),
    ["0"],
  );
  // The last put is the last: the other thread has ended by then.
  assert.deepEqual(facts[0]?.[3]?.meanwhile, []);
});

test("a deadlock names who waits for what", () => {
  const { violations } = explore(`${WORLD}thread CPU 0: p\nthread CPU 1: q
program p
  lock a
  lock rw
  unlock rw
  unlock a
program q
  lock rw shared
  lock a
  unlock a
  unlock rw shared`);
  const deadlock = violations.find(({ code }) => code === "lock.deadlock");
  assert.equal(
    deadlock?.message,
    "deadlock: CPU 0 holds a and waits for rw (held for read by CPU 1); CPU 1 holds rw (read) and waits for a (held by CPU 0)",
  );
});
