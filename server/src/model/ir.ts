/**
 * The machine that C is lowered to: threads whose programs are graphs of atomic steps over a few finite objects.
 *
 * A step is one memory access or one kernel primitive, with the meaning that the kernel documents. Nothing here
 * knows a kernel function by name; the profile and the kernel vocabulary gave the names their meaning before.
 * How a state is packed is the business of `simulate` alone.
 */
import type { Place } from "../c/syntax";

/** Everything that one exploration needs. Indices refer to the arrays beside them. Equal models have equal results. */
export interface Model {
  readonly types: readonly ObjectType[];
  readonly globals: readonly GlobalInfo[];
  readonly locks: readonly LockInfo[];
  readonly lists: readonly ListInfo[];
  readonly queues: readonly { readonly name: string }[];
  readonly programs: readonly Program[];
  readonly threads: readonly ThreadInfo[];
}

/** A pool of objects of one C type. Pointers are 0 (NULL) or 1..objects.length. */
export interface ObjectType {
  /** `struct kvm_mmu_page`. */
  readonly name: string;
  /** What a trace calls its objects: `root` gives `root 1`, `root 2`; a pool of one is called by the label alone. */
  readonly label: string;
  readonly fields: readonly FieldInfo[];
  readonly objects: readonly InitialObject[];
  /** Lives from the start to the end by itself: nothing of it can be forgotten. */
  readonly permanent?: boolean;
  /** At the end so many references may be left beside those that objects keep, while `(field & mask) == equals`. */
  readonly held?: {
    readonly references: number;
    readonly field: number;
    readonly mask: number;
    readonly equals: number;
  };
  /** Objects from number `to` on are referred to by values from `from` on in this field of living ones: no leak. */
  readonly refers?: { readonly field: number; readonly from: number; readonly to: number };
  /** Checked when an object is freed or handed to call_rcu: `(field & mask) == equals`, else the finding. */
  readonly atFree: readonly FieldRule[];
  /** `(field & mask)` that went from non-zero to zero while the object lives is the finding. */
  readonly oneWay: readonly Omit<FieldRule, "equals">[];
}

export interface FieldRule {
  readonly field: number;
  readonly mask: number;
  readonly equals: number;
  readonly code: string;
  readonly message: string;
}

/**
 * `plain` holds 0..max. `refcount` holds 0..max and "saturated". `link` is membership in the lists whose `link` names it.
 * `rcu` is an rcu_head, `work` a work_struct. A freshly allocated object has `fresh` in its plain fields and 0 in its refcounts.
 */
export interface FieldInfo {
  /** As C spells it: `tdp_mmu_root_count`, `role.word`. */
  readonly name: string;
  readonly kind: "plain" | "refcount" | "link" | "rcu" | "work";
  readonly max: number;
  readonly fresh: number;
  /** For traces and hovers: the named bits of a flag word, e.g. `{name: "invalid", mask: 1}`. Empty: shown as a number. */
  readonly bits: readonly { readonly name: string; readonly mask: number }[];
  /** Ghost fields belong to the harness: they are shown as "(what we check)" and accesses are never races. */
  readonly ghost: boolean;
}

export interface InitialObject {
  readonly alive: boolean;
  /** A value for each field; ignored for `link`, `rcu`, `work`. */
  readonly values: readonly number[];
  /** Indices of the lists that it is on from the start, in list order of object index. */
  readonly lists: readonly number[];
  /** References that may be left when all threads have ended, and no more; fewer of them only when the object is freed. */
  readonly keeps: number;
  /** Who holds them from start to end, `a sleeping vCPU`: then they must be left, and the object must not be freed. */
  readonly keptBy?: string;
}

export interface GlobalInfo {
  readonly name: string;
  readonly max: number;
  readonly initial: number;
  readonly ghost: boolean;
}

export interface LockInfo {
  readonly name: string;
  readonly kind: "spin" | "rw" | "mutex";
  /** Index of the type that has one such lock in each of its objects; null for a single lock. */
  readonly of: number | null;
  /** Holding it is an RCU read-side critical section (a spinning lock disables preemption). */
  readonly isRcuReader: boolean;
  /** Sleeping while holding it is a bug. */
  readonly isAtomic: boolean;
}

export interface ListInfo {
  readonly name: string;
  readonly type: number;
  /** Index of the `link` field of that type. */
  readonly link: number;
  /** Changing the list needs all locks of at least one alternative; an empty array asks for none. */
  readonly protection: readonly (readonly { readonly lock: number; readonly mode: LockMode | "any" }[])[];
}

export type LockMode = "exclusive" | "shared";

export interface ThreadInfo {
  /** `CPU 0: load, fault, put`. */
  readonly name: string;
  readonly program: number;
  /** Initial values of the program's first locals. */
  readonly args: readonly number[];
  /** `daemon`: workers and the RCU softirq; they wait at a `take` step and need not end. */
  readonly role: "thread" | "daemon";
}

export interface Program {
  readonly name: string;
  readonly locals: readonly LocalInfo[];
  /** Step 0 is where it begins. */
  readonly steps: readonly Step[];
  /**
   * Under x86-TSO: each thread that runs it has a store buffer with room for so many stores; a full one is a bound of
   * ours. Absent: every store is seen at once.
   */
  readonly storeBuffer?: number;
}

export interface LocalInfo {
  readonly name: string;
  /** Values are 0..max. */
  readonly max: number;
  /** Set when it points to objects of a type. */
  readonly type: number | null;
}

export interface Step {
  readonly action: Action;
  /** Where to go; its length depends on the action (see there). Never empty except for `end`. */
  readonly next: readonly number[];
  /** The C it came from; null for the engine's own glue. */
  readonly place: Place | null;
  /** The C text in one line, as a trace shows it. */
  readonly text: string;
  /** The functions that this step stands in, outermost first, with the place of each call. */
  readonly stack: readonly Frame[];
  /** Touches an object, a lock or the world outside this thread. Others are this thread's own affair. */
  readonly acting: boolean;
}

export interface Frame {
  readonly function: string;
  readonly call: Place | null;
}

/** Pure arithmetic over the thread's locals, on unsigned 31-bit integers; comparisons and `!` give 0 or 1. */
export type Value =
  | { readonly kind: "const"; readonly value: number }
  | { readonly kind: "local"; readonly local: number }
  | { readonly kind: "unary"; readonly op: "!"; readonly operand: Value }
  | { readonly kind: "binary"; readonly op: ValueOp; readonly left: Value; readonly right: Value };

/** `-` stops at 0, and `&~` clears the bits of the right operand. */
export type ValueOp =
  "+" | "-" | "*" | "&" | "|" | "^" | "&~" | "<<" | ">>" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||";

/** A field of an object; NULL and freed objects make the access a finding. */
export interface FieldRef {
  readonly type: number;
  readonly object: Value;
  readonly field: number;
}

export type RefcountOp =
  | "set"
  | "read"
  | "inc"
  | "add"
  | "inc_not_zero"
  | "dec"
  | "dec_and_test"
  | "sub_and_test"
  | "dec_not_one"
  | "dec_if_one";

/** Unless stated otherwise an action has one successor. `into` receives the result, or is null when nobody looks at it. */
export type Action =
  | { readonly kind: "assign"; readonly into: number; readonly value: Value }
  /** next[0] when the test is not 0, next[1] when it is. */
  | { readonly kind: "branch"; readonly test: Value }
  /**
   * Goes to any of `next`. `schedule`: whether it yields, faults or is interrupted. `free`: something that nobody
   * tracks decides; a finding that needs one is a warning that names it.
   */
  | { readonly kind: "choose"; readonly nature: "schedule" | "free"; readonly what: string }
  | ({ readonly kind: "load"; readonly from: FieldRef; readonly into: number } & Marking)
  | ({ readonly kind: "store"; readonly to: FieldRef; readonly value: Value } & Marking)
  | ({ readonly kind: "loadGlobal"; readonly global: number; readonly into: number } & Marking)
  | ({ readonly kind: "storeGlobal"; readonly global: number; readonly value: Value } & Marking)
  /** Atomic read-modify-write of a plain field; `into` receives the old value. cmpxchg stores only if the old value is `expected`. */
  | {
      readonly kind: "rmw";
      readonly op: "xchg" | "cmpxchg" | "add" | "sub" | "or" | "and" | "andnot";
      readonly on: FieldRef;
      readonly value: Value;
      readonly expected: Value | null;
      readonly into: number | null;
    }
  | {
      readonly kind: "rmwGlobal";
      readonly op: "xchg" | "cmpxchg" | "add" | "sub" | "or" | "and" | "andnot";
      readonly global: number;
      readonly value: Value;
      readonly expected: Value | null;
      readonly into: number | null;
    }
  | {
      readonly kind: "refcount";
      readonly op: RefcountOp;
      readonly on: FieldRef;
      readonly amount: Value;
      readonly into: number | null;
    }
  /** `unhashed` tells whether the link points to itself. `first` and `next` give 0 at the end. `next` from a node that was unlinked but not freed goes on where it pointed. */
  | {
      readonly kind: "list";
      readonly op: "first" | "next" | "add" | "add_tail" | "del" | "del_init" | "empty" | "on_list" | "unhashed";
      readonly list: number;
      readonly object: Value | null;
      readonly rcu: boolean;
      readonly into: number | null;
    }
  /** Acquiring waits; `try` never does and gives 1 or 0; `is_locked` tells whether anybody holds it. `of` is the object whose lock it is. */
  | {
      readonly kind: "lock";
      readonly op: "acquire" | "release" | "try" | "is_locked";
      readonly lock: number;
      readonly of: Value | null;
      readonly mode: LockMode;
      readonly into: number | null;
    }
  /** lockdep: the finding when this thread does not hold the lock in exactly that mode, or (`none`) holds it. */
  | {
      readonly kind: "assertHeld";
      readonly lock: number;
      readonly of: Value | null;
      readonly mode: LockMode | "any" | "none";
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: "rcu"; readonly op: "lock" | "unlock" | "synchronize" | "barrier" }
  /** `callback` is the index into the softirq program's dispatch (see `take`); null frees the object after the grace period. */
  | { readonly kind: "callRcu"; readonly on: FieldRef; readonly callback: number | null }
  /** 0 when the pool has no object that was never used: memory that was freed stays so, and a pointer to it stale. */
  | { readonly kind: "alloc"; readonly type: number; readonly into: number }
  | { readonly kind: "free"; readonly type: number; readonly object: Value }
  /**
   * `function` is the index into the worker program's dispatch. `queue` gives 1 if it was not pending; a `delayed` item is
   * not on the queue before its timer fires, so that no flush of the queue need wait for it. flush waits for what was
   * queued before. cancel gives 1 if it was pending, waits for a running one and keeps it from being queued meanwhile;
   * dequeue does not wait.
   */
  | {
      readonly kind: "work";
      readonly op: "init" | "queue" | "cancel" | "dequeue" | "flush_item";
      readonly delayed?: boolean;
      /** A timer: who cancels it spins until its function has returned, and does not sleep. */
      readonly spins?: boolean;
      readonly queue: number | null;
      readonly on: FieldRef;
      readonly function: number | null;
      readonly into: number | null;
    }
  /** An operation of a kind of object that is one number: those that `simulate/objects/kinds.ts` knows, `wait` for a `completion`. */
  | {
      readonly kind: "operate";
      readonly of: string;
      readonly op: string;
      readonly on: FieldRef;
      readonly into: number | null;
    }
  | { readonly kind: "flushQueue"; readonly queue: number; readonly op: "flush" | "drain" }
  /** Daemons wait here. `into` receives the object; next[i] is the entry for dispatch index i (`work`: function, `rcu`: callback). */
  | {
      readonly kind: "take";
      readonly what: "work" | "rcu";
      readonly queue: number | null;
      readonly type: number;
      readonly into: number;
    }
  /** The daemon's work function returned; the item may be freed by now, so this touches no object. */
  | { readonly kind: "done"; readonly what: "work" | "rcu"; readonly object: Value }
  /** May sleep; `yield` is one that is guarded by need_resched() and stands for giving others the CPU. */
  | { readonly kind: "sleep"; readonly what: "sleep" | "yield" }
  /** A finding when the test is 0. `fatal` ends the path. `severity` is that of the finding. */
  | {
      readonly kind: "assert";
      readonly test: Value;
      readonly code: string;
      readonly message: string;
      readonly severity: "error" | "warning" | "info";
      readonly fatal: boolean;
    }
  /** Harness: store `value` into a ghost field of every object that is on the list at this moment. */
  | { readonly kind: "markListed"; readonly list: number; readonly field: number; readonly value: Value }
  /** Harness: the finding if a living object of the type meets all conditions; not fatal. */
  | {
      readonly kind: "forbid";
      readonly type: number;
      readonly conditions: readonly Condition[];
      readonly code: string;
      readonly message: string;
    }
  /** Harness: set `field` to `value` on every living object that meets all conditions. */
  | {
      readonly kind: "markAll";
      readonly type: number;
      readonly conditions: readonly Condition[];
      readonly field: number;
      readonly value: Value;
    }
  /** smp_mb(): what this thread stored before is seen by all before it goes on. */
  | { readonly kind: "fence" }
  /** A daemon of its own for each store buffer: the oldest store in that thread's buffer becomes visible to all. */
  | { readonly kind: "drain"; readonly thread: number }
  /** A bound of ours was reached here (recursion, loop): the exploration is incomplete from here on. */
  | { readonly kind: "bound"; readonly what: string; readonly limit: number }
  /** Not modelled (a gap, an unknown call that reaches a tracked object): reaching it means "not exercised". */
  | { readonly kind: "unknown"; readonly what: string }
  | { readonly kind: "end" };

/** How an access is written down, for those who look for data races. */
export interface Marking {
  /** READ_ONCE, WRITE_ONCE and what else the compiler must take as it stands, as it must atomics: no race between two of them. */
  readonly marked: boolean;
  /** data_race(): whatever races with it is meant to. */
  readonly intended?: true;
}

/** `(field & mask) op value`; `listed` asks for membership in a list instead. */
export type Condition =
  | {
      readonly kind: "field";
      readonly field: number;
      readonly mask: number;
      readonly op: "==" | "!=";
      readonly value: number;
    }
  | { readonly kind: "listed"; readonly list: number; readonly is: boolean }
  /** At least one of the alternatives. */
  | { readonly kind: "any"; readonly of: readonly Condition[] };
