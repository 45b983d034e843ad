/** RCU lists, by hand-derived examples: what a walker may meet on a node that was moved, freed or left alone. */
import assert from "node:assert/strict";
import test from "node:test";
import { codes } from "../support/explore";
import { naive } from "../support/naive";
import { model } from "../support/notation";

const WORLD = `
type obj: count refcount 3, link link, rcu rcu
lock a spin reader atomic
list all obj.link under a
list old obj.link under a
object obj: count=1 on 0 keeps 1
object obj: unused
`;
const WALK = `program walk
  rcu_lock
  o = first all
loop: if !o goto out
  o = next all o
  goto loop
out: rcu_unlock`;
const TWO = "thread CPU 0: change 1\nthread CPU 1: walk";
const REUSED = ["list.reused-while-walked"];

const EXAMPLES: readonly { readonly what: string; readonly text: string; readonly codes: readonly string[] }[] = [
  {
    what: "a node that is unlinked leads on",
    text: `${TWO}\n${WALK}\nprogram change obj:o\n  lock a\n  del_rcu all o\n  unlock a`,
    codes: ["lifetime.leak"],
  },
  {
    what: "a node that is put on the same list again under its walker does not",
    text: `${TWO}\n${WALK}\nprogram change obj:o\n  lock a\n  del_rcu all o\n  add_to all o\n  unlock a`,
    codes: REUSED,
  },
  {
    what: "nor at the end of the list",
    text: `${TWO}\n${WALK}\nprogram change obj:o\n  lock a\n  del_rcu all o\n  add_tail all o\n  unlock a`,
    codes: REUSED,
  },
  {
    what: "nor one that is put on another list",
    text: `${TWO}\n${WALK}\nprogram change obj:o\n  lock a\n  del_rcu all o\n  add_to old o\n  unlock a`,
    codes: ["lifetime.leak", ...REUSED],
  },
  {
    what: "after a grace period nobody stands on it any more",
    text: `${TWO}\n${WALK}\nprogram change obj:o
  lock a\n  del_rcu all o\n  unlock a\n  synchronize\n  lock a\n  add_to all o\n  unlock a`,
    codes: [],
  },
  {
    what: "a walker that comes to the node after it was moved may go on",
    text: `${TWO}\nglobal moved 1\nprogram change obj:o
  lock a\n  del_rcu all o\n  add_to all o\n  unlock a\n  put moved = 1
program walk
  rcu_lock
  x = get moved
  if !x goto out
  o = first all
loop: if !o goto out
  o = next all o
  goto loop
out: rcu_unlock`,
    codes: [],
  },
  {
    what: "who moves the node itself knows where it stands",
    text: `thread CPU 0: change 1
program change obj:p
  rcu_lock
  lock a
  o = first all
  n = next all o
  del_rcu all o
  add_to all o
  n = next all o
  unlock a
  rcu_unlock`,
    codes: [],
  },
  {
    what: "a new node under a walker is nothing special",
    text: `${TWO}\n${WALK}\nprogram change obj:o\n  n = alloc obj\n  set n.count 1\n  lock a\n  add_to all n\n  unlock a`,
    codes: ["lifetime.leak"],
  },
  {
    what: "memory that was freed is not allocated again: a pointer to what it was is stale",
    text: `thread CPU 0: p 1\nprogram p obj:o
  lock a\n  del_rcu all o\n  unlock a\n  free o\n  n = alloc obj\n  set n.count 1\n  x = read o.count`,
    codes: ["lifetime.use-after-free"],
  },
];

for (const { what, text, codes: expected } of EXAMPLES) {
  test(what, () => {
    const whole = `${WORLD}${text}`;
    const sorted = [...expected].sort();
    assert.deepEqual(codes(whole, { reduce: false }), sorted);
    assert.deepEqual(codes(whole), sorted);
    assert.deepEqual(naive(model(whole), 10_000)?.codes, sorted);
  });
}
