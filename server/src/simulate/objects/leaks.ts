/** What must be true of the objects when every thread has ended and nothing can happen any more. */
import type { Machine } from "../machine/machine";
import { and, binary, constant, equal, not, or, read, when, type Expr, type Stmt } from "../machine/micro";
import { grace } from "./grace";
import { FREED, isAlive, lifeOf } from "./life";
import { isOnList } from "./lists";
import { fieldOf } from "./memory";

/** Statements that report; types without a refcount are exempt. */
export function leakChecks(machine: Machine): readonly Stmt[] {
  return machine.model.types.flatMap((info, type) => {
    const count = info.fields.findIndex((field) => field.kind === "refcount");
    if (count < 0 || info.permanent === true) return [];
    return machine.objectsOf(type).flatMap((object) => objectChecks(machine, type, object, count));
  });
}

function objectChecks(machine: Machine, type: number, object: number, field: number): readonly Stmt[] {
  const info = machine.model.types[type];
  const initial = info?.objects[object - 1];
  const keeps = keptOf(machine, type, object);
  const count = read(fieldOf(machine, type, object, field));
  const name = machine.nameOf(type, object);
  // A saturated count has been told already, and says nothing any more.
  const saturated = (info?.fields[field]?.max ?? 0) + 1;
  const report = (test: Expr, message: string, code = "lifetime.leak"): readonly Stmt[] =>
    when(test, [
      machine.addFinding({
        code,
        message,
        severity: "error",
        thread: -1,
        step: -1,
        object: { type, number: object },
        key: `${code} ${type} ${object} ${message}`,
      }),
    ]);
  const wasListed = initial?.alive === true ? initial.lists : [];
  const unlisted = or(wasListed.map((list) => not(isOnList(machine, list, object))));
  const checks = [
    ...report(
      and([equal(count, 0), not(isReferred(machine, type, object))]),
      `${name} is never freed: ${forgotten(machine, type)}`,
    ),
    ...report(
      and([binary(">", count, keeps), binary("<", count, constant(saturated))]),
      `${name} is never freed: a reference is left that nobody will put`,
    ),
    ...(keeps.op === "const" && keeps.value === 0
      ? []
      : report(
          and([binary(">", count, constant(0)), binary("==", count, keeps), unlisted]),
          `${name} is still referenced, but was taken off its list`,
        )),
  ];
  const waits = grace(machine).isPending(type, object);
  const owner = initial?.keptBy;
  const least = constant(initial?.keeps ?? 0);
  const owned = and([binary(">", count, constant(0)), binary("<", count, least)]);
  return [
    ...when(and([isAlive(machine, type, object), not(waits)]), [
      ...checks,
      ...(owner === undefined
        ? []
        : report(owned, `${name} has fewer references than ${owner} still holds`, "refcount.put-too-many")),
    ]),
    ...(owner === undefined
      ? []
      : report(
          equal(read(lifeOf(machine, type, object)), FREED),
          `${name} is freed, but ${owner} still holds a reference`,
          "refcount.put-too-many",
        )),
  ];
}

/** The references that nobody has to put: those of owners outside the scenario, and that of whoever keeps good objects. */
function keptOf(machine: Machine, type: number, object: number): Expr {
  const info = machine.model.types[type];
  const keeps = constant(info?.objects[object - 1]?.keeps ?? 0);
  const held = info?.held;
  if (held === undefined) return keeps;
  const value = read(fieldOf(machine, type, object, held.field));
  const isGood = equal(binary("&", value, constant(held.mask)), held.equals);
  return binary("+", keeps, binary("*", isGood, constant(held.references)));
}

/** Whether the field of some living object refers to this one. */
function isReferred(machine: Machine, type: number, object: number): Expr {
  const refers = machine.model.types[type]?.refers;
  if (refers === undefined || object < refers.to) return constant(0);
  const value = refers.from + object - refers.to;
  return or(
    machine
      .objectsOf(type)
      .map((other) =>
        and([isAlive(machine, type, other), equal(read(fieldOf(machine, type, other, refers.field)), value)]),
      ),
  );
}

function forgotten(machine: Machine, type: number): string {
  const count = "its count is 0 and nobody will put it";
  return machine.model.types[type]?.refers === undefined ? count : `${count}, and no entry leads to it`;
}
