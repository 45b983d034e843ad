/** What the harness knows and checks beyond the C: marks on objects, and states that must not be. */
import type { Condition } from "../../model/ir";
import type { Machine } from "../machine/machine";
import { and, binary, constant, equal, not, or, read, set, when, type Expr } from "../machine/micro";
import type { Compiler } from "../machine/step";
import { drained } from "./buffer";
import { isAlive } from "./life";
import { isOnList } from "./lists";
import { fieldOf } from "./memory";

export const markListed: Compiler<"markListed"> = {
  compile(step, { list, field, value }) {
    const { machine } = step;
    const type = machine.model.lists[list]?.type ?? 0;
    const marks = machine
      .objectsOf(type)
      .flatMap((object) =>
        when(and([isAlive(machine, type, object), isOnList(machine, list, object)]), [
          set(fieldOf(machine, type, object, field), step.value(value)),
        ]),
      );
    return [...drained(step), ...marks, step.go()];
  },
};

export const markAll: Compiler<"markAll"> = {
  compile(step, { type, conditions, field, value }) {
    const { machine } = step;
    const marks = machine
      .objectsOf(type)
      .flatMap((object) =>
        when(meets(machine, type, object, conditions), [set(fieldOf(machine, type, object, field), step.value(value))]),
      );
    return [...drained(step), ...marks, step.go()];
  },
};

export const forbid: Compiler<"forbid"> = {
  compile(step, { type, conditions, code, message }) {
    const { machine } = step;
    const checks = machine
      .objectsOf(type)
      .flatMap((object) =>
        when(meets(machine, type, object, conditions), [step.report(code, message, { type, number: object })]),
      );
    return [...drained(step), ...checks, step.go()];
  },
};

function meets(machine: Machine, type: number, object: number, conditions: readonly Condition[]): Expr {
  return and([isAlive(machine, type, object), ...conditions.map((one) => condition(machine, type, object, one))]);
}

function condition(machine: Machine, type: number, object: number, one: Condition): Expr {
  switch (one.kind) {
    case "field": {
      const value = binary("&", read(fieldOf(machine, type, object, one.field)), constant(one.mask));
      return one.op === "==" ? equal(value, one.value) : not(equal(value, one.value));
    }
    case "listed":
      return one.is ? isOnList(machine, one.list, object) : not(isOnList(machine, one.list, object));
    case "any":
      return or(one.of.map((alternative) => condition(machine, type, object, alternative)));
  }
}
