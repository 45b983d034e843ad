/** Each code with a small machine that shows it and one, nearly the same, that is free of it. */
import assert from "node:assert/strict";
import test from "node:test";
import { codes } from "./support/explore";

interface Example {
  readonly code: string;
  readonly what: string;
  readonly bad: string;
  readonly good: string;
}

const OBJECT = `
type obj: count refcount 3, flags plain 3, link link, rcu rcu, work work
lock a spin reader atomic
lock b spin reader atomic
lock m mutex
lock rw rw reader atomic
list all obj.link under a
queue wq
`;
const LISTED = `${OBJECT}object obj: count=1 on 0\n`;
const alone = (body: string): string => `thread CPU 0: p 1\nprogram p obj:o\n${body}`;
const twice = (body: string): string => `thread CPU 0: p 1\nthread CPU 1: p 1\nprogram p obj:o\n${body}`;

const EXAMPLES: readonly Example[] = [
  {
    code: "refcount.add-on-zero",
    what: "a reader that gets without looking",
    bad: `${LISTED}thread CPU 0: put 1\nthread CPU 1: get
program put obj:o
  x = dec_and_test o.count
  lock a
  del_rcu all o
  unlock a
  call_rcu o.rcu
program get
  rcu_lock
  o = first all
  if !o goto out
  inc o.count
out: rcu_unlock`,
    good: `${LISTED}thread CPU 0: put 1\nthread CPU 1: get
program put obj:o
  x = dec_and_test o.count
  if !x goto out
  lock a
  del_rcu all o
  unlock a
  call_rcu o.rcu
out: end
program get
  rcu_lock
  o = first all
  if !o goto none
  x = inc_not_zero o.count
none: rcu_unlock
  if !x goto out
  x = dec_and_test o.count
  if !x goto out
  lock a
  del_rcu all o
  unlock a
  call_rcu o.rcu
out: end`,
  },
  {
    code: "refcount.underflow",
    what: "a put too many",
    bad: `${OBJECT}object obj: count=1\n${alone("x = dec_and_test o.count\nx = dec_and_test o.count\nfree o")}`,
    good: `${OBJECT}object obj: count=2\n${alone("x = dec_and_test o.count\nx = dec_and_test o.count\nfree o")}`,
  },
  {
    code: "refcount.leak-on-dec",
    what: "refcount_dec() of the last reference",
    bad: `${OBJECT}object obj: count=1\n${alone("dec o.count\nfree o")}`,
    good: `${OBJECT}object obj: count=2\n${alone("dec o.count\nx = dec_and_test o.count\nfree o")}`,
  },
  {
    code: "refcount.set-while-shared",
    what: "a count that is set while others can find the object",
    bad: `${OBJECT}object obj: count=2 on 0 keeps 1\n${alone("set o.count 1")}`,
    good: `${OBJECT}object obj: count=1 on 0 keeps 1\n${alone("x = dec_and_test o.count\nset o.count 1")}`,
  },
  {
    code: "lifetime.use-after-free",
    what: "kfree under a reader of the list",
    bad: `${LISTED}thread CPU 0: put 1\nthread CPU 1: read
program put obj:o
  lock a
  del_rcu all o
  unlock a
  free o
program read
  rcu_lock
  o = first all
  if !o goto out
  x = load o.flags
out: rcu_unlock`,
    good: `${LISTED}thread CPU 0: put 1\nthread CPU 1: read
program put obj:o
  lock a
  del_rcu all o
  unlock a
  call_rcu o.rcu
program read
  rcu_lock
  o = first all
  if !o goto out
  x = load o.flags
out: rcu_unlock`,
  },
  {
    code: "lifetime.use-after-free",
    what: "freeing with the work item queued",
    bad: `${OBJECT}object obj: count=1\n${alone("queue wq o.work 0\nfree o")}`,
    good: `${OBJECT}object obj: count=1\n${alone("queue wq o.work 0\nx = cancel o.work\nfree o")}`,
  },
  {
    code: "lifetime.double-free",
    what: "two threads that free, one that frees what RCU will free",
    bad: `${OBJECT}object obj: count=1\n${twice("free o")}`,
    good: `${OBJECT}object obj: count=2\n${twice("x = dec_and_test o.count\nif !x goto out\nfree o\nout: end")}`,
  },
  {
    code: "lifetime.double-free",
    what: "call_rcu() twice within a section",
    bad: `${OBJECT}object obj: count=1\n${alone("rcu_lock\ncall_rcu o.rcu\ncall_rcu o.rcu\nrcu_unlock")}`,
    good: `${OBJECT}object obj: count=1\n${alone("rcu_lock\ncall_rcu o.rcu\nrcu_unlock")}`,
  },
  {
    code: "lifetime.leak",
    what: "a reference that nobody puts",
    bad: `${OBJECT}object obj: count=2\n${alone("x = dec_and_test o.count\nif !x goto out\nfree o\nout: end")}`,
    good: `${OBJECT}object obj: count=2 keeps 1\n${alone("x = dec_and_test o.count\nif !x goto out\nfree o\nout: end")}`,
  },
  {
    code: "lifetime.leak",
    what: "an object that is put for good and not freed",
    bad: `${OBJECT}object obj: count=1\n${alone("x = dec_and_test o.count")}`,
    good: `${OBJECT}object obj: count=1\n${alone("x = dec_and_test o.count\nfree o")}`,
  },
  {
    code: "lifetime.leak",
    what: "an object that is kept but was unlinked",
    bad: `${OBJECT}object obj: count=1 on 0 keeps 1\n${alone("lock a\ndel all o\nunlock a")}`,
    good: `${OBJECT}object obj: count=1 on 0 keeps 1\n${alone("lock a\ndel all o\nadd_to all o\nunlock a")}`,
  },
  {
    code: "lifetime.null-dereference",
    what: "the first of an empty list",
    bad: `${OBJECT}object obj: unused\nthread CPU 0: p\nprogram p\n o = first all\n x = load o.flags`,
    good: `${OBJECT}object obj: unused\nthread CPU 0: p\nprogram p\n o = first all\n if !o goto out\n x = load o.flags\nout: end`,
  },
  {
    code: "list.double-del",
    what: "two threads that unlink",
    bad: `${OBJECT}object obj: count=1 on 0\n${twice("lock a\ndel_rcu all o\nunlock a")}`,
    good: `${OBJECT}object obj: count=1 on 0 keeps 1\n${twice("lock a\nx = on_list all o\nif !x goto out\ndel_rcu all o\nadd_to all o\nout: unlock a")}`,
  },
  {
    code: "list.double-add",
    what: "adding what is on the list",
    bad: `${OBJECT}object obj: count=1 on 0 keeps 1\n${alone("lock a\nadd_to all o\nunlock a")}`,
    good: `${OBJECT}object obj: count=1 keeps 1\n${alone("lock a\nadd_tail all o\nunlock a")}`,
  },
  {
    code: "list.unlocked-change",
    what: "unlinking without the list's lock",
    bad: `${OBJECT}object obj: count=1 on 0\n${alone("lock b\ndel_rcu all o\nunlock b\ncall_rcu o.rcu")}`,
    good: `${OBJECT}object obj: count=1 on 0\n${alone("lock a\ndel_rcu all o\nunlock a\ncall_rcu o.rcu")}`,
  },
  {
    code: "list.reused-while-walked",
    what: "list_del() under a walker",
    bad: `${OBJECT}object obj: count=1 on 0\nthread CPU 0: put 1\nthread CPU 1: walk
program put obj:o
  lock a
  del all o
  unlock a
  call_rcu o.rcu
program walk
  rcu_lock
  o = first all
loop: if !o goto out
  o = next all o
  goto loop
out: rcu_unlock`,
    good: `${OBJECT}object obj: count=1 on 0\nthread CPU 0: put 1\nthread CPU 1: walk
program put obj:o
  lock a
  del_rcu all o
  unlock a
  call_rcu o.rcu
program walk
  rcu_lock
  o = first all
loop: if !o goto out
  o = next all o
  goto loop
out: rcu_unlock`,
  },
  {
    code: "lock.deadlock",
    what: "two locks in two orders",
    bad: `${OBJECT}thread CPU 0: p\nthread CPU 1: q
program p
  lock a
  lock b
  unlock b
  unlock a
program q
  lock b
  lock a
  unlock a
  unlock b`,
    good: `${OBJECT}thread CPU 0: p\nthread CPU 1: p
program p
  lock a
  lock b
  unlock b
  unlock a`,
  },
  {
    code: "lock.deadlock",
    what: "the lock that one holds",
    bad: `${OBJECT}thread CPU 0: p\nprogram p\n lock rw shared\n lock rw\n unlock rw`,
    good: `${OBJECT}thread CPU 0: p\nprogram p\n lock rw shared\n unlock rw shared\n lock rw\n unlock rw`,
  },
  {
    code: "lock.deadlock",
    what: "flushing one's own work",
    bad: `${OBJECT}object obj: count=1\nthread CPU 0: p 1\ndaemon worker: w
program p obj:o
  queue wq o.work 0
program w
again: o = take work wq obj run
run: flush wq
  free o
  done work o
  goto again`,
    good: `${OBJECT}object obj: count=1\nthread CPU 0: p 1\ndaemon worker: w
program p obj:o
  queue wq o.work 0
  flush wq
program w
again: o = take work wq obj run
run: free o
  done work o
  goto again`,
  },
  {
    code: "lock.imbalance",
    what: "an unlock too many, in the wrong mode",
    bad: `${OBJECT}thread CPU 0: p\nprogram p\n lock rw shared\n unlock rw`,
    good: `${OBJECT}thread CPU 0: p\nprogram p\n lock rw shared\n unlock rw shared`,
  },
  {
    code: "lock.imbalance",
    what: "an end inside rcu_read_lock()",
    bad: `${OBJECT}thread CPU 0: p\nprogram p\n rcu_lock\n rcu_lock\n rcu_unlock`,
    good: `${OBJECT}thread CPU 0: p\nprogram p\n rcu_lock\n rcu_lock\n rcu_unlock\n rcu_unlock`,
  },
  {
    code: "lock.sleep-in-atomic",
    what: "sleeping under a spinlock",
    bad: `${OBJECT}thread CPU 0: p\nprogram p\n lock a\n yield\n unlock a`,
    good: `${OBJECT}thread CPU 0: p\nprogram p\n lock m\n yield\n unlock m`,
  },
  {
    code: "lock.sleep-in-atomic",
    what: "synchronize_rcu() in a reader",
    bad: `${OBJECT}thread CPU 0: p\nprogram p\n rcu_lock\n synchronize\n rcu_unlock`,
    good: `${OBJECT}thread CPU 0: p\nprogram p\n rcu_lock\n rcu_unlock\n synchronize`,
  },
  {
    code: "lock.not-held",
    what: "lockdep_assert_held_write() with the lock held for read",
    bad: `${OBJECT}thread CPU 0: p\nprogram p\n lock rw shared\n assert_held rw exclusive\n unlock rw shared`,
    good: `${OBJECT}thread CPU 0: p\nprogram p\n lock rw\n assert_held rw exclusive\n unlock rw`,
  },
  {
    code: "flag.revalidated",
    what: "a bit that goes one way only",
    bad: `${OBJECT}one_way obj.flags & 1 flag.revalidated valid again
object obj: count=1 flags=1 keeps 1\n${alone("store o.flags = 2")}`,
    good: `${OBJECT}one_way obj.flags & 1 flag.revalidated valid again
object obj: count=1 flags=2 keeps 1\n${alone("store o.flags = 1")}`,
  },
  {
    code: "lifetime.freed-unzapped",
    what: "a rule about what is freed",
    bad: `${OBJECT}at_free obj.flags & 2 == 0 lifetime.freed-unzapped still maps
object obj: count=1 flags=3\n${alone("call_rcu o.rcu")}`,
    good: `${OBJECT}at_free obj.flags & 2 == 0 lifetime.freed-unzapped still maps
object obj: count=1 flags=3\n${alone("rmw andnot o.flags 2\ncall_rcu o.rcu")}`,
  },
  {
    code: "work.reinit-while-pending",
    what: "INIT_WORK() on a queued item",
    bad: `${OBJECT}object obj: count=1 keeps 1\n${twice("init_work o.work 0\nqueue wq o.work")}`,
    good: `${OBJECT}object obj: count=1 keeps 1\n${twice("queue wq o.work 0")}`,
  },
  {
    code: "assert.warn-reachable",
    what: "a WARN_ON() that others can make fire",
    bad: `${OBJECT}global n 3\n${twice("x = rmw_global add n 1\nx = get n\nx = x == 1\nassert assert.warn-reachable x").replaceAll("p 1", "p").replace("p obj:o", "p")}`,
    good: `${OBJECT}global n 3\n${twice("x = rmw_global add n 1\nx = x <= 1\nassert assert.warn-reachable x").replaceAll("p 1", "p").replace("p obj:o", "p")}`,
  },
];

for (const { code, what, bad, good } of EXAMPLES) {
  test(`${code}: ${what}`, () => {
    for (const reduce of [true, false]) {
      assert.ok(codes(bad, { reduce }).includes(code), `found ${codes(bad, { reduce }).join(", ") || "nothing"}`);
      assert.deepEqual(codes(good, { reduce }), []);
    }
  });
}
