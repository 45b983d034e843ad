/**
 * Workqueues (Documentation/core-api/workqueue.rst, and what kernel/workqueue.c says above each function): an item is
 * queued once, may be queued again while it runs, and never runs twice at the same time.
 */
import {
  and,
  any,
  binary,
  constant,
  equal,
  give,
  not,
  or,
  read,
  set,
  when,
  type Expr,
  type Stmt,
} from "../machine/micro";
import type { Compiler, Of, StepContext } from "../machine/step";
import { drained } from "./buffer";
import {
  isCancellable,
  isDelayed,
  isOnQueue,
  isPending,
  isRunning,
  items,
  QUEUED,
  RUNS,
  turnMarks,
  type Item,
} from "./items";
import { FREED, lifeOf, onObject } from "./life";
import { maySleep } from "./sleep";

export const work: Compiler<"work"> = {
  compile(step, action) {
    const { machine } = step;
    const { on, op } = action;
    const sleeps = action.spins !== true && (op === "cancel" || op === "flush_item") ? maySleep(step) : [];
    const cases = onObject(step, on.type, on.object, (object) => {
      const item = items(machine).items.find(
        (one) => one.type === on.type && one.field === on.field && one.object === object,
      );
      if (!item) throw new RangeError("a work item that was not declared");
      return operate(step, action, item, sleeps);
    });
    return [...drained(step), ...cases, step.go()];
  },
  wait: (step) => waitForMarks(step),
};

function operate(step: StepContext, action: Of<"work">, item: Item, sleeps: readonly Stmt[]): readonly Stmt[] {
  const { machine } = step;
  const { into } = action;
  const running = isRunning(machine, item);
  const setFunction = action.function === null ? [] : [set(item.function, action.function)];
  switch (action.op) {
    case "init": {
      const name = machine.nameOf(item.type, item.object);
      const message = `the work item of ${name} is initialised again while it is queued`;
      const concerned = { type: item.type, number: item.object };
      return [...when(isPending(item), step.fatal("work.reinit-while-pending", message, concerned)), ...setFunction];
    }
    case "queue": {
      const queue = (action.queue ?? 0) + 1;
      const value = action.delayed === true ? machine.model.queues.length + queue : queue;
      // An item that is being cancelled counts as pending: it cannot queue itself again.
      const isTaken = binary("!=", read(item.pending), constant(0));
      return when(isTaken, give(into, 0), [...setFunction, set(item.pending, value), ...give(into, 1)]);
    }
    case "dequeue":
      return [...give(into, isPending(item)), ...takeOff(step, item)];
    case "cancel":
      return [
        ...when(equal(read(item.pending), item.cancelling), [{ kind: "block" }]),
        ...sleeps,
        ...give(into, isPending(item)),
        ...takeOff(step, item),
        ...when(running, [set(item.pending, item.cancelling), set(markOf(step, item), RUNS), step.goWait()]),
      ];
    case "flush_item": {
      const queues = constant(machine.model.queues.length);
      const fires = when(or(machine.model.queues.map((_, queue) => isDelayed(machine, item, queue))), [
        set(item.pending, binary("-", read(item.pending), queues)),
      ]);
      return [
        ...sleeps,
        ...when(
          isPending(item),
          [...(hasTimer(step, item) ? fires : []), set(markOf(step, item), QUEUED), step.goWait()],
          when(running, [set(markOf(step, item), RUNS), step.goWait()]),
        ),
      ];
    }
  }
}

/** Off its queue, or its timer stopped; who flushes it waits for it no longer, but for the run that is under way. */
function takeOff(step: StepContext, item: Item): readonly Stmt[] {
  const { machine } = step;
  return when(isPending(item), [
    set(item.pending, 0),
    ...when(isRunning(machine, item), turnMarks(machine, item, QUEUED, RUNS), turnMarks(machine, item, QUEUED, 0)),
  ]);
}

function hasTimer(step: StepContext, item: Item): boolean {
  return item.cancelling > step.machine.model.queues.length + 1;
}

export const flushQueue: Compiler<"flushQueue"> = {
  compile(step, { queue, op }) {
    const { machine } = step;
    const all = items(machine);
    const runs = (item: Item): Expr =>
      or(
        all.workers.flatMap((worker) =>
          worker?.type === item.type && (worker.queue ?? queue) === queue
            ? [equal(read(worker.item), item.number)]
            : [],
        ),
      );
    if (op === "drain") {
      const busy = or(all.items.flatMap((item) => [isOnQueue(item, queue), runs(item)]));
      return [...drained(step), ...when(busy, [{ kind: "block" }]), ...maySleep(step), step.go()];
    }
    const marks = all.flushers[step.thread] ?? [];
    const begin = marks.map(({ item, mark }) =>
      set(mark, {
        op: "if",
        test: isOnQueue(item, queue),
        then: constant(QUEUED),
        otherwise: { op: "if", test: runs(item), then: constant(RUNS), otherwise: constant(0) },
      }),
    );
    return [
      ...drained(step),
      ...maySleep(step),
      ...begin,
      ...when(any(marks.map(({ mark }) => mark)), [step.goWait()], [step.go()]),
    ];
  },
  wait: (step) => waitForMarks(step),
};

/** The alternatives of a worker: one for each item of the type, in order. */
export function takeWork(step: StepContext, type: number, queue: number | null, into: number): readonly Stmt[] {
  const { machine, thread } = step;
  const all = items(machine);
  const worker = all.workers[thread];
  const of = all.items
    .filter((item) => item.type === type)
    .map((item) => {
      const waiting = hasTimer(step, item) && queue !== null ? [isDelayed(machine, item, queue)] : [];
      const queued = queue === null ? isPending(item) : or([isOnQueue(item, queue), ...waiting]);
      const { object } = item;
      let dispatch: readonly Stmt[] = step.fatal(
        "lifetime.use-after-free",
        "a work function that nothing knows was called",
      );
      for (const index of step.step.next.keys()) {
        dispatch = when(equal(read(item.function), index), [step.go(index)], dispatch);
      }
      const freed = `the work item of ${machine.nameOf(type, object)} runs after the object was freed`;
      return [
        ...when(and([queued, not(isRunning(machine, item))]), [], [{ kind: "block" } as const]),
        ...drained(step),
        ...when(
          equal(read(lifeOf(machine, type, object)), FREED),
          step.fatal("lifetime.use-after-free", freed, { type, number: object }),
        ),
        set(item.pending, 0),
        ...(worker ? [set(worker.item, item.number)] : []),
        ...turnMarks(machine, item, QUEUED, RUNS),
        ...give(into, object),
        ...dispatch,
      ];
    });
  return of.length === 0 ? [{ kind: "block" }] : [{ kind: "alternatives", of }];
}

export function workDone(step: StepContext): readonly Stmt[] {
  const { machine, thread } = step;
  const { items: all, workers } = items(machine);
  const worker = workers[thread];
  if (!worker) return [];
  const ends = all
    .filter((item) => item.type === worker.type)
    .flatMap((item) =>
      when(equal(read(worker.item), item.number), [
        ...turnMarks(machine, item, RUNS, 0),
        ...(isCancellable(item) ? when(equal(read(item.pending), item.cancelling), [set(item.pending, 0)]) : []),
      ]),
    );
  return [...ends, set(worker.item, 0)];
}

function waitForMarks(step: StepContext): readonly Stmt[] {
  const marks = (items(step.machine).flushers[step.thread] ?? []).map(({ mark }) => mark);
  return [...when(any(marks), [{ kind: "block" }]), step.go()];
}

function markOf(step: StepContext, item: Item): Item["pending"] {
  const mark = items(step.machine).flushers[step.thread]?.find((one) => one.item === item);
  if (!mark) throw new RangeError("a thread flushes what it was not known to flush");
  return mark.mark;
}
