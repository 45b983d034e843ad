/**
 * Completions (Documentation/scheduler/completion.rst): `done` counts the calls of complete() that nobody has waited for
 * yet; complete_all() lets everybody pass until the completion is initialised again.
 */
import { binary, constant, equal, give, read, set, when, type Stmt } from "../machine/micro";
import { largest } from "../machine/variables";
import type { Kind, Operation } from "./kinds";
import { maySleep } from "./sleep";

export const completion: Kind = {
  init: ({ variable }) => [set(variable, 0)],
  complete: (one) => when(equal(read(one.variable), forAll(one)), [], [...beyond(one), set(one.variable, more(one))]),
  complete_all: (one) => [set(one.variable, forAll(one))],
  wait: (one) => [...when(equal(read(one.variable), 0), [{ kind: "block" }]), ...maySleep(one.step), ...takeOne(one)],
  try_wait: (one) => [
    ...give(one.into, binary("!=", read(one.variable), constant(0))),
    ...when(equal(read(one.variable), 0), [], takeOne(one)),
  ],
  done: ({ variable, into }) => give(into, binary("!=", read(variable), constant(0))),
};

/** Of all values the largest means "for everybody". */
function forAll({ variable }: Operation): number {
  return largest(variable);
}

function more({ variable }: Operation): ReturnType<typeof binary> {
  return binary("+", read(variable), constant(1));
}

function takeOne(one: Operation): readonly Stmt[] {
  const { variable } = one;
  return when(equal(read(variable), forAll(one)), [], [set(variable, binary("-", read(variable), constant(1)))]);
}

/** More calls than we count. */
function beyond(one: Operation): readonly Stmt[] {
  const most = forAll(one) - 1;
  return when(equal(read(one.variable), most), one.step.bound("calls of complete() that nobody waits for", most));
}
