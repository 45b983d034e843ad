/** What the kernel's own types are to the machine. */
import type { TypeName } from "../../c/syntax";
import type { FieldInfo, LockInfo } from "../ir";

const LOCKS: Readonly<Record<string, LockInfo["kind"]>> = {
  spinlock_t: "spin",
  raw_spinlock_t: "spin",
  "struct spinlock": "spin",
  rwlock_t: "rw",
  "struct mutex": "mutex",
  "struct rw_semaphore": "rw",
};

const FIELDS: Readonly<Record<string, FieldInfo["kind"]>> = {
  refcount_t: "refcount",
  "struct list_head": "link",
  "struct hlist_node": "link",
  "struct rcu_head": "rcu",
  "struct callback_head": "rcu",
  "struct work_struct": "work",
  "struct delayed_work": "work",
};

const SCALARS = new Set(
  [
    "bool",
    "_Bool",
    "char",
    "short",
    "int",
    "long",
    "unsigned",
    "unsigned int",
    "unsigned long",
    "unsigned char",
  ].concat(["u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "size_t", "atomic_t", "atomic_long_t", "atomic64_t"]),
);

export function lockKind(type: TypeName): LockInfo["kind"] | null {
  return type.pointers === 0 ? (LOCKS[type.base] ?? null) : null;
}

/** Whether its waiters spin with preemption off; mutexes and semaphores sleep. */
export function spins(type: TypeName): boolean {
  return type.base !== "struct mutex" && type.base !== "struct rw_semaphore";
}

/** `part` for a struct or union by value that has members of its own. */
export function fieldKind(type: TypeName): FieldInfo["kind"] | "part" {
  if (type.pointers > 0) return "plain";
  const kind = FIELDS[type.base];
  if (kind !== undefined) return kind;
  return /^(struct|union) /.test(type.base) ? "part" : "plain";
}

/** The largest value that we give a scalar of this type; null for what is no scalar. An undeclared member is taken for a flag. */
export function scalarMax(type: TypeName | null): number | null {
  if (type === null) return 1;
  if (type.isArray || type.pointers > 0) return null;
  if (type.base === "bool" || type.base === "_Bool") return 1;
  return SCALARS.has(type.base) || !/^(struct|union) /.test(type.base) ? 7 : null;
}

export function isPointerTo(type: TypeName | null, base: string): boolean {
  return type !== null && type.pointers === 1 && type.base === base;
}
