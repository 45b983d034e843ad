/** Spinlocks, rwlocks and mutexes: taking, waiting, giving back. */
import { any, binary, constant, equal, give, not, or, read, turn, when, type Stmt } from "../machine/micro";
import { isPlainRelease } from "../../model/passes/tso";
import type { Compiler, Of, StepContext } from "../machine/step";
import type { Variable } from "../machine/variables";
import { drained, hasPending, isPending, pushed, roomLeft } from "./buffer";
import { grace } from "./grace";
import { EXCLUSIVE, held, holdsExactly, nameOfLock, SHARED } from "./held";
import { onObject } from "./life";
import { maySleep } from "./sleep";

export const lock: Compiler<"lock"> = {
  compile(step, action) {
    const { machine } = step;
    const info = machine.model.locks[action.lock];
    if (!info) throw new RangeError(`the model has no lock ${action.lock}`);
    const one = (object: number): readonly Stmt[] => {
      const holders = machine.part(held)[action.lock]?.[object] ?? [];
      const mine = holders[step.thread];
      if (!mine) throw new RangeError(`thread ${step.thread} cannot hold ${info.name}`);
      const others = holders.filter((variable) => variable !== undefined && variable !== mine) as Variable[];
      const value = info.kind !== "rw" ? 1 : action.mode === "exclusive" ? EXCLUSIVE : SHARED;
      const isThis: Parameters<typeof isPending>[2] = (target) =>
        target.kind === "release" && target.lock === action.lock && target.object === object;
      // Whoever gave it back by a store that is not visible yet still has it for all others.
      const notSeen = or(
        machine.threads.flatMap((other) => (other === step.thread ? [] : [isPending(machine, other, isThis)])),
      );
      const taken = or([
        notSeen,
        info.kind === "rw" && action.mode === "shared"
          ? or(others.map((variable) => equal(read(variable), EXCLUSIVE)))
          : any(others),
      ]);
      const name = nameOfLock(machine, action.lock, object);
      switch (action.op) {
        case "acquire":
          return [
            ...drained(step),
            ...when(any([mine]), step.fatal("lock.deadlock", `${name} is acquired by the thread that holds it`)),
            ...when(taken, [{ kind: "block" }]),
            // Told by a step that happens: one that waits has not begun.
            ...(info.kind === "mutex" ? maySleep(step) : []),
            turn(mine, 0, value),
          ];
        case "try": {
          const free = not(or([any([mine]), taken]));
          const got = step.keep(free);
          return [
            ...got.first,
            ...when(got.kept, drained(step)),
            ...when(got.kept, [turn(mine, 0, value)]),
            ...give(action.into, got.kept),
          ];
        }
        case "is_locked":
          return give(action.into, or([any([mine]), taken]));
        case "release":
          return [
            ...when(
              binary("!=", read(mine), constant(value)),
              step.fatal("lock.imbalance", `${name} is released by a thread that does not hold it so`),
            ),
            ...giveBack(step, action, object, turn(mine, value, 0)),
            ...(info.isRcuReader ? grace(machine).sectionMayEnd(step.thread) : []),
          ];
      }
    };
    if (info.of === null) return [...one(0), step.go()];
    if (!action.of) throw new RangeError(`${info.name} belongs to an object, and the step names none`);
    return [...onObject(step, info.of, action.of, one), step.go()];
  },
};

/** By a locked operation, or by a store like any other, which others may see later than the thread itself. */
function giveBack(step: StepContext, { lock: number, mode }: Of<"lock">, object: number, free: Stmt): readonly Stmt[] {
  const { model } = step.machine;
  if (!isPlainRelease(model.locks[number], mode)) return [...drained(step), free];
  const stored = pushed(step, { kind: "release", lock: number, object }, constant(0));
  if (stored === null) return [free];
  // With nothing in front of it only somebody who does not wait for the lock could tell when the store becomes visible.
  const isTried = model.programs.some(({ steps }) =>
    steps.some(
      ({ action }) =>
        action.kind === "lock" && (action.op === "try" || action.op === "is_locked") && action.lock === number,
    ),
  );
  const pending = hasPending(step.machine, step.thread);
  return [...roomLeft(step), ...(isTried ? stored : when(pending, stored)), free];
}

export const assertHeld: Compiler<"assertHeld"> = {
  compile(step, { lock, of, mode, code, message }) {
    const { machine } = step;
    const type = machine.model.locks[lock]?.of ?? null;
    const check = (object: number): readonly Stmt[] => {
      const asked = type === null ? null : { type, object };
      const isHeld = holdsExactly(machine, step.thread, lock, mode === "none" ? "any" : mode, asked);
      return when(mode === "none" ? isHeld : not(isHeld), [step.report(code, message)]);
    };
    if (type === null || !of) return [...check(0), step.go()];
    return [...onObject(step, type, of, check), step.go()];
  },
};
