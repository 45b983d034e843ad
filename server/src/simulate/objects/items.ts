/**
 * Work items and who runs them. That an item runs is the worker's knowledge, not the item's: its own function may
 * free it.
 */
import type { Action } from "../../model/ir";
import type { Machine } from "../machine/machine";
import { any, binary, constant, equal, or, read, set, when, type Expr, type Stmt } from "../machine/micro";
import type { Variable } from "../machine/variables";

export interface Item {
  readonly type: number;
  readonly field: number;
  readonly object: number;
  /** Among the items of its type, from 1 on. */
  readonly number: number;
  /**
   * 0, or 1 + index of the queue that it is on; as much again above that while its timer runs; `cancelling` while
   * cancel_work_sync() waits for it. Survives the object: the queue does not know that it was freed.
   */
  readonly pending: Variable;
  readonly cancelling: number;
  /** Dispatch index of its function. */
  readonly function: Variable;
}

/** A worker: number of the item of its type that it works on, 0 for none. */
export interface Worker {
  readonly queue: number | null;
  readonly type: number;
  readonly item: Variable;
}

/** What a flushing thread waits for. */
export interface FlushMark {
  readonly item: Item;
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

/** 1 while the item is on a queue, or its timer runs. */
export function isPending(item: Item): Expr {
  if (!isCancellable(item)) return any([item.pending]);
  const value = read(item.pending);
  return binary("&&", binary("!=", value, constant(0)), binary("!=", value, constant(item.cancelling)));
}

export function isCancellable(item: Item): boolean {
  return item.cancelling < 2 ** item.pending.bits;
}

export function isOnQueue(item: Item, queue: number): Expr {
  return equal(read(item.pending), queue + 1);
}

/** 1 while the timer runs after which it is on that queue. */
export function isDelayed(machine: Machine, item: Item, queue: number): Expr {
  return equal(read(item.pending), machine.model.queues.length + queue + 1);
}

/** 1 while a work item in the object is queued. */
export function pendingWork(machine: Machine, type: number, object: number): Expr {
  return or(
    items(machine).items.flatMap((item) => (item.type === type && item.object === object ? [isPending(item)] : [])),
  );
}

/** 1 while some worker runs the item's function. */
export function isRunning(machine: Machine, item: Item): Expr {
  return or(
    items(machine).workers.flatMap((worker) =>
      worker?.type === item.type ? [equal(read(worker.item), item.number)] : [],
    ),
  );
}

/** What all flushers' marks for the item become: `from` turns to `to`. */
export function turnMarks(machine: Machine, item: Item, from: number, to: number): readonly Stmt[] {
  return items(machine).flushers.flatMap((marks) =>
    (marks ?? [])
      .filter((one) => one.item === item)
      .flatMap(({ mark }) => when(equal(read(mark), from), [set(mark, to)])),
  );
}

interface Field {
  readonly type: number;
  readonly field: number;
  readonly functions: number;
  readonly isDelayed: boolean;
  readonly isCancelled: boolean;
}

function declareItems(machine: Machine): Items {
  const actions = machine.threads.map((thread) => machine.stepsOf(thread).map(({ action }) => action));
  const all: Item[] = [];
  for (const { type, field, functions, isDelayed, isCancelled } of fieldsUsed(actions.flat())) {
    const first = all.filter((item) => item.type === type).length;
    const queues = machine.model.queues.length;
    const cancelling = queues * (isDelayed ? 2 : 1) + 1;
    for (const object of machine.objectsOf(type)) {
      const name = `${machine.nameOf(type, object)}.${machine.model.types[type]?.fields[field]?.name ?? "work"}`;
      all.push({
        type,
        field,
        object,
        number: first + object,
        pending: machine.declare(`${name} pending`, isCancelled ? cancelling : cancelling - 1, 0),
        cancelling,
        function: machine.declare(`${name} function`, functions, 0, { type, object }),
      });
    }
  }
  const workers = actions.map((steps, thread): Worker | undefined => {
    const take = steps.find((action) => action.kind === "take" && action.what === "work");
    if (take?.kind !== "take") return undefined;
    const count = all.filter((item) => item.type === take.type).length;
    return {
      queue: take.queue,
      type: take.type,
      item: machine.declare(`work of thread ${thread}`, count, 0, null, [thread]),
    };
  });
  const flushers = actions.map((steps, thread) =>
    steps.some(waitsForItems) ? all.map((item) => declareMark(machine, thread, item)) : undefined,
  );
  return { items: all, workers, flushers };
}

function fieldsUsed(actions: readonly Action[]): readonly Field[] {
  const fields = new Map<string, Field>();
  for (const action of actions) {
    if (action.kind !== "work") continue;
    const { type, field } = action.on;
    const known = fields.get(`${type} ${field}`);
    fields.set(`${type} ${field}`, {
      type,
      field,
      functions: Math.max(known?.functions ?? 0, action.function ?? 0),
      isDelayed: known?.isDelayed === true || action.delayed === true,
      isCancelled: known?.isCancelled === true || action.op === "cancel",
    });
  }
  return [...fields.values()];
}

function declareMark(machine: Machine, thread: number, item: Item): FlushMark {
  const field = machine.model.types[item.type]?.fields[item.field]?.name ?? "work";
  const name = `thread ${thread} flushes ${machine.nameOf(item.type, item.object)}.${field}`;
  return { item, mark: machine.declare(name, QUEUED, 0, null, [thread]) };
}

function waitsForItems(action: Action): boolean {
  return (
    (action.kind === "flushQueue" && action.op === "flush") ||
    (action.kind === "work" && (action.op === "cancel" || action.op === "flush_item"))
  );
}
