/**
 * Allocation from a bounded pool, and freeing. Each allocation gives an object that never was: one that was freed is not
 * used again, so that a pointer to what it was stays a pointer to freed memory. What a pool that is too small leaves
 * unexplored is told as a bound.
 */
import { equal, give, not, or, read, set, when, type Stmt } from "../machine/micro";
import type { Compiler } from "../machine/step";
import { drained } from "./buffer";
import { grace } from "./grace";
import { pendingWork } from "./items";
import { ALIVE, freeNow, isAlive, lifeOf, NEVER_USED } from "./life";
import { freshFields, ruleChecks } from "./memory";

export const alloc: Compiler<"alloc"> = {
  compile(step, { type, into }) {
    const { machine } = step;
    const info = machine.model.types[type];
    const objects = machine.objectsOf(type);
    const take = (object: number): readonly Stmt[] => [
      set(lifeOf(machine, type, object), ALIVE),
      ...freshFields(machine, type, object),
      ...give(into, object),
    ];
    // To go on with NULL would tell of the pool, not of the code: the kernel has more memory than we have objects.
    let otherwise = step.bound(`objects of ${info?.name ?? "a type"}`, objects.length);
    for (const object of objects.toReversed()) {
      otherwise = when(equal(read(lifeOf(machine, type, object)), NEVER_USED), take(object), otherwise);
    }
    return [...otherwise, step.go()];
  },
};

export const free: Compiler<"free"> = {
  compile(step, { type, object: pointer }) {
    const { machine } = step;
    const one = (object: number): readonly Stmt[] => {
      const name = machine.nameOf(type, object);
      const concerned = { type, number: object };
      return [
        ...when(
          or([not(isAlive(machine, type, object)), grace(machine).isPending(type, object)]),
          step.fatal("lifetime.double-free", `${name} is freed twice`, concerned),
        ),
        // The queue would later run what lies in freed memory: better told where it goes wrong.
        ...when(
          pendingWork(machine, type, object),
          step.fatal("lifetime.use-after-free", `${name} is freed while its work item is queued`, concerned),
        ),
        ...ruleChecks(step, type, object),
        ...freeNow(machine, type, object),
      ];
    };
    let cases: readonly Stmt[] = [];
    for (const object of machine.objectsOf(type).toReversed()) {
      cases = when(equal(step.value(pointer), object), one(object), cases);
    }
    return [...drained(step), ...cases, step.go()];
  },
};
