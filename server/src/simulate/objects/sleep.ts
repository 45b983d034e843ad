/** Sleeping, and what must not be held meanwhile or at a thread's end. */
import { any, or, when, type Stmt } from "../machine/micro";
import type { Compiler, StepContext } from "../machine/step";
import { grace } from "./grace";
import { heldBy, inAtomic } from "./held";

export const sleep: Compiler<"sleep"> = {
  compile: (step) => [...maySleep(step), step.go()],
};

/** The check before everything that may sleep. */
export function maySleep(step: StepContext): readonly Stmt[] {
  const { machine, thread } = step;
  const atomic = or([inAtomic(machine, thread), grace(machine).inExplicitSection(thread)]);
  const message = "sleeping function called from invalid context: a spinning lock or rcu_read_lock() is held";
  return when(atomic, [step.report("lock.sleep-in-atomic", message)]);
}

/** A thread ends with something held. */
export function endsClean(step: StepContext): readonly Stmt[] {
  const { machine, thread } = step;
  const locks = heldBy(machine, thread).flatMap(({ lock, variable }) => {
    const name = machine.model.locks[lock]?.name ?? "a lock";
    return when(any([variable]), [step.report("lock.imbalance", `the thread ends while it holds ${name}`)]);
  });
  const section = when(grace(machine).inExplicitSection(thread), [
    step.report("lock.imbalance", "the thread ends inside rcu_read_lock()"),
  ]);
  return [...locks, ...section];
}
