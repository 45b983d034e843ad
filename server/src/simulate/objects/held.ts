/** Which thread holds which lock, and how. */
import type { LockMode } from "../../model/ir";
import type { Machine } from "../machine/machine";
import { any, constant, equal, or, read, type Expr } from "../machine/micro";
import type { Variable } from "../machine/variables";

/** Values of `held`; spinlocks and mutexes know only exclusive holders, as 1. */
export const SHARED = 1;
export const EXCLUSIVE = 2;

/** held[lock][object, or 0 for a single lock][thread]; undefined where the thread never takes it. */
export function held(machine: Machine): readonly (readonly (readonly (Variable | undefined)[])[])[] {
  const { model } = machine;
  return model.locks.map((info, lock) => {
    const users = machine.threads.map((thread) =>
      machine.stepsOf(thread).some(({ action }) => action.kind === "lock" && action.lock === lock),
    );
    const instances = info.of === null ? [0] : [0, ...machine.objectsOf(info.of)];
    return instances.map((object) =>
      users.map((uses, thread) =>
        uses && (info.of === null || object > 0)
          ? machine.declare(
              `${nameOfLock(machine, lock, object)} held by thread ${thread}`,
              info.kind === "rw" ? EXCLUSIVE : 1,
              0,
              null,
              [thread],
            )
          : undefined,
      ),
    );
  });
}

export function nameOfLock(machine: Machine, lock: number, object: number): string {
  const info = machine.model.locks[lock];
  if (!info) return `lock ${lock}`;
  return info.of === null ? info.name : `${info.name} of ${machine.nameOf(info.of, object)}`;
}

/** What the thread can hold, with the lock that it is. */
export function heldBy(
  machine: Machine,
  thread: number,
): readonly { readonly lock: number; readonly variable: Variable }[] {
  return machine.part(held).flatMap((instances, lock) =>
    instances.flatMap((holders) => {
      const variable = holders[thread];
      return variable ? [{ lock, variable }] : [];
    }),
  );
}

/** Holding one in which sleeping is a bug. */
export function inAtomic(machine: Machine, thread: number): Expr {
  return any(
    heldBy(machine, thread).flatMap(({ lock, variable }) => (machine.model.locks[lock]?.isAtomic ? [variable] : [])),
  );
}

/** Of an object; null where the lock belongs to none, or any object's will do. */
export type LockOwner = { readonly type: number; readonly object: number } | null;

/** Whether this thread holds the lock in at least that mode. The lock of an object, if that is the kind asked for, else any such lock. */
export function holdsAsAsked(
  machine: Machine,
  thread: number,
  lock: number,
  mode: LockMode | "any",
  of: LockOwner,
): Expr {
  const exclusiveOnly = mode === "exclusive" && machine.model.locks[lock]?.kind === "rw";
  return or(
    ownHolds(machine, thread, lock, of).map((variable) =>
      exclusiveOnly ? equal(read(variable), EXCLUSIVE) : any([variable]),
    ),
  );
}

/** As lock_is_held_type() of kernel/locking/lockdep.c: a lock that is held for write is not held for read. */
export function holdsExactly(
  machine: Machine,
  thread: number,
  lock: number,
  mode: LockMode | "any",
  of: LockOwner,
): Expr {
  if (mode !== "shared") return holdsAsAsked(machine, thread, lock, mode, of);
  if (machine.model.locks[lock]?.kind !== "rw") return constant(0);
  return or(ownHolds(machine, thread, lock, of).map((variable) => equal(read(variable), SHARED)));
}

function ownHolds(machine: Machine, thread: number, lock: number, of: LockOwner): readonly Variable[] {
  const info = machine.model.locks[lock];
  const instances = machine.part(held)[lock] ?? [];
  const chosen = info?.of === null ? instances : of?.type === info?.of && of ? [instances[of.object] ?? []] : instances;
  return chosen.flatMap((holders) => holders[thread] ?? []);
}
