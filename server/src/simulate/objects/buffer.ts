/**
 * Store buffers as x86-TSO has them: what a thread stores plainly waits in a queue of its own, where only the thread
 * itself sees it, and becomes visible to the others in order, one store at a time, at any later moment.
 *
 * Locked operations and fences wait until the buffer is empty. A list operation and the release of a spinning lock are
 * one store each. Threads without a buffer store at once.
 */
import type { Action } from "../../model/ir";
import { isBuffered } from "../../model/passes/tso";
import type { Machine } from "../machine/machine";
import { any, binary, constant, equal, or, read, set, when, type Expr, type Stmt } from "../machine/micro";
import type { Compiler, StepContext } from "../machine/step";
import { bitsFor, largest, type Variable } from "../machine/variables";
import { grace } from "./grace";
import { held, nameOfLock } from "./held";
import { isAlive } from "./life";
import { changeList } from "./lists";
import { fieldOf, globals } from "./memory";

/** What a store goes to, and what happens when it gets there. */
export type Target =
  | { readonly kind: "field"; readonly type: number; readonly object: number; readonly field: number }
  | { readonly kind: "global"; readonly global: number }
  | { readonly kind: "release"; readonly lock: number; readonly object: number }
  | {
      readonly kind: "list";
      readonly list: number;
      readonly op: ListChange;
      readonly rcu: boolean;
      readonly object: number;
    };

export type ListChange = "add" | "add_tail" | "del" | "del_init";

interface Slot {
  /** 0: nothing; 1 + index into `targets`. */
  readonly target: Variable;
  readonly value: Variable;
}

interface Buffer {
  readonly enough: boolean;
  /** By `keyOf`. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly targets: readonly Target[];
  /** The oldest store first. */
  readonly slots: readonly Slot[];
}

/** 1 while some store of the thread is not visible yet. */
export function hasPending(machine: Machine, thread: number): Expr {
  return any([bufferOf(machine, thread)?.slots[0]?.target]);
}

/** The thread waits here until its buffer is empty. */
export function drained(step: StepContext): readonly Stmt[] {
  return when(hasPending(step.machine, step.thread), [{ kind: "block" }]);
}

/** The value of a variable as the thread sees it: its own latest store, if that is still on its way. */
export function seenBy(machine: Machine, thread: number, target: Target, variable: Variable): Expr {
  const buffer = bufferOf(machine, thread);
  const number = buffer?.numbers.get(keyOf(target));
  let seen = read(variable);
  if (!buffer || number === undefined) return seen;
  for (const slot of buffer.slots) {
    seen = { op: "if", test: equal(read(slot.target), number), then: read(slot.value), otherwise: seen };
  }
  return seen;
}

/** Whether a store of the thread to that target is still on its way. */
export function isPending(machine: Machine, thread: number, is: (target: Target) => boolean): Expr {
  const buffer = bufferOf(machine, thread);
  if (!buffer) return constant(0);
  const numbers = buffer.targets.flatMap((target, index) => (is(target) ? [index + 1] : []));
  return or(buffer.slots.flatMap((slot) => numbers.map((number) => equal(read(slot.target), number))));
}

/** Stores by way of the buffer; null when the thread has none. */
export function pushed(step: StepContext, target: Target, value: Expr): readonly Stmt[] | null {
  const buffer = bufferOf(step.machine, step.thread);
  if (!buffer) return null;
  const number = buffer.numbers.get(keyOf(target));
  if (number === undefined) throw new RangeError(`a store that was not foreseen: ${step.step.text}`);
  const variable = variableOf(step.machine, target);
  const fitting = variable ? binary("&", value, constant(largest(variable))) : constant(0);
  let into: readonly Stmt[] = [];
  for (const slot of buffer.slots.toReversed()) {
    const put = [set(slot.target, number), ...(variable ? [set(slot.value, fitting)] : [])];
    into = when(equal(read(slot.target), 0), put, into);
  }
  return into;
}

/** To be done before anything is pushed: a full buffer has to let something out first, and says so. */
export function roomLeft(step: StepContext): readonly Stmt[] {
  const buffer = bufferOf(step.machine, step.thread);
  const last = buffer?.slots.at(-1);
  if (!buffer || !last || buffer.enough) return [];
  const { name } = step.machine.model.threads[step.thread] ?? { name: "a thread" };
  const what = `stores pending in the store buffer of ${name.split(":")[0] ?? name}`;
  const note = step.machine.addNote({ kind: "bound", what, limit: buffer.slots.length, cuts: true });
  return when(any([last.target]), [note, { kind: "block" }]);
}

export const fence: Compiler<"fence"> = {
  compile: (step) => [...drained(step), step.go()],
};

export const drain: Compiler<"drain"> = {
  compile(step, { thread }) {
    const { machine } = step;
    const buffer = bufferOf(machine, thread);
    const oldest = buffer?.slots[0];
    if (!buffer || !oldest) return [{ kind: "block" }];
    let arrive: readonly Stmt[] = [];
    for (const [index, target] of [...buffer.targets.entries()].toReversed()) {
      arrive = when(equal(read(oldest.target), index + 1), arrival(step, thread, target, read(oldest.value)), arrive);
    }
    const shift = buffer.slots.flatMap((slot, index) => {
      const next = buffer.slots[index + 1];
      return [set(slot.target, next ? read(next.target) : 0), set(slot.value, next ? read(next.value) : 0)];
    });
    return [
      ...when(equal(read(oldest.target), 0), [{ kind: "block" }]),
      ...arrive,
      ...shift,
      ...grace(machine).sectionMayEnd(thread),
      step.go(),
    ];
  },
};

/** A store that comes to an object which was freed meanwhile goes nowhere: that it could come is found where it was made. */
function arrival(step: StepContext, thread: number, target: Target, value: Expr): readonly Stmt[] {
  const { machine } = step;
  switch (target.kind) {
    case "field":
      return when(isAlive(machine, target.type, target.object), [
        set(fieldOf(machine, target.type, target.object, target.field), value),
      ]);
    case "global": {
      const variable = machine.part(globals)[target.global];
      return variable ? [set(variable, value)] : [];
    }
    case "release":
      return [];
    case "list": {
      const type = machine.model.lists[target.list]?.type ?? 0;
      return when(
        isAlive(machine, type, target.object),
        silently(changeList(step, target.list, target.object, target)),
      );
    }
  }
}

/** What was wrong was told when the thread did it; here such a change just does not happen. */
function silently(stmts: readonly Stmt[]): readonly Stmt[] {
  const kept: Stmt[] = [];
  for (const [index, stmt] of stmts.entries()) {
    if (stmt.kind === "stop") return kept;
    if (stmt.kind === "report") continue;
    if (stmt.kind !== "if") {
      kept.push(stmt);
      continue;
    }
    const rest = stops(stmt) ? stmts.slice(index + 1) : [];
    const then = silently([...stmt.then, ...rest]);
    kept.push({ ...stmt, then, otherwise: silently([...stmt.otherwise, ...rest]) });
    if (stops(stmt)) return kept;
  }
  return kept;
}

function stops(stmt: Stmt): boolean {
  return stmt.kind === "stop" || (stmt.kind === "if" && [...stmt.then, ...stmt.otherwise].some(stops));
}

function variableOf(machine: Machine, target: Target): Variable | undefined {
  if (target.kind === "field") return fieldOf(machine, target.type, target.object, target.field);
  return target.kind === "global" ? machine.part(globals)[target.global] : undefined;
}

function bufferOf(machine: Machine, thread: number): Buffer | undefined {
  return machine.part(buffers)[thread];
}

function buffers(machine: Machine): readonly (Buffer | undefined)[] {
  return machine.threads.map((thread) => {
    const { storeBuffer, steps } = machine.programOf(thread);
    if (!storeBuffer) return undefined;
    const all = new Map<string, Target>();
    for (const { action } of steps) for (const target of targetsOf(machine, action)) all.set(keyOf(target), target);
    const targets = [...all.values()];
    const most = Math.max(0, ...targets.map((target) => variableOf(machine, target)?.bits ?? 0));
    const slots = Array.from({ length: storeBuffer.room }, (_, index) => ({
      target: machine.declare(`store ${index} pending in thread ${thread}`, targets.length, 0),
      value: machine.declare(`value of store ${index} pending in thread ${thread}`, 2 ** most - 1, 0),
    }));
    const numbers = new Map([...all.keys()].map((key, index) => [key, index + 1]));
    return { enough: storeBuffer.enough, numbers, targets, slots };
  });
}

function targetsOf(machine: Machine, action: Action): readonly Target[] {
  if (!isBuffered(action, machine.model.locks)) return [];
  switch (action.kind) {
    case "store":
    case "refcount": {
      const { type, field } = action.kind === "store" ? action.to : action.on;
      return machine.objectsOf(type).map((object) => ({ kind: "field", type, object, field }));
    }
    case "storeGlobal":
      return [{ kind: "global", global: action.global }];
    case "lock": {
      const of = machine.model.locks[action.lock]?.of ?? null;
      const objects = of === null ? [0] : machine.objectsOf(of);
      return objects.map((object) => ({ kind: "release", lock: action.lock, object }));
    }
    case "list": {
      const { list, rcu } = action;
      const op = action.op as ListChange;
      const type = machine.model.lists[list]?.type ?? 0;
      return machine.objectsOf(type).map((object) => ({ kind: "list", list, op, rcu, object }));
    }
    default:
      return [];
  }
}

function keyOf(target: Target): string {
  switch (target.kind) {
    case "field":
      return `field ${target.type} ${target.object} ${target.field}`;
    case "global":
      return `global ${target.global}`;
    case "release":
      return `release ${target.lock} ${target.object}`;
    case "list":
      return `list ${target.list} ${target.op} ${target.rcu} ${target.object}`;
  }
}
