/** The one table of findings. The documentation page, the settings and every face take what they say from here. */

export type CodeSeverity = "error" | "warning" | "info";

export interface CodeInfo {
  readonly severity: CodeSeverity;
  /** A few words for a lens: `use-after-free`. */
  readonly short: string;
  /** One sentence: what it means. */
  readonly meaning: string;
  /** What usually mends it. */
  readonly fix: string;
  /** Files of the kernel's Documentation/. */
  readonly documents: readonly string[];
}

export const CODES: Readonly<Record<string, CodeInfo>> = {
  "refcount.add-on-zero": { severity: "error", short: "reference taken on count 0", meaning: "A reference is taken of an object whose count is 0: it is about to be freed or was.", fix: "Take the reference with refcount_inc_not_zero() or kref_get_unless_zero() and look at its result, or hold a lock that the last put takes as well.", documents: ["core-api/refcount-vs-atomic.rst", "core-api/kref.rst"] },
  "refcount.underflow": { severity: "error", short: "refcount underflow", meaning: "A reference is put that nobody holds.", fix: "Find out who owns the reference that is put twice: each get has one put, and a reference that is handed over is no longer the giver's to put.", documents: ["core-api/refcount-vs-atomic.rst", "core-api/kref.rst"] },
  "refcount.put-too-many": { severity: "error", short: "somebody else's reference is put", meaning: "All threads have ended, and somebody outside the scenario still holds a reference that was put.", fix: "Put only what was taken here, or take a reference before the object is handed on.", documents: ["core-api/kref.rst"] },
  "refcount.leak-on-dec": { severity: "error", short: "count reaches 0 unnoticed", meaning: "refcount_dec() brings the count to 0 and nobody frees the object.", fix: "Use refcount_dec_and_test() and free the object when it says so.", documents: ["core-api/refcount-vs-atomic.rst"] },
  "refcount.saturated": { severity: "error", short: "refcount saturated", meaning: "The count went beyond its range and will never reach 0 again.", fix: "Bound how often a reference can be taken without one being put; a saturated object is never freed.", documents: ["core-api/refcount-vs-atomic.rst"] },
  "refcount.set-while-shared": { severity: "error", short: "count set while others hold references", meaning: "refcount_set() overwrites a count that others are using.", fix: "Set a count only before the object can be found, or after it reached 0 and nobody can take another reference.", documents: ["core-api/refcount-vs-atomic.rst"] },
  "lifetime.use-after-free": { severity: "error", short: "use-after-free", meaning: "An object, or the page behind it, is touched after it was freed.", fix: "Hold a reference, a lock or an RCU read-side section for as long as the object is used, and let whoever frees it wait for those.", documents: ["core-api/kref.rst", "RCU/whatisRCU.rst", "dev-tools/kasan.rst"] },
  "lifetime.double-free": { severity: "error", short: "double free", meaning: "An object is freed, or handed to call_rcu(), twice.", fix: "Let one thread alone decide that the object goes: the one whose refcount_dec_and_test() said so.", documents: ["core-api/kref.rst", "dev-tools/kasan.rst"] },
  "lifetime.leak": { severity: "error", short: "leak", meaning: "All threads have ended and an object is left that nobody will free.", fix: "Put every reference on every way out, error paths and loops that are left early included.", documents: ["core-api/kref.rst", "dev-tools/kmemleak.rst"] },
  "lifetime.no-grace-period": { severity: "error", short: "freed under an RCU reader", meaning: "An object is freed while an RCU reader that may have found it is still in its read-side section.", fix: "Free with call_rcu() or kfree_rcu(), or call synchronize_rcu() between unlinking and freeing.", documents: ["RCU/whatisRCU.rst", "RCU/checklist.rst"] },
  "lifetime.freed-unzapped": { severity: "error", short: "freed before it was zapped", meaning: "A root is freed while its page table still maps something.", fix: "Empty what the object refers to before it is freed, whichever thread puts last.", documents: ["virt/kvm/x86/mmu.rst"] },
  "lifetime.null-dereference": { severity: "error", short: "NULL dereference", meaning: "A NULL pointer, or one that carries an error, is followed.", fix: "Look at the pointer before it is followed; the first of a list may be none.", documents: ["admin-guide/bug-hunting.rst"] },
  "list.double-add": { severity: "error", short: "list_add twice", meaning: "An entry is added to a list while it is on one.", fix: "Take the entry off first, list_move() does both, or keep on the object whether it is listed.", documents: ["core-api/kernel-api.rst"] },
  "list.double-del": { severity: "error", short: "list_del twice", meaning: "An entry is taken off a list that it is not on.", fix: "Let one thread alone unlink, under the list's lock; list_del_init() where that may happen twice.", documents: ["core-api/kernel-api.rst"] },
  "list.unlocked-change": { severity: "error", short: "list changed without its lock", meaning: "A list is changed without a lock that protects it.", fix: "Change the list under the lock that protects it; RCU protects those who read it, not those who write.", documents: ["RCU/listRCU.rst", "locking/locktypes.rst"] },
  "list.reused-while-walked": { severity: "error", short: "list entry reused under a walker", meaning: "A walker stands on an entry that was put to another use.", fix: "Wait for a grace period between list_del_rcu() and putting the entry on a list again.", documents: ["RCU/listRCU.rst", "RCU/rculist_nulls.rst"] },
  "zap.unreachable-while-yielding": { severity: "error", short: "zap yields while the root cannot be found", meaning: "A zap drops mmu_lock while walkers, an mmu_notifier say, cannot find the root, which still maps pages.", fix: "Zap first, while the root is listed and its count is above 0, and unlink afterwards.", documents: ["virt/kvm/x86/mmu.rst", "virt/kvm/locking.rst"] },
  "zap.incomplete-on-return": { severity: "error", short: "zap returns too early", meaning: "A fast zap or zap-all returns while a root that it answers for still maps something.", fix: "Wait for whoever zaps, flush_workqueue() for a queue, before the caller is told that all is gone.", documents: ["virt/kvm/x86/mmu.rst", "core-api/workqueue.rst"] },
  "zap.cannot-yield": { severity: "info", short: "zap that cannot yield", meaning: "A zap of unbounded work may never yield: a soft lockup, not a race.", fix: "Keep the object where others find it while it is taken apart, so that the work may yield.", documents: ["admin-guide/lockup-watchdogs.rst", "RCU/stallwarn.rst"] },
  "reader.takes-invalid": { severity: "info", short: "reader holds an invalid root", meaning: "A reader gains a reference to a root that is invalid.", fix: "Ask for validity when the reference is held, or make both happen under a lock that invalidation takes.", documents: ["virt/kvm/locking.rst"] },
  "flag.revalidated": { severity: "error", short: "invalid went back to valid", meaning: "A flag that must only ever be set was cleared.", fix: "Set the flag and never clear it; store the whole word only from a value that was read under the same lock.", documents: ["memory-barriers.txt"] },
  "lock.not-held": { severity: "error", short: "lock not held", meaning: "A lock that is asserted to be held is not.", fix: "Take the lock, or call from where it is held in the mode that is asked for.", documents: ["locking/lockdep-design.rst"] },
  "lock.deadlock": { severity: "error", short: "deadlock", meaning: "Threads wait for each other.", fix: "Take the locks in one order everywhere, and wait for nobody who needs a lock that is held.", documents: ["locking/lockdep-design.rst", "kernel-hacking/locking.rst"] },
  "lock.imbalance": { severity: "error", short: "lock imbalance", meaning: "A lock is released that is not held, or still held at the end.", fix: "Give the lock back on every way out.", documents: ["kernel-hacking/locking.rst"] },
  "lock.sleep-in-atomic": { severity: "error", short: "sleeps in atomic context", meaning: "Something that may sleep runs under a spinning lock or in an RCU read-side section.", fix: "Sleep before the lock is taken or after it is given back, or use a mutex.", documents: ["kernel-hacking/locking.rst", "locking/locktypes.rst"] },
  "race.plain-access": { severity: "info", short: "data race", meaning: "Two accesses of one variable, at least one a store and at least one plain, with nothing that orders them.", fix: "Mark both accesses with READ_ONCE() and WRITE_ONCE(), or order them with a lock.", documents: ["dev-tools/kcsan.rst", "memory-barriers.txt"] },
  "c.atomic-on-bit-field": { severity: "error", short: "atomic on a bit-field", meaning: "xchg(), cmpxchg() or & of a bit-field: a bit has no address, this does not compile.", fix: "Do it to the whole word that the bit-field is part of.", documents: ["atomic_t.txt", "memory-barriers.txt"] },
  "assert.warn-reachable": { severity: "error", short: "WARN fires", meaning: "A WARN_ON() or BUG_ON() in the code can fire.", fix: "Make the condition impossible, or drop the warning and handle the case.", documents: ["process/deprecated.rst"] },
  "assert.expectation-fails": { severity: "error", short: "does not do what it is for", meaning: "What a caller may rely on does not come true, though nobody else runs.", fix: "Compare with what the callers rely on; the message says what that is.", documents: [] },
  "work.reinit-while-pending": { severity: "error", short: "work item initialised while queued", meaning: "INIT_WORK() on an item that is still queued corrupts the queue.", fix: "Initialise the item once, when its object is made.", documents: ["core-api/workqueue.rst", "core-api/debug-objects.rst"] },
  "progress.livelock": { severity: "error", short: "livelock", meaning: "A loop that others can keep from ending, or that never ends by itself.", fix: "Make sure that somebody is left who changes what the loop waits for, or bound the loop.", documents: ["admin-guide/lockup-watchdogs.rst"] },
  "series.not-bisectable": { severity: "warning", short: "series not bisectable", meaning: "A series is clean at its end, but not after each of its patches: whoever bisects lands in code that is wrong.", fix: "Move what mends it into the patch that needs it, or in front of that one.", documents: ["process/5.Posting.rst"] },
}; // prettier-ignore

export function severityOf(code: string): CodeSeverity {
  return CODES[code]?.severity ?? "error";
}
