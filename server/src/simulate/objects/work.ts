/** Workqueues: an item is queued once, may be queued again while it runs, and never runs twice at the same time. */
import { and, any, constant, equal, give, not, or, read, set, when, type Expr, type Stmt } from "../machine/micro";
import type { Compiler, StepContext } from "../machine/step";
import { drained } from "./buffer";
import { isRunning, items, QUEUED, RUNS, turnMarks, type Item } from "./items";
import { FREED, lifeOf, onObject } from "./life";
import { maySleep } from "./sleep";

export const work: Compiler<"work"> = {
  compile(step, action) {
    const { machine } = step;
    const { on, op, into } = action;
    const sleeps = op === "cancel" || op === "flush_item" ? maySleep(step) : [];
    const cases = onObject(step, on.type, on.object, (object) => {
      const item = items(machine).items.find(
        (one) => one.type === on.type && one.field === on.field && one.object === object,
      );
      if (!item) throw new RangeError("a work item that was not declared");
      const isPending = any([item.pending]);
      const name = machine.nameOf(on.type, object);
      const concerned = { type: on.type, number: object };
      const setFunction = action.function === null ? [] : [set(item.function, action.function)];
      switch (op) {
        case "init":
          return [
            ...when(
              isPending,
              step.fatal(
                "work.reinit-while-pending",
                `the work item of ${name} is initialised again while it is queued`,
                concerned,
              ),
            ),
            ...setFunction,
          ];
        case "queue":
          return [
            ...when(isPending, give(into, 0), [
              ...setFunction,
              set(item.pending, (action.queue ?? 0) + 1),
              ...give(into, 1),
            ]),
          ];
        case "cancel": {
          const running = isRunning(machine, on.type, object);
          const mine = markOf(step, item);
          return [
            ...give(into, isPending),
            ...when(isPending, [
              set(item.pending, 0),
              ...when(
                running,
                turnMarks(machine, on.type, object, QUEUED, RUNS),
                turnMarks(machine, on.type, object, QUEUED, 0),
              ),
            ]),
            ...when(running, [set(mine, RUNS), step.goWait()]),
          ];
        }
        case "flush_item": {
          const mine = markOf(step, item);
          return when(
            isPending,
            [set(mine, QUEUED), step.goWait()],
            when(isRunning(machine, on.type, object), [set(mine, RUNS), step.goWait()]),
          );
        }
      }
    });
    return [...drained(step), ...sleeps, ...cases, step.go()];
  },
  wait: (step) => waitForMarks(step),
};

export const flushQueue: Compiler<"flushQueue"> = {
  compile(step, { queue, op }) {
    const { machine } = step;
    const all = items(machine);
    const onQueue = (item: Item): Expr => equal(read(item.pending), queue + 1);
    if (op === "drain") {
      const busy = or([
        ...all.items.map(onQueue),
        ...all.workers.flatMap((worker) => (worker && (worker.queue ?? queue) === queue ? [any([worker.object])] : [])),
      ]);
      return [...drained(step), ...maySleep(step), ...when(busy, [{ kind: "block" }]), step.go()];
    }
    const marks = all.flushers[step.thread] ?? [];
    const begin = marks.map(({ type, object, mark }) => {
      const queued = or(all.items.filter((item) => item.type === type && item.object === object).map(onQueue));
      const runs = or(
        all.workers.flatMap((worker) =>
          worker?.type === type && (worker.queue ?? queue) === queue ? [equal(read(worker.object), object)] : [],
        ),
      );
      const value: Expr = {
        op: "if",
        test: queued,
        then: constant(QUEUED),
        otherwise: { op: "if", test: runs, then: constant(RUNS), otherwise: constant(0) },
      };
      return set(mark, value);
    });
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
      const queued = queue === null ? any([item.pending]) : equal(read(item.pending), queue + 1);
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
        ...when(and([queued, not(isRunning(machine, type, object))]), [], [{ kind: "block" } as const]),
        ...drained(step),
        ...when(
          equal(read(lifeOf(machine, type, object)), FREED),
          step.fatal("lifetime.use-after-free", freed, { type, number: object }),
        ),
        set(item.pending, 0),
        ...(worker ? [set(worker.object, object)] : []),
        ...turnMarks(machine, type, object, QUEUED, RUNS),
        ...give(into, object),
        ...dispatch,
      ];
    });
  return of.length === 0 ? [{ kind: "block" }] : [{ kind: "alternatives", of }];
}

export function workDone(step: StepContext): readonly Stmt[] {
  const { machine, thread } = step;
  const worker = items(machine).workers[thread];
  if (!worker) return [];
  const unmark = machine
    .objectsOf(worker.type)
    .flatMap((object) => when(equal(read(worker.object), object), turnMarks(machine, worker.type, object, RUNS, 0)));
  return [...unmark, set(worker.object, 0)];
}

function waitForMarks(step: StepContext): readonly Stmt[] {
  const marks = (items(step.machine).flushers[step.thread] ?? []).map(({ mark }) => mark);
  return [...when(any(marks), [{ kind: "block" }]), step.go()];
}

function markOf(step: StepContext, item: Item): Item["pending"] {
  const mark = items(step.machine).flushers[step.thread]?.find(
    (one) => one.type === item.type && one.object === item.object,
  );
  if (!mark) throw new RangeError("a thread flushes what it was not known to flush");
  return mark.mark;
}
