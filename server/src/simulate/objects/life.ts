/** Whether an object lives. Everything that touches one goes through here, where a freed one is found. */
import type { Value } from "../../model/ir";
import type { Machine } from "../machine/machine";
import { equal, not, read, set, when, type Expr, type Stmt } from "../machine/micro";
import type { StepContext } from "../machine/step";
import type { Variable } from "../machine/variables";

/** Values of an object's `life`. */
export const NEVER_USED = 0;
export const ALIVE = 1;
export const FREED = 2;

/** life[type][object - 1] */
export function lives(machine: Machine): readonly (readonly Variable[])[] {
  return machine.model.types.map((type, index) =>
    type.objects.map((object, at) =>
      machine.declare(`life of ${machine.nameOf(index, at + 1)}`, FREED, object.alive ? ALIVE : NEVER_USED),
    ),
  );
}

export function lifeOf(machine: Machine, type: number, object: number): Variable {
  const life = machine.part(lives)[type]?.[object - 1];
  if (!life) throw new RangeError(`the model has no object ${object} of type ${type}`);
  return life;
}

export function isAlive(machine: Machine, type: number, object: number): Expr {
  return equal(read(lifeOf(machine, type, object)), ALIVE);
}

/** Does `body` for the object that the value points to; NULL and a freed object are findings and end the path. */
export function onObject(
  step: StepContext,
  type: number,
  pointer: Value,
  body: (object: number) => readonly Stmt[],
): readonly Stmt[] {
  return anyObject(step, type, pointer, (object) => [...mustLive(step, type, object), ...body(object)]);
}

/** The same, but a freed object is the body's own affair. */
export function anyObject(
  step: StepContext,
  type: number,
  pointer: Value,
  body: (object: number) => readonly Stmt[],
): readonly Stmt[] {
  const { machine } = step;
  const value = step.value(pointer);
  let cases: readonly Stmt[] = step.fatal(
    "lifetime.null-dereference",
    `NULL pointer dereference: ${step.step.text}`,
    null,
  );
  for (const object of machine.objectsOf(type).toReversed()) cases = when(equal(value, object), body(object), cases);
  return cases;
}

export function mustLive(step: StepContext, type: number, object: number): readonly Stmt[] {
  const name = step.machine.nameOf(type, object);
  return when(
    not(isAlive(step.machine, type, object)),
    step.fatal("lifetime.use-after-free", `${name} is used after it was freed`, { type, number: object }),
  );
}

/** From here on the object is gone. */
export function freeNow(machine: Machine, type: number, object: number): readonly Stmt[] {
  return [set(lifeOf(machine, type, object), FREED), { kind: "forget", type, object }];
}
