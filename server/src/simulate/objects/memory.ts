/** Fields of objects and global variables: plain loads and stores, atomic read-modify-write. */
import type { FieldRef, Value } from "../../model/ir";
import type { Machine } from "../machine/machine";
import { and, binary, constant, equal, give, not, read, set, when, type Expr, type Stmt } from "../machine/micro";
import type { Compiler, Of, StepContext } from "../machine/step";
import { mostOf } from "../machine/range";
import { largest, type Variable } from "../machine/variables";
import { drained, pushed, roomLeft, seenBy } from "./buffer";
import { onObject } from "./life";

/** fields[type][object - 1][field]; nothing for links, RCU heads and work items, which have files of their own. */
export function fields(machine: Machine): readonly (readonly (readonly (Variable | undefined)[])[])[] {
  return machine.model.types.map((info, type) =>
    info.objects.map((object, at) =>
      info.fields.map((field, index) => {
        if (field.kind !== "plain" && field.kind !== "refcount") return undefined;
        const initial = object.alive ? (object.values[index] ?? 0) : 0;
        // One value more than a refcount can count to means "saturated".
        const max = field.kind === "refcount" ? field.max + 1 : field.max;
        const name = `${machine.nameOf(type, at + 1)}.${field.name}`;
        return machine.declare(name, max, initial, { type, object: at + 1 });
      }),
    ),
  );
}

export function fieldOf(machine: Machine, type: number, object: number, field: number): Variable {
  const variable = machine.part(fields)[type]?.[object - 1]?.[field];
  if (!variable) throw new RangeError(`field ${field} of type ${type} holds no number`);
  return variable;
}

/** What a new object has in it. */
export function freshFields(machine: Machine, type: number, object: number): readonly Stmt[] {
  return (machine.model.types[type]?.fields ?? []).flatMap((field, index) => {
    if (field.kind === "plain") return [set(fieldOf(machine, type, object, index), field.fresh)];
    if (field.kind === "refcount") return [set(fieldOf(machine, type, object, index), 0)];
    return [];
  });
}

/** The profile's rules for an object that is given up. */
export function ruleChecks(step: StepContext, type: number, object: number): readonly Stmt[] {
  const { machine } = step;
  return (machine.model.types[type]?.atFree ?? []).flatMap((rule) => {
    const value = binary("&", read(fieldOf(machine, type, object, rule.field)), constant(rule.mask));
    return when(not(equal(value, rule.equals)), [step.report(rule.code, rule.message, { type, number: object })]);
  });
}

export function globals(machine: Machine): readonly Variable[] {
  return machine.model.globals.map((info) => machine.declare(info.name, info.max, info.initial));
}

export const load: Compiler<"load"> = {
  compile(step, { from, into }) {
    return [
      ...onObject(step, from.type, from.object, (object) => give(into, seenField(step, from, object))),
      step.go(),
    ];
  },
};

export const store: Compiler<"store"> = {
  compile(step, { to, value }) {
    const cases = onObject(step, to.type, to.object, (object) => [
      ...roomLeft(step),
      ...storeTo(step, to, object, step.value(value)),
    ]);
    return [...cases, step.go()];
  },
};

export const rmw: Compiler<"rmw"> = {
  compile(step, { op, on, value, expected, into }) {
    const operand = step.keep(step.value(value));
    const wanted = step.keep(expected ? step.value(expected) : constant(0));
    const cases = onObject(step, on.type, on.object, (object) => {
      const variable = fieldOf(step.machine, on.type, object, on.field);
      const old = step.keep(read(variable));
      const most = mostNow(step, op, variable, value);
      const next = combine(op, old.kept, operand.kept);
      const change = [
        ...fitting(step, variable, next, most),
        ...changeTo(step, on, object, read(variable), next, writeAtOnce),
      ];
      return [
        ...drained(step),
        ...old.first,
        ...(op === "cmpxchg" ? when(binary("==", old.kept, wanted.kept), change) : change),
        ...give(into, old.kept),
      ];
    });
    return [...operand.first, ...wanted.first, ...cases, step.go()];
  },
};

export const loadGlobal: Compiler<"loadGlobal"> = {
  compile(step, { global, into }) {
    const variable = globalOf(step.machine, global);
    return [...give(into, seenBy(step.machine, step.thread, { kind: "global", global }, variable)), step.go()];
  },
};

export const storeGlobal: Compiler<"storeGlobal"> = {
  compile(step, { global, value }) {
    const variable = globalOf(step.machine, global);
    const given = step.value(value);
    return [
      ...roomLeft(step),
      ...fitting(step, variable, given, mostIn(step, given)),
      ...(pushed(step, { kind: "global", global }, given) ?? [set(variable, given)]),
      step.go(),
    ];
  },
};

export const rmwGlobal: Compiler<"rmwGlobal"> = {
  compile(step, { op, global, value, expected, into }) {
    const variable = globalOf(step.machine, global);
    const old = step.keep(read(variable));
    const next = combine(op, old.kept, step.value(value));
    const change = [...fitting(step, variable, next, mostNow(step, op, variable, value)), set(variable, next)];
    const test = op === "cmpxchg" && expected ? binary("==", old.kept, step.value(expected)) : constant(1);
    return [...drained(step), ...old.first, ...when(test, change), ...give(into, old.kept), step.go()];
  },
};

/** The value that this thread finds there. */
export function seenField(step: StepContext, { type, field }: FieldRef, object: number): Expr {
  const variable = fieldOf(step.machine, type, object, field);
  return seenBy(step.machine, step.thread, { kind: "field", type, object, field }, variable);
}

/** A plain store, by way of the store buffer where the thread has one. */
export function writeField(step: StepContext, { type, field }: FieldRef, object: number, value: Expr): readonly Stmt[] {
  const stored = pushed(step, { kind: "field", type, object, field }, value);
  return stored ?? [set(fieldOf(step.machine, type, object, field), value)];
}

function writeAtOnce(step: StepContext, { type, field }: FieldRef, object: number, value: Expr): readonly Stmt[] {
  return [set(fieldOf(step.machine, type, object, field), value)];
}

function storeTo(step: StepContext, to: FieldRef, object: number, value: Expr): readonly Stmt[] {
  const variable = fieldOf(step.machine, to.type, object, to.field);
  return [
    ...fitting(step, variable, value, mostIn(step, value)),
    ...changeTo(step, to, object, seenField(step, to, object), value, writeField),
  ];
}

/** Looks whether a one-way bit goes back, and writes. */
function changeTo(
  step: StepContext,
  to: FieldRef,
  object: number,
  old: Expr,
  value: Expr,
  write: typeof writeField,
): readonly Stmt[] {
  const { machine } = step;
  const variable = fieldOf(machine, to.type, object, to.field);
  const rules = (machine.model.types[to.type]?.oneWay ?? []).filter((rule) => rule.field === to.field);
  if (rules.length === 0) return write(step, to, object, value);
  const next = step.keep(binary("&", value, constant(largest(variable))));
  const checks = rules.flatMap((rule) => {
    const wentBack = and([
      binary("&", old, constant(rule.mask)),
      equal(binary("&", next.kept, constant(rule.mask)), 0),
    ]);
    return when(wentBack, [step.report(rule.code, rule.message, { type: to.type, number: object })]);
  });
  return [...next.first, ...checks, ...write(step, to, object, next.kept)];
}

/** A value that the variable has no room for is a bound of ours: what C would keep, we would cut. */
function fitting(step: StepContext, variable: Variable, value: Expr, most: number): readonly Stmt[] {
  const room = largest(variable);
  if (most <= room) return [];
  return when(binary(">", value, constant(room)), step.bound(`values of ${variable.name}`, room));
}

/** Below 0 a number becomes what its width holds then, as it does in C. */
function mostNow(step: StepContext, op: Of<"rmw">["op"], variable: Variable, value: Value): number {
  return op === "sub" ? 0 : mostIn(step, combine(op, read(variable), step.value(value)));
}

function mostIn(step: StepContext, value: Expr): number {
  return mostOf(value, (local) => step.largestOf(local));
}

function combine(op: Of<"rmw">["op"], old: Expr, operand: Expr): Expr {
  switch (op) {
    case "xchg":
    case "cmpxchg":
      return operand;
    case "add":
      return binary("+", old, operand);
    case "sub":
      // Wraps as unsigned numbers of the field's width do; `-` of a Value would stop at 0.
      return binary("+", old, binary("+", binary("^", operand, constant(0x7fffffff)), constant(1)));
    case "or":
      return binary("|", old, operand);
    case "and":
      return binary("&", old, operand);
    case "andnot":
      return binary("&~", old, operand);
  }
}

function globalOf(machine: Machine, global: number): Variable {
  const variable = machine.part(globals)[global];
  if (!variable) throw new RangeError(`the model has no global ${global}`);
  return variable;
}
