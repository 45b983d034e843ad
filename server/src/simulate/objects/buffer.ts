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
import type { StepContext } from "../machine/step";
import { bitsFor, type Variable } from "../machine/variables";

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

export interface Buffer {
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
  const bits = bitsFor(most(step.machine, target));
  const fitting = binary("&", value, constant(2 ** bits - 1));
  let into: readonly Stmt[] = [];
  for (const slot of buffer.slots.toReversed()) {
    const put = [set(slot.target, number), ...(bits > 0 ? [set(slot.value, fitting)] : [])];
    into = when(equal(read(slot.target), 0), put, into);
  }
  return into;
}

/** To be done before anything is pushed: a full buffer has to let something out first, and says so. */
export function roomLeft(step: StepContext): readonly Stmt[] {
  const buffer = bufferOf(step.machine, step.thread);
  const last = buffer?.slots.at(-1);
  if (!buffer || !last) return [];
  const { name } = step.machine.model.threads[step.thread] ?? { name: "a thread" };
  const what = `stores pending in the store buffer of ${name.split(":")[0] ?? name}`;
  const note = step.machine.addNote({ kind: "bound", what, limit: buffer.slots.length, cuts: true });
  return when(any([last.target]), [note, { kind: "block" }]);
}

/** Largest value that a store to the target can bring; 0 where it brings none. */
function most(machine: Machine, target: Target): number {
  const { types, globals } = machine.model;
  if (target.kind === "global") return globals[target.global]?.max ?? 0;
  if (target.kind !== "field") return 0;
  const field = types[target.type]?.fields[target.field];
  // One value more than a refcount can count to means "saturated".
  return (field?.max ?? 0) + (field?.kind === "refcount" ? 1 : 0);
}

export function bufferOf(machine: Machine, thread: number): Buffer | undefined {
  return machine.part(buffers)[thread];
}

function buffers(machine: Machine): readonly (Buffer | undefined)[] {
  return machine.threads.map((thread) => {
    const { storeBuffer, steps } = machine.programOf(thread);
    if (storeBuffer === undefined) return undefined;
    const all = new Map<string, Target>();
    for (const { action } of steps) for (const target of targetsOf(machine, action)) all.set(keyOf(target), target);
    const targets = [...all.values()];
    const largest = Math.max(0, ...targets.map((target) => most(machine, target)));
    const slots = Array.from({ length: storeBuffer }, (_, index) => ({
      target: machine.declare(`store ${index} pending in thread ${thread}`, targets.length, 0, null, [thread]),
      value: machine.declare(`value of store ${index} pending in thread ${thread}`, largest, 0, null, [thread]),
    }));
    const numbers = new Map([...all.keys()].map((key, index) => [key, index + 1]));
    return { numbers, targets, slots };
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
