/** Which thread holds which lock, and how. */
import type { LockMode } from "../../model/ir";
import type { Machine } from "../machine/machine";
import { any, equal, or, read, type Expr } from "../machine/micro";
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

/** Whether this thread holds the lock in at least that mode. The lock of an object, if that is the kind asked for, else any such lock. */
export function holdsAsAsked(
  machine: Machine,
  thread: number,
  lock: number,
  mode: LockMode | "any",
  of: { readonly type: number; readonly object: number } | null,
): Expr {
  const info = machine.model.locks[lock];
  const instances = machine.part(held)[lock] ?? [];
  const chosen = info?.of === null ? instances : of?.type === info?.of && of ? [instances[of.object] ?? []] : instances;
  const exclusiveOnly = mode === "exclusive" && info?.kind === "rw";
  return or(
    chosen.flatMap((holders) => {
      const variable = holders[thread];
      if (!variable) return [];
      return [exclusiveOnly ? equal(read(variable), EXCLUSIVE) : any([variable])];
    }),
  );
}
