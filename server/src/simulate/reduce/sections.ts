/**
 * Critical sections: taking a lock runs together with the first step under it, and giving it back with the last.
 *
 * Lipton (Reduction: a method of proving properties of parallel programs, CACM 1975): a step is a right mover when
 * whatever another thread does directly after it could as well have been done directly before, a left mover when
 * whatever another thread does directly before it could as well be done after. Right movers, one step of any kind, left
 * movers: nobody can tell such a sequence from one that runs without interruption.
 *
 * - Giving back a lock that is surely held is a left mover. Who wants it has waited, and waits a little less; a
 *   callback that was queued meanwhile waits for this section and then no longer does, or never waits for it; a
 *   synchronize_rcu() that begins meanwhile returns at once. A release that could find the lock not held is none.
 * - Taking a lock is a right mover: what others can do while it is held they can do just before. One thing differs
 *   when it is a read-side section, too: a callback queued just before need not wait for it, which only lets more
 *   happen. The same holds for rcu_read_lock() and rcu_read_unlock(), which never wait.
 * - Neither is true of a lock of which somebody only asks whether it is held, or tries to take it.
 * - An object handed over without a callback is freed at the very moment in which the last section ends: then the
 *   ends of sections are steps as any others. Where somebody waits for readers or for callbacks, to need to wait no
 *   longer could undo a deadlock: then beginnings of sections are no right movers.
 * - With store buffers a lock may be given back before others see it: none of this is used.
 */
import type { Action, LockInfo, Model } from "../../model/ir";
import { surelyHolds, type Certain } from "../machine/certain";
import { DEEPEST_NESTING } from "../machine/machine";

/** What the other threads of a model could notice. */
export interface Surroundings {
  readonly locks: readonly LockInfo[];
  /** By lock: somebody looks at it without waiting for it. */
  readonly tried: readonly boolean[];
  /** Some object is freed after a grace period without a callback. */
  readonly freesAtEnd: boolean;
  /** Some thread waits for the ends of sections, or of callbacks. */
  readonly waitsForReaders: boolean;
  /** Some thread has a store buffer: then to give back a lock is not the moment at which others see it free. */
  readonly buffered: boolean;
}

export function surroundingsOf(model: Model): Surroundings {
  const actions = model.programs.flatMap(({ steps }) => steps.map(({ action }) => action));
  return {
    locks: model.locks,
    tried: model.locks.map((_, lock) => actions.some((a) => isLook(a, lock))),
    freesAtEnd: actions.some((a) => a.kind === "callRcu" && a.callback === null),
    waitsForReaders: actions.some((a) => a.kind === "rcu" && (a.op === "synchronize" || a.op === "barrier")),
    buffered: model.programs.some(({ storeBuffer }) => storeBuffer !== undefined),
  };
}

/** Somebody learns whether the lock is held, without waiting for it. */
function isLook(action: Action, lock: number): boolean {
  return action.kind === "lock" && (action.op === "try" || action.op === "is_locked") && action.lock === lock;
}

export function movesLeft(around: Surroundings, action: Action, here: Certain | undefined): boolean {
  if (around.buffered) return false;
  if (action.kind === "rcu")
    return action.op === "unlock" && here !== undefined && here.least > 0 && !around.freesAtEnd;
  if (action.kind !== "lock" || action.op !== "release" || around.tried[action.lock] === true) return false;
  const reader = around.locks[action.lock]?.isRcuReader === true;
  return surelyHolds(around.locks, here, action.lock, action.mode) && !(reader && around.freesAtEnd);
}

export function movesRight(around: Surroundings, action: Action, here: Certain | undefined): boolean {
  if (around.buffered) return false;
  const timed = around.freesAtEnd || around.waitsForReaders;
  if (action.kind === "rcu") return action.op === "lock" && here !== undefined && here.most < DEEPEST_NESTING && !timed;
  if (action.kind !== "lock" || action.op !== "acquire" || around.tried[action.lock] === true) return false;
  const info = around.locks[action.lock];
  return info?.of === null && !(info.isRcuReader && timed);
}
