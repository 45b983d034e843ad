/** The one table of findings. The documentation page, the settings and every face take what they say from here. */

export type CodeSeverity = "error" | "warning" | "info";

export interface CodeInfo {
  readonly severity: CodeSeverity;
  /** A few words for a lens: `use-after-free`. */
  readonly short: string;
  /** One sentence: what it means. */
  readonly meaning: string;
}

export const CODES: Readonly<Record<string, CodeInfo>> = {
  "refcount.add-on-zero": { severity: "error", short: "reference taken on count 0", meaning: "A reference is taken of an object whose count is 0: it is about to be freed or was." },
  "refcount.underflow": { severity: "error", short: "refcount underflow", meaning: "A reference is put that nobody holds." },
  "refcount.put-too-many": { severity: "error", short: "somebody else's reference is put", meaning: "All threads have ended, and somebody outside the scenario still holds a reference that was put." },
  "refcount.leak-on-dec": { severity: "error", short: "count reaches 0 unnoticed", meaning: "refcount_dec() brings the count to 0 and nobody frees the object." },
  "refcount.saturated": { severity: "error", short: "refcount saturated", meaning: "The count went beyond its range and will never reach 0 again." },
  "refcount.set-while-shared": { severity: "error", short: "count set while others hold references", meaning: "refcount_set() overwrites a count that others are using." },
  "lifetime.use-after-free": { severity: "error", short: "use-after-free", meaning: "An object, or the page behind it, is touched after it was freed." },
  "lifetime.double-free": { severity: "error", short: "double free", meaning: "An object is freed, or handed to call_rcu(), twice." },
  "lifetime.leak": { severity: "error", short: "leak", meaning: "All threads have ended and an object is left that nobody will free." },
  "lifetime.no-grace-period": { severity: "error", short: "freed under an RCU reader", meaning: "An object is freed while an RCU reader that may have found it is still in its read-side section." },
  "lifetime.freed-unzapped": { severity: "error", short: "freed before it was zapped", meaning: "A root is freed while its page table still maps something." },
  "lifetime.null-dereference": { severity: "error", short: "NULL dereference", meaning: "A NULL pointer is followed." },
  "list.double-add": { severity: "error", short: "list_add twice", meaning: "An entry is added to a list while it is on one." },
  "list.double-del": { severity: "error", short: "list_del twice", meaning: "An entry is taken off a list that it is not on." },
  "list.unlocked-change": { severity: "error", short: "list changed without its lock", meaning: "A list is changed without a lock that protects it." },
  "list.reused-while-walked": { severity: "error", short: "list entry reused under a walker", meaning: "A walker stands on an entry that was put to another use." },
  "zap.unreachable-while-yielding": { severity: "error", short: "zap yields while the root cannot be found", meaning: "A zap drops mmu_lock while walkers, an mmu_notifier say, cannot find the root, which still maps pages." },
  "zap.incomplete-on-return": { severity: "error", short: "zap returns too early", meaning: "A fast zap or zap-all returns while a root that it answers for still maps something." },
  "zap.cannot-yield": { severity: "info", short: "zap that cannot yield", meaning: "A zap of unbounded work may never yield: a soft lockup, not a race." },
  "reader.takes-invalid": { severity: "info", short: "reader holds an invalid root", meaning: "A reader gains a reference to a root that is invalid." },
  "flag.revalidated": { severity: "error", short: "invalid went back to valid", meaning: "A flag that must only ever be set was cleared." },
  "lock.not-held": { severity: "error", short: "lock not held", meaning: "A lock that is asserted to be held is not." },
  "lock.deadlock": { severity: "error", short: "deadlock", meaning: "Threads wait for each other." },
  "lock.imbalance": { severity: "error", short: "lock imbalance", meaning: "A lock is released that is not held, or still held at the end." },
  "lock.sleep-in-atomic": { severity: "error", short: "sleeps in atomic context", meaning: "Something that may sleep runs under a spinning lock or in an RCU read-side section." },
  "race.plain-access": { severity: "info", short: "data race", meaning: "Two accesses of one variable, at least one a store and at least one plain, with nothing that orders them." },
  "c.atomic-on-bit-field": { severity: "error", short: "atomic on a bit-field", meaning: "xchg(), cmpxchg() or & of a bit-field: a bit has no address, this does not compile." },
  "assert.warn-reachable": { severity: "error", short: "WARN fires", meaning: "A WARN_ON() or BUG_ON() in the code can fire." },
  "assert.expectation-fails": { severity: "error", short: "does not do what it is for", meaning: "What a caller may rely on does not come true, though nobody else runs." },
  "work.reinit-while-pending": { severity: "error", short: "work item initialised while queued", meaning: "INIT_WORK() on an item that is still queued corrupts the queue." },
  "progress.livelock": { severity: "error", short: "livelock", meaning: "A loop that others can keep from ending, or that never ends by itself." },
}; // prettier-ignore

export function severityOf(code: string): CodeSeverity {
  return CODES[code]?.severity ?? "error";
}
