/**
 * What waits in a store buffer, and what waits for it: one small machine for each rule of docs/memory-models.md.
 *
 * In all of them both threads store, then look at what the other one stored. `lost` is told when both have looked too
 * early, which no order of the four steps allows: it takes a store that is seen late.
 */
import assert from "node:assert/strict";
import test from "node:test";
import type { Model } from "../../server/src/model/ir";
import { withStoreBuffers } from "../../server/src/model/passes/tso";
import { codes, explore } from "./support/explore";
import { model } from "./support/notation";

const DECLARATIONS = `
type root: count refcount 3, flags plain 1, link link, rcu rcu
object root: count=1 keeps 1 on 0
object root: count=1 keeps 1
lock s spin reader atomic
lock t spin reader atomic
lock rw rw reader atomic
lock m mutex
list roots root.link
global x 1
global y 1
global z 1
global early 2
thread CPU 0: first 2
thread CPU 1: second 1
`;

/** What stands between the store to x and the load of y in the first thread; the second has a fence there. */
const BETWEEN: readonly (readonly [what: string, lines: string, drains: boolean])[] = [
  ["nothing", "", false],
  ["a fence", "fence", true],
  ["an exchange of something else", "rmw_global xchg z 1", true],
  ["a cmpxchg that fails", "o = rmw_global cmpxchg z 1 1", true],
  ["a plain store", "put z = 1", false],
  ["a refcount that is read", "o = read r.count", false],
  ["a refcount that is set", "set r.count 1", false],
  ["a reference that is taken", "inc r.count\ndec r.count", true],
  ["a reference that is taken unless the count is 0", "o = inc_not_zero r.count\ndec r.count", true],
  ["a spinlock that is taken", "lock s\nunlock s", true],
  ["a lock for read", "lock rw shared\nunlock rw shared", true],
  ["a mutex", "lock m\nunlock m", true],
  ["a trylock that succeeds", "o = trylock s\nunlock s", true],
  ["asking whether a lock is taken", "o = is_locked s", false],
  ["a read-side section", "rcu_lock\nrcu_unlock", false],
  ["a grace period", "synchronize", true],
  ["a list that is changed", "add_to roots r", false],
  ["an object that is made", "n = alloc root\nfree n", true],
];

for (const [what, lines, drains] of BETWEEN) {
  test(`${what} ${drains ? "keeps a load behind a store" : "lets a load overtake a store"}`, () => {
    check(`put x = 1\n${lines}\na = get y`, "put y = 1\nfence\na = get x", !drains);
  });
}

test("a count of 0 that is not taken drains nothing", () => {
  const none = DECLARATIONS.replaceAll("count=1 keeps 1\n", "count=0 unused\n").replace("first 2", "first 1");
  const first = "rmw_global xchg z 1\nput x = 1\no = inc_not_zero r.count\na = get y";
  const dead = none.replace("count=1 keeps 1 on 0", "count=0 keeps 0 on 0");
  assert.ok(found(dead, first, "put y = 1\nfence\na = get x").includes("lost"));
});

test("a trylock that fails drains nothing", () => {
  const holder = "lock s\nput y = 1\nfence\na = get x\nunlock s";
  assert.ok(
    found(DECLARATIONS, "put x = 1\no = trylock s\na = get y\nif !o goto over\nunlock s\nover: a = a", holder).includes(
      "lost",
    ),
  );
});

test("giving back a spinlock drains nothing, and others see it taken until the store is out", () => {
  check("lock s\nput x = 1\nunlock s\na = get y", "put y = 1\nfence\na = get x", true);
  check("lock s\nunlock s\na = get y", "put y = 1\nfence\na = trylock s", true);
  check("lock s\nunlock s\nfence\na = get y", "put y = 1\nfence\na = trylock s", false);
});

test("giving back what was held for read, or a mutex, waits for the stores before it", () => {
  check("lock rw shared\nput x = 1\nunlock rw shared\na = get y", "put y = 1\nfence\na = get x", false);
  check("lock m\nput x = 1\nunlock m\na = get y", "put y = 1\nfence\na = get x", false);
  check("lock rw\nput x = 1\nunlock rw\na = get y", "put y = 1\nfence\na = get x", true);
});

test("an entry that was added is found late, and found by whoever holds the lock", () => {
  check("add_to roots r\na = get y", "put y = 1\nfence\na = on_list roots q", true, "q = first roots\nq = 2\n");
  check("add_to roots r\nfence\na = get y", "put y = 1\nfence\na = on_list roots q", false, "q = first roots\nq = 2\n");
});

test("a thread sees its own stores at once", () => {
  const first = "put x = 1\na = get x\nmust own a";
  assert.deepEqual(found(DECLARATIONS, first, "store r.flags = 1\na = load r.flags\nmust own a"), []);
});

test("a grace period waits for the stores of the sections before it", () => {
  check("rcu_lock\nput x = 1\na = get y\nrcu_unlock", "put y = 1\nsynchronize\na = get x", false);
  check("rcu_lock\nput x = 1\nrcu_unlock\nrcu_lock\na = get y\nrcu_unlock", "put y = 1\nsynchronize\na = get x", false);
});

test("more stores than a buffer has room for are a bound, and told", () => {
  const text = `
    global x 1
    thread CPU 0: all
    program all
    again: put x = 1
      goto again
  `;
  const { complete, bounds } = explore(withStoreBuffers(model(text)));
  assert.equal(complete, false);
  assert.deepEqual(bounds, [{ what: "stores pending in the store buffer of CPU 0", limit: 6 }]);
  assert.equal(explore(text).complete, true);
});

test("what stores nothing plainly has no buffer", () => {
  const machine = model(`
    global x 1
    thread CPU 0: all
    program all
      rmw_global xchg x 1
  `);
  assert.deepEqual(withStoreBuffers(machine), machine);
});

/** `before` is done by the second thread first. */
function check(first: string, second: string, isLost: boolean, before = ""): void {
  assert.deepEqual(found(DECLARATIONS, first, before + second), isLost ? ["lost"] : []);
}

/** Which of `lost` and `own` is told under TSO; without buffers neither ever is. A lock that is kept is not what is asked. */
function found(declarations: string, first: string, second: string): readonly string[] {
  const program = (name: string, lines: string): string =>
    `program ${name} root:r\n${lines}\nif a goto out\no = rmw_global add early 1\nmust lost !o\nout: end`;
  const text = `${declarations}\n${program("first", first)}\n${program("second", second)}`;
  const own = (machine: Model): readonly string[] => codes(machine).filter((code) => !code.includes("."));
  assert.deepEqual(own(model(text)), [], text);
  return own(withStoreBuffers(model(text)));
}
