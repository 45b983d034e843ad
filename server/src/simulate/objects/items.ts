/**
 * Work items and who runs them. That an item runs is the worker's knowledge, not the item's: its own function may
 * free it.
 */
import type { Action } from "../../model/ir";
import type { Machine } from "../machine/machine";
import { any, equal, or, read, when, type Expr, type Stmt } from "../machine/micro";
import type { Variable } from "../machine/variables";

export interface Item {
  readonly type: number;
  readonly field: number;
  readonly object: number;
  /** 0, or 1 + index of the queue that it is on. Survives the object: the queue does not know that it was freed. */
  readonly pending: Variable;
  /** Dispatch index of its function. */
  readonly function: Variable;
}

/** A worker: which object of its type it works on, 0 for none. */
export interface Worker {
  readonly queue: number | null;
  readonly type: number;
  readonly object: Variable;
}

/** What a flushing thread waits for. */
export interface FlushMark {
  readonly type: number;
  readonly object: number;
  /** 0, RUNS: waits until the running one is done, QUEUED: waits until it was taken, then until done. */
  readonly mark: Variable;
}

export const RUNS = 1;
export const QUEUED = 2;

export interface Items {
  readonly items: readonly Item[];
  readonly workers: readonly (Worker | undefined)[];
  /** By thread. */
  readonly flushers: readonly (readonly FlushMark[] | undefined)[];
}

export function items(machine: Machine): Items {
  return machine.part(declareItems);
}

/** 1 while a work item in the object is queued. */
export function pendingWork(machine: Machine, type: number, object: number): Expr {
  return any(
    items(machine).items.flatMap((item) => (item.type === type && item.object === object ? [item.pending] : [])),
  );
}

/** 1 while some worker runs the object's function. */
export function isRunning(machine: Machine, type: number, object: number): Expr {
  return or(
    items(machine).workers.flatMap((worker) => (worker?.type === type ? [equal(read(worker.object), object)] : [])),
  );
}

/** What all flushers' marks for the object become: `from` turns to `to`. */
export function turnMarks(machine: Machine, type: number, object: number, from: number, to: number): readonly Stmt[] {
  return items(machine).flushers.flatMap((marks) =>
    (marks ?? [])
      .filter((one) => one.type === type && one.object === object)
      .flatMap(({ mark }) =>
        when(equal(read(mark), from), [{ kind: "set", variable: mark, value: { op: "const", value: to } }]),
      ),
  );
}

function declareItems(machine: Machine): Items {
  const actions = machine.threads.map((thread) => machine.stepsOf(thread).map(({ action }) => action));
  const fields = new Map<string, { type: number; field: number; functions: number }>();
  for (const action of actions.flat()) {
    if (action.kind !== "work") continue;
    const { type, field } = action.on;
    const functions = Math.max(fields.get(`${type} ${field}`)?.functions ?? 0, action.function ?? 0);
    fields.set(`${type} ${field}`, { type, field, functions });
  }
  const all = [...fields.values()].flatMap(({ type, field, functions }) =>
    machine.objectsOf(type).map((object): Item => {
      const name = `${machine.nameOf(type, object)}.${machine.model.types[type]?.fields[field]?.name ?? "work"}`;
      return {
        type,
        field,
        object,
        pending: machine.declare(`${name} pending`, machine.model.queues.length, 0),
        function: machine.declare(`${name} function`, functions, 0, { type, object }),
      };
    }),
  );
  const types = [...new Set(all.map((item) => item.type))];
  const workers = actions.map((steps, thread): Worker | undefined => {
    const take = steps.find((action) => action.kind === "take" && action.what === "work");
    if (take?.kind !== "take") return undefined;
    const count = machine.objectsOf(take.type).length;
    return { queue: take.queue, type: take.type, object: machine.declare(`work of thread ${thread}`, count, 0) };
  });
  const flushers = actions.map((steps, thread) =>
    steps.some(waitsForItems) ? types.flatMap((type) => declareMarks(machine, thread, type)) : undefined,
  );
  return { items: all, workers, flushers };
}

function declareMarks(machine: Machine, thread: number, type: number): readonly FlushMark[] {
  return machine.objectsOf(type).map((object) => ({
    type,
    object,
    mark: machine.declare(`thread ${thread} flushes ${machine.nameOf(type, object)}`, QUEUED, 0),
  }));
}

function waitsForItems(action: Action): boolean {
  return (
    (action.kind === "flushQueue" && action.op === "flush") ||
    (action.kind === "work" && (action.op === "cancel" || action.op === "flush_item"))
  );
}
