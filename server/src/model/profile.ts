/**
 * The facts that make a C type a lifecycle, as data. A profile is a JSON file of this shape and C files of ours (base and
 * harness) that are read by the same front end as the patch. The engine knows none of the names in it.
 */

/** `profiles/NAME/profile.json`. */
export interface Profile {
  readonly name: string;
  /** For a person: `KVM TDP MMU root lifecycle`. */
  readonly title: string;
  /** Files beside the JSON, in reading order. Headers come first; their macros and types are seen by all files and by the patch. */
  readonly headers: readonly string[];
  /** Our rendition of the code that patches change; a file may be there only where some facts hold. */
  readonly base: readonly (string | BaseFileProfile)[];
  /** Callers that a patch does not show, and the checks at their ends. */
  readonly harness: readonly string[];
  /** The files of a kernel tree that are read in the place of the base, where there is a tree. */
  readonly tree?: readonly TreeFileProfile[];
  readonly objects: readonly ObjectProfile[];
  /** Unions or structs that are one machine word with named bits. */
  readonly words: readonly WordProfile[];
  readonly lists: readonly ListProfile[];
  readonly locks: readonly LockProfile[];
  /** The choices that the base is composed of. A C file of the base selects by `#if FACT == VALUE`, both spelt in capitals with `_` for `-`. */
  readonly facts: readonly FactProfile[];
  /** The combinations that somebody ran or might have run, by the era that had them; when there are none, all are possible. */
  readonly eras?: readonly EraProfile[];
  /** Combinations that existed but are broken by themselves: used for a patch only when it fits no other. */
  readonly unsound?: readonly FactRule[];
  /** Sound combinations that no release had, steps within one series: used for a patch only when it fits no other as well. */
  readonly between?: readonly FactRule[];
  readonly scenarios: readonly ScenarioProfile[];
  /**
   * Functions of the harness that further threads of a scaled scenario may run; any other is run by the threads that the
   * scenario names and by no more.
   */
  readonly repeatable?: Readonly<Record<string, RepeatProfile>>;
  /**
   * What is noted or checked where the code calls a function of that name, whoever defines it: a patch, a kernel tree, the
   * base. So our instruments stand in none of the functions that others replace.
   */
  readonly hooks?: Readonly<Record<string, HookProfile>>;
  /** Members that always have one value in our scenarios, whatever object or variable they are in: `struct tdp_iter:level`. */
  readonly pinned?: Readonly<Record<string, number>>;
  /** What a scenario can ask for to be otherwise than in the rest, by name. */
  readonly views?: Readonly<Record<string, ViewProfile>>;
  /**
   * Members that other releases call otherwise, by type and member, and what ours are called:
   * `struct kvm:mmu_invalidate_seq` and `mmu_notifier_seq`, or a path.
   */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Callees that reach a tracked object but do nothing to its lifecycle; `*` stands for any characters. */
  readonly harmless: readonly string[];
  /** In a few words each: what nobody checks. */
  readonly notChecked: readonly string[];
  /** The codes that its scenarios are asked about; all of them without. */
  readonly codes?: readonly string[];
  /** What nobody tracks is somebody's input, which may be anything: a finding that needs it is no less certain. */
  readonly anyInput?: boolean;
}

/** How the same code is read where scenarios need more of it than the others: page tables of two levels, say. */
export interface ViewProfile {
  /** Over the profile's own; null for members that have no fixed value here. */
  readonly pinned: Readonly<Record<string, number | null>>;
  /** The largest value that a number has; 7 without. */
  readonly largest?: number;
  /** Of what the profile says is not checked: what is left of that where scenarios of this view run. */
  readonly leavesUnchecked?: Readonly<Record<string, string>>;
  /** By type: what differs from the profile's own. */
  readonly objects?: Readonly<Record<string, ViewedObject>>;
}

export interface ViewedObject {
  readonly label?: string;
  /** Field -> its largest value. */
  readonly max?: Readonly<Record<string, number>>;
  /** Besides those of the type. */
  readonly makers?: readonly string[];
  /** Fields whose `whenFreed` does not hold here. */
  readonly anyWhenFreed?: readonly string[];
  /** A scalar whose values from `from` on stand for objects of the type, from number `to` on: those are not forgotten. */
  readonly refers?: { readonly field: string; readonly from: number; readonly to: number };
}

/** Fact -> the value, or the values, of which it must have one. It holds when all of its facts do. */
export type FactRule = Readonly<Record<string, string | readonly string[]>>;

export interface BaseFileProfile {
  readonly file: string;
  readonly when: FactRule;
}

/**
 * With `replaces` the whole file is what is reviewed: it takes the place of those files of the base, and a tree without it
 * is not one that the profile can read. Else its functions take the place of the base's one by one, each that a scenario
 * reaches and that can be modelled; headers of ours come before it.
 */
export interface TreeFileProfile {
  /** From the top of the tree: `arch/x86/kvm/mmu/tdp_mmu.c`. */
  readonly path: string;
  /** Names without folders. */
  readonly replaces?: readonly string[];
}

export interface EraProfile {
  /** `scheduled flag`. */
  readonly name: string;
  /** The releases that had it: `6.6 and 6.7`; none had what was only proposed. */
  readonly releases?: string;
  /** Nobody had seen such code before: `2023-09`. A patch that is older was not written for it. */
  readonly since?: string;
  /** A step between two eras that nobody wrote for after it: `2021-06`, the last month. What has no date is laid on it only when it fits no other. */
  readonly until?: string;
  /** Every fact that the profile has, but for those with a usual value; where several values stand, each of them was there. */
  readonly facts: FactRule;
}

export interface ObjectProfile {
  /** `struct kvm_mmu_page`. */
  readonly type: string;
  /** `root`. */
  readonly label: string;
  /** One object that exists from the start to the end; others are pools whose size the scenario says. */
  readonly single: boolean;
  /**
   * Fields by path (`tdp_mmu_root_count`, `role.word`). What a field is comes from its C type (refcount_t, kref, struct
   * rcu_head, struct work_struct, struct list_head, spinlock_t, ...); scalars are tracked when something stores to them.
   */
  readonly fields: Readonly<Record<string, FieldProfile>>;
  /** What a scaled scenario has more of; without it there is only more room for objects that are made. */
  readonly further?: FurtherObject;
  /** References that are rightly left at the end, beside those that a scenario's objects keep. */
  readonly held?: HeldProfile;
  /** The field that `*p` is where the object stands for the scalars that p points to: its page table for an entry of it. */
  readonly scalar?: string;
  /** The callees that make objects with such a life. What others allocate of the type has none: only whether it is NULL is known. */
  readonly makers?: readonly string[];
}

/** Whoever keeps objects for later use holds a reference to each that is still good: one whose field has this value. */
export interface HeldProfile {
  readonly references: number;
  /** `role.invalid`. */
  readonly field: string;
  readonly equals: number;
  readonly when?: FactRule;
}

export interface FieldProfile {
  /** Always has this value in our scenarios; never loaded or stored. */
  readonly pinned?: number;
  /** The field's value is the pointer to its own object (a root's page table stands for the root). */
  readonly self?: boolean;
  /** A pointer field that always points to the one object of that single type. */
  readonly pointsTo?: string;
  /** Largest value of a scalar (default: 1 for bool and bit-fields, pool size for pointers, 7 else), or of a count (default 6). */
  readonly max?: number;
  /** At the start in each existing object; default 0. */
  readonly initial?: number;
  /** Another field that it has the value of in each existing object, for what some releases call otherwise. */
  readonly startsAs?: string;
  /** In a freshly allocated object; default 0. */
  readonly fresh?: number;
  /** Only the harness uses it, to check. */
  readonly ghost?: boolean;
  /** Must have this value when the object is freed or handed to call_rcu. */
  readonly whenFreed?: { readonly equals: number; readonly code: string; readonly message: string };
  /** Never goes back to 0 while the object lives. */
  readonly oneWay?: { readonly code: string; readonly message: string };
}

export interface WordProfile {
  /** `union kvm_mmu_page_role`. */
  readonly type: string;
  /** The member that is the whole word. */
  readonly word: string;
  /** Members that are tracked, with their bits in our word; the rest of the word is the same in all objects. */
  readonly bits: Readonly<Record<string, number | { readonly at: number; readonly width: number }>>;
}

export interface ListProfile {
  /** `struct kvm:arch.tdp_mmu_roots` for a head inside a single object; `objects` for a global. */
  readonly head: string;
  readonly of: string;
  readonly link: string;
  /** Changing it needs all of one alternative: `struct kvm:mmu_lock` with ` exclusive` or ` shared` behind it, or a lock alone. */
  readonly protection: readonly (readonly string[])[];
  /** What messages call it; default the name of its head. */
  readonly label?: string;
}

export interface LockProfile {
  /** `struct kvm:mmu_lock`, or a global's name. What it is comes from its C type. */
  readonly lock: string;
  /** Default true for spinning locks. */
  readonly isRcuReader?: boolean;
  /** What messages call it; default its name. */
  readonly label?: string;
}

export interface FactProfile {
  readonly name: string;
  /** The question that it answers: `who owns the reference that the fast zap puts`. */
  readonly title: string;
  /** Value -> what it means, in a few words. */
  readonly values: Readonly<Record<string, string>>;
  /** What it is in an era that does not name it. */
  readonly usual?: string;
  /**
   * It tells only how the code is spelt (an argument more or less) and changes no behaviour: where a patch fits several
   * of its values, it is laid on the first, and nothing is said of it.
   */
  readonly isSpelling?: boolean;
}

export interface ScenarioProfile {
  readonly id: string;
  /** `load+put ∥ fast zap`. */
  readonly title: string;
  readonly threads: readonly ScenarioThread[];
  /** Objects of each pool that exist at the start, and how many can exist at all. */
  readonly pools: Readonly<Record<string, PoolProfile>>;
  /** Run it only where these facts hold. */
  readonly when?: FactRule;
  /** Functions that not all releases have: run it only where the code has all of them. */
  readonly needs?: readonly string[];
  /** One of the profile's `views`. */
  readonly view?: string;
  /** Workers of each queue; default 1. */
  readonly workers?: number;
  /** Fields of single objects that differ from their `initial`: `struct kvm:users_count`. */
  readonly set?: Readonly<Record<string, number>>;
  /** How much further than their `max` counts can go: one for each thread that was added. Never in a file. */
  readonly headroom?: number;
  /** The id of the scenario that this one was scaled from. Never in a file. */
  readonly scaledFrom?: string;
}

export interface RepeatProfile {
  /** The parameter that is given an object of the type: the one that the fewest threads have; `once`: one that none has for this function. */
  readonly on?: { readonly parameter: string; readonly type: string; readonly once?: boolean };
  /** Counts in which each of the threads owns one: of that object (`tdp_mmu_root_count`), or of a single one (`struct kvm:users_count`). */
  readonly owns?: readonly string[];
  /** How many objects each of the threads makes at most, by type. */
  readonly makes?: Readonly<Record<string, number>>;
}

/** Functions of ours that run at the start and at the end of a call. Their parameters are those of the same names of the callee. */
export interface HookProfile {
  /** Only in calls that this function leads to. */
  readonly within?: string;
  readonly before?: string;
  readonly after?: string;
}

export interface ScenarioThread {
  /** `CPU 0: vCPU put`. */
  readonly name: string;
  /** A function of the harness, or one of the code that is called as its first lockdep assertions say. */
  readonly entry: string;
  /** Parameter -> object number or value; parameters that point to a single object need none. */
  readonly args?: Readonly<Record<string, number>>;
}

export interface PoolProfile {
  readonly size: number;
  /** The objects that exist at the start, from number 1 on. All are on their lists unless `lists` is false. */
  readonly initial: readonly InitialObjectProfile[];
  /** Instead of what the type says; null where another object would have nobody to put it. */
  readonly further?: FurtherObject | null;
}

export interface InitialObjectProfile {
  /** Field -> value, over `initial` of the field. The count goes here. */
  readonly values: Readonly<Record<string, number>>;
  /** References that may be left at the end: somebody outside the scenario holds them. Default 0. */
  readonly keeps?: number;
  /** Who holds them from start to end: `a sleeping vCPU`. Then they must be left, and the object must not be freed. */
  readonly keptBy?: string;
  /** False for none of its lists; the head of one that it is on instead of the first, where the code has that one. */
  readonly lists?: boolean | string;
}

/** One reference comes on top: that of the threads that are given the object, else one that somebody outside keeps. */
export interface FurtherObject extends InitialObjectProfile {
  /** The field that counts references. */
  readonly count: string;
}

/** `profiles/kernel/types.json`: what the kernel's own types are to the machine. */
export interface KernelTypes {
  readonly locks: Readonly<Record<string, { readonly kind: "spin" | "rw" | "mutex"; readonly spins: boolean }>>;
  readonly fields: Readonly<Record<string, "refcount" | "link" | "rcu" | "work">>;
  /** Kinds of objects that are one number, with the largest that it is; see `operate` in ir.ts. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Pointers to these are work queues. */
  readonly queues: readonly string[];
  /** Integers under the kernel's names. */
  readonly scalars: readonly string[];
}

/** `profiles/kernel/vocabulary.json`: what the kernel's own primitives mean. Numbers are argument positions. */
export type Vocabulary = Readonly<Record<string, Meaning>>;

export type Meaning =
  | { readonly does: "refcount"; readonly op: string; readonly on: number; readonly amount?: number }
  | {
      readonly does: "lock";
      readonly op: "acquire" | "release" | "try" | "is_locked";
      readonly mode: "exclusive" | "shared";
      readonly on: number;
    }
  | { readonly does: "assertHeld"; readonly mode: "exclusive" | "shared" | "any" | "none"; readonly on: number }
  | { readonly does: "rcu"; readonly op: "lock" | "unlock" | "synchronize" | "barrier" }
  | { readonly does: "callRcu"; readonly on: number; readonly callback: number }
  /** kfree_rcu(pointer, field); `field` is null for the one-argument form. */
  | { readonly does: "freeRcu"; readonly object: number; readonly field: number | null }
  | { readonly does: "free"; readonly object: number }
  /** The type is that of the variable it is assigned to. */
  | { readonly does: "alloc" }
  /** `on` is `&object->link`, `list` is `&head`; first/next/empty and the walk macros of kernel.h use `head` and `member`. */
  | {
      readonly does: "list";
      readonly op: "add" | "add_tail" | "del" | "del_init" | "empty" | "first" | "next" | "on_list" | "unhashed";
      readonly rcu: boolean;
      readonly on?: number;
      readonly list?: number;
      readonly member?: number;
    }
  | {
      readonly does: "rmw";
      readonly op: "xchg" | "cmpxchg" | "add" | "sub" | "or" | "and" | "andnot";
      readonly on: number;
      readonly value: number | null;
      readonly expected?: number;
      /** `expected` is a pointer to the value, and what was found is stored there. */
      readonly updates?: boolean;
      readonly returns: "old" | "new" | "success" | "zero" | "nothing";
    }
  /** test_and_set_bit(nr, &word): one bit of a word, which may stand anywhere in ours; `test` alone only looks. */
  | {
      readonly does: "bit";
      readonly op: "set" | "clear" | "test";
      readonly number: number;
      readonly on: number;
      /** It tells what the bit was. */
      readonly gives?: boolean;
      readonly isPlain?: boolean;
    }
  /** READ_ONCE(x), rcu_dereference(x), likely(x): the value of the argument. */
  | { readonly does: "value"; readonly of: number; readonly marked: boolean }
  /** data_race(expression): its value, and what it touches may race. */
  | { readonly does: "mayRace"; readonly of: number }
  /** WRITE_ONCE(x, v), rcu_assign_pointer(x, v): `to` is the lvalue itself; with `address` it is a pointer to it. */
  | { readonly does: "store"; readonly to: number; readonly value: number; readonly address?: boolean }
  /** atomic_read(&x), test_bit: the value behind a pointer. */
  | { readonly does: "load"; readonly from: number }
  /** smp_mb(). Barriers that x86 leaves to the compiler (smp_wmb, smp_rmb, smp_mb__after_atomic) do nothing. */
  | { readonly does: "fence" }
  /** WARN_ON(condition): a finding when it is true; its value is the condition. */
  | { readonly does: "warn"; readonly on: number; readonly fatal: boolean }
  | { readonly does: "sleep"; readonly what: "sleep" | "yield" }
  /** need_resched(), rwlock_needbreak(): either way, as a step of the scheduler. */
  | { readonly does: "schedule"; readonly what: string }
  | {
      readonly does: "work";
      readonly op: "init" | "queue" | "cancel" | "dequeue" | "flush_item";
      /** In jiffies; an item without one, or with 0, is on the queue at once. */
      readonly delay?: number;
      /** The item is a timer: it runs apart from all queues, and who cancels it does not sleep. */
      readonly timer?: boolean;
      readonly on: number;
      readonly queue?: number;
      readonly function?: number;
    }
  /** A kind of object that is one number; see `operate` in ir.ts. `gives`: it has a result. */
  | {
      readonly does: "operate";
      readonly of: string;
      readonly op: string;
      readonly on: number;
      readonly gives?: boolean;
    }
  | { readonly does: "flushQueue"; readonly op: "flush" | "drain"; readonly queue: number }
  /** Pointers that carry an error: IS_ERR(p), IS_ERR_OR_NULL(p), ERR_PTR(error). */
  | { readonly does: "error"; readonly op: "is" | "isOrNull" | "make"; readonly on: number }
  /** container_of(pointer, type, member). */
  | { readonly does: "container"; readonly pointer: number; readonly member: number }
  /**
   * A guard of `linux/cleanup.h`: `guard(mutex)(&m);`, with a body `scoped_guard(mutex, &m)`, with a statement for when it
   * cannot be had `scoped_cond_guard(mutex_try, return -EBUSY, &m)`, as a variable `CLASS(fd, f)(number);`.
   */
  | { readonly does: "guard"; readonly form: "plain" | "scoped" | "conditional" | "variable" }
  /**
   * Barriers, statistics, printing: nothing that we track. Its value, if anybody asks, is unknown unless given. `memory`:
   * it reads or writes what it is given the address of; given a whole tracked object it does who knows what.
   */
  | { readonly does: "nothing"; readonly value?: number; readonly memory?: boolean }
  /** The harness's own words; see docs/profiles.md. */
  | {
      readonly does: "harness";
      readonly op: "choose" | "assert" | "markListed" | "forbid" | "markAll" | "notModelled";
    };
