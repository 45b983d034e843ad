/** What might run beside a changed function, and what it is then asked for. */
import type { Act } from "../acts";
import { RCU, type Evidence } from "../evidence";
import { COUNT, lockVariable, OBJECT, PASSED } from "../plan";
import { wayThrough, type Way } from "../way";

export interface Experiment {
  readonly id: string;
  /** What is taken to run at the same time, or to hold: one sentence for a person. */
  readonly environment: string;
  /** `put ∥ look-up`. */
  readonly title: string;
  /** C functions; `T` stands for the subject's type, `LOCK(name)` and `UNLOCK(name)` for what takes that lock. */
  readonly harness: string;
  /** Functions of the harness that run as threads, with what a trace calls them. */
  readonly others: readonly { readonly entry: string; readonly name: string }[];
  /** C statements before the focus. */
  readonly prologue: string;
  readonly codes: readonly string[];
  /** The member that counts references, and how many there are at the start. */
  readonly count: { readonly member: string; readonly initial: number };
  readonly objects: number;
  /** C by which a look-up finds the object. */
  readonly lookup: string;
  readonly sleepers: readonly string[];
  readonly consumers: readonly string[];
  readonly published: string | null;
  /** Lists are changed under this lock. */
  readonly protection: string | null;
  /** Whoever uses the object has to hold a reference, for what it refers to goes with the last one. */
  readonly isBorrowed: boolean;
  /** Whether this thread holds a reference is counted apart from the object: what is checked at the ways out. */
  readonly countsHeld: boolean;
  /** C statement at each way out that is shown. */
  readonly atExit: string | null;
  /** Also where the lines end that are shown: what stands behind them is taken to do it. */
  readonly endsHidden: boolean;
  /** Where the patch acts; null where that does not matter. */
  readonly way: Way | null;
  /** C expression that is run there on both sides. */
  readonly atWay: string;
  /** Functions -> C expression that runs in the place of a call. */
  readonly standIns: ReadonlyMap<string, string>;
  /** Functions -> C expression before each call. */
  readonly guards: ReadonlyMap<string, string>;
  /** Numbers that all threads see. */
  readonly ownNumbers: readonly string[];
  /** Members of their own -> C type. */
  readonly ownMembers: readonly (readonly [string, string])[];
  /** It rests on what the message says of itself, and not on the diff alone. */
  readonly trustsMessage: boolean;
  /** Only tried where nothing else told the sides apart. */
  readonly isLast: boolean;
  /** Which side is taken to be wrong: that of a fix is the one before. */
  readonly blames: "before" | "after";
}

/** Null when nothing in the patch speaks for it. */
export type Propose = (evidence: Evidence) => Experiment | null;

export const MEMORY_CODES = [
  "lifetime.use-after-free",
  "lifetime.double-free",
  "lifetime.no-grace-period",
  "refcount.add-on-zero",
  "refcount.underflow",
  "list.double-del",
  "list.reused-while-walked",
];

/** An experiment with nobody beside the focus. */
export function aloneWith(evidence: Evidence): Omit<Experiment, "id" | "environment" | "title"> {
  return {
    harness: "",
    others: [],
    prologue: "",
    codes: MEMORY_CODES,
    count: { member: countOf(evidence) ?? COUNT, initial: 1 },
    objects: 1,
    lookup: OBJECT,
    sleepers: [],
    consumers: [],
    published: null,
    protection: null,
    isBorrowed: false,
    countsHeld: false,
    atExit: null,
    endsHidden: false,
    way: null,
    atWay: "",
    standIns: new Map(),
    guards: new Map(),
    ownNumbers: [],
    ownMembers: [],
    trustsMessage: false,
    isLast: false,
    blames: "before",
  };
}

/** The way through an act of one of the sides. */
export function wayOf({ both, subject }: Evidence, side: "before" | "after", { place }: Act): Way {
  return wayThrough(place, subject.focus, side, both);
}

/** Behind the act the object goes: what the lines that are shown leave to those behind them. */
export function goneBehind(way: Way): Pick<Experiment, "way" | "atWay" | "atExit" | "endsHidden"> {
  return { way, atWay: `${PASSED} = 1`, atExit: `lastput_gone(${OBJECT})`, endsHidden: true };
}

export const GONE = `void lastput_gone(T *x)
{
	if (${PASSED})
		kfree(x);
}
`;

/** Whether it is a call of something that nobody knows, with the subject among its arguments. */
export function isGiven({ kind, node }: Act, { subject }: Evidence): boolean {
  if (kind !== "call" || node?.kind !== "call") return false;
  return node.args.some((arg) => arg.kind === "name" && subject.spellings.has(arg.name));
}

/** C that takes what the first lines that are shown give back. */
export function takesOfCaller({ callerHolds }: Evidence): string {
  return callerHolds.map((name) => (name === RCU ? "rcu_read_lock();" : `LOCK(${name});`)).join(" ");
}

/** C that takes the object off the lists on which the focus puts it: it makes the object, or has it made. */
export function unlistedAtFirst(evidence: Evidence): string {
  const first = new Map<string, Act>();
  for (const side of ["before", "after"] as const) {
    for (const act of evidence.own(side, "add", "del"))
      if (act.member !== null && !first.has(act.member)) first.set(act.member, act);
  }
  const added = [...first].filter(([, { kind }]) => kind === "add");
  return added.map(([member]) => `list_del(&${OBJECT}->${member});`).join(" ");
}

/** The member that counts references, where one is shown. */
export function countOf(evidence: Evidence): string | null {
  return countingAct(evidence)?.member ?? null;
}

function countingAct(evidence: Evidence): { readonly member: string | null; readonly callee: string } | undefined {
  const counts = evidence.everywhere("put", "get", "tryget");
  return counts.find((act) => act.member !== null && /^(kref|refcount|atomic)/.test(act.callee));
}

/** C, on an object `x`, that takes and drops a reference in the member that counts them. */
export interface Counting {
  readonly take: string;
  /** Its value says whether there was one to take. */
  readonly tryTake: string;
  /** Its value says whether it was the last. */
  readonly drop: string;
}

export function countingOf(evidence: Evidence): Counting {
  const act = countingAct(evidence);
  const member = act?.member ?? COUNT;
  const [prefix] = /^(kref|atomic)/.exec(act?.callee ?? "") ?? ["refcount"];
  const path = `&x->${member}`;
  const inner = prefix === "kref" ? `${path}.refcount` : path;
  const kind = prefix === "atomic" ? "atomic" : "refcount";
  return {
    take: prefix === "kref" ? `kref_get(${path});` : `${prefix}_inc(${path});`,
    tryTake: `${kind}_inc_not_zero(${inner})`,
    drop: `${kind}_dec_and_test(${inner})`,
  };
}

/** `LOCK(name)` and `UNLOCK(name)` as calls for the kind of lock that it is. */
export function withLocks(text: string, kinds: ReadonlyMap<string, LockKind>): string {
  return text.replaceAll(/\b(UN)?LOCK\((\w+)\)/g, (_, isUnlock: string | undefined, name: string) => {
    const [take, give] = CALLS[kinds.get(name) ?? "spinlock_t"];
    return `${isUnlock === undefined ? take : give}(&${lockVariable(name)})`;
  });
}

export type LockKind = "spinlock_t" | "rwlock_t" | "struct mutex" | "struct rw_semaphore";

const CALLS: Readonly<Record<LockKind, readonly [string, string]>> = {
  spinlock_t: ["spin_lock", "spin_unlock"],
  rwlock_t: ["write_lock", "write_unlock"],
  "struct mutex": ["mutex_lock", "mutex_unlock"],
  "struct rw_semaphore": ["down_write", "up_write"],
};

/** Of the item: its type as a parameter, the member that its function is given, and C that makes it, and arms it if it is pending. */
export function armed(member: string, callee: string, isPending = true): readonly [string, string, string] {
  const item = `&${OBJECT}->${member}`;
  const arm = (c: string): string => (isPending ? ` ${c};` : "");
  if (callee.includes("hrtimer"))
    return [
      "struct hrtimer *item",
      member,
      `hrtimer_setup(${item}, lastput_fires, 0, 0);${arm(`hrtimer_start(${item}, 1, 0)`)}`,
    ];
  if (callee.includes("timer"))
    return [
      "struct timer_list *item",
      member,
      `timer_setup(${item}, lastput_fires, 0);${arm(`mod_timer(${item}, 1)`)}`,
    ];
  if (callee.includes("tasklet"))
    return [
      "struct tasklet_struct *item",
      member,
      `tasklet_setup(${item}, lastput_fires);${arm(`tasklet_schedule(${item})`)}`,
    ];
  if (callee.includes("delayed"))
    return [
      "struct work_struct *item",
      `${member}.work`,
      `INIT_DELAYED_WORK(${item}, lastput_fires);${arm(`schedule_delayed_work(${item}, 1)`)}`,
    ];
  return ["struct work_struct *item", member, `INIT_WORK(${item}, lastput_fires);${arm(`schedule_work(${item})`)}`];
}
