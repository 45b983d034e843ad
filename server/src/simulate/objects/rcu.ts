/** The steps of RCU: read-side sections, waiting for a grace period, callbacks. */
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
import { isCovered } from "../machine/certain";
import { DEEPEST_NESTING } from "../machine/machine";
import type { Compiler, StepContext } from "../machine/step";
import { drained } from "./buffer";
import { FREE_IT, freeWaiting, grace, IDLE, unmarkBarriers, type Grace } from "./grace";
import { anyObject, isAlive } from "./life";
import { ruleChecks } from "./memory";
import { maySleep } from "./sleep";

export const rcu: Compiler<"rcu"> = {
  compile(step, { op }) {
    const { machine, thread } = step;
    const all = grace(machine);
    const nesting = all.nesting[thread];
    if (nesting && isCovered(machine.model.locks, op, step.certain)) {
      const deeper = binary(op === "lock" ? "+" : "-", read(nesting), constant(1));
      return [{ kind: "set", variable: nesting, value: deeper, unnoticed: true }, step.go()];
    }
    switch (op) {
      case "lock": {
        if (!nesting) throw new RangeError("a thread enters a section that it was not known to enter");
        return [
          ...when(equal(read(nesting), DEEPEST_NESTING), step.bound("nesting of rcu_read_lock()", DEEPEST_NESTING)),
          set(nesting, binary("+", read(nesting), constant(1))),
          step.go(),
        ];
      }
      case "unlock": {
        const imbalance = step.fatal("lock.imbalance", "rcu_read_unlock() without rcu_read_lock()");
        if (!nesting) return imbalance;
        return [
          ...when(equal(read(nesting), 0), imbalance),
          set(nesting, binary("-", read(nesting), constant(1))),
          ...all.sectionMayEnd(thread),
          step.go(),
        ];
      }
      case "synchronize": {
        const marks = all.synchronizers[thread] ?? [];
        const begin = marks.flatMap((mark, other) => (mark ? [set(mark, all.inSection(other))] : []));
        return [...drained(step), ...maySleep(step), ...begin, ...when(any(marks), [step.goWait()], [step.go()])];
      }
      case "barrier": {
        const marks = all.barriers[thread] ?? [];
        const begin = marks.map(({ type, object, mark }) =>
          set(mark, or([all.isPending(type, object), isRunning(all, type, object)])),
        );
        const waits = any(marks.map(({ mark }) => mark));
        return [...drained(step), ...maySleep(step), ...begin, ...when(waits, [step.goWait()], [step.go()])];
      }
    }
  },
  wait(step, { op }) {
    const all = grace(step.machine);
    const marks =
      op === "barrier"
        ? (all.barriers[step.thread] ?? []).map(({ mark }) => mark)
        : (all.synchronizers[step.thread] ?? []);
    return [...when(any(marks), [{ kind: "block" }]), step.go()];
  },
};

function isRunning(all: Grace, type: number, object: number): Expr {
  return or(all.running.flatMap((one) => (one?.type === type ? [equal(read(one.object), object)] : [])));
}

export const callRcu: Compiler<"callRcu"> = {
  compile(step, { on, callback }) {
    const { machine } = step;
    const all = grace(machine);
    const cases = anyObject(step, on.type, on.object, (object) => {
      const head = all.heads.find((one) => one.type === on.type && one.field === on.field && one.object === object);
      if (!head) throw new RangeError("an RCU head that was not declared");
      const name = machine.nameOf(on.type, object);
      const concerned = { type: on.type, number: object };
      const twice = step.fatal("lifetime.double-free", `${name} is handed to call_rcu() a second time`, concerned);
      const marks = head.marks.flatMap((mark, thread) => (mark ? [set(mark, all.inSection(thread))] : []));
      return [
        ...when(or([not(isAlive(machine, on.type, object)), all.isPending(on.type, object)]), twice),
        ...ruleChecks(step, on.type, object),
        ...marks,
        set(head.pending, callback === null ? FREE_IT : FREE_IT + 1 + callback),
        ...(callback === null ? when(any(head.marks), [], freeWaiting(machine, head, all.barriers)) : []),
      ];
    });
    return [...drained(step), ...cases, step.go()];
  },
};

/** The alternatives of a daemon that runs callbacks: one for each object, in order. */
export function takeCallback(step: StepContext, type: number, into: number): readonly Stmt[] {
  const { machine, thread } = step;
  const all = grace(machine);
  const heads = all.heads.filter((head) => head.type === type);
  const running = all.running[thread];
  const of = heads.map((head) => {
    const ready = and([binary(">", read(head.pending), constant(FREE_IT)), not(any(head.marks))]);
    let dispatch: readonly Stmt[] = step.fatal("lifetime.use-after-free", "a callback that nothing knows was called");
    for (const callback of step.step.next.keys()) {
      const isThis = equal(read(head.pending), FREE_IT + 1 + callback);
      dispatch = when(isThis, [set(head.pending, IDLE), step.go(callback)], dispatch);
    }
    return [
      ...when(ready, [], [{ kind: "block" }]),
      ...drained(step),
      ...give(into, head.object),
      ...(running ? [set(running.object, head.object)] : []),
      ...dispatch,
    ];
  });
  return of.length === 0 ? [{ kind: "block" }] : [{ kind: "alternatives", of }];
}

export function callbackDone(step: StepContext): readonly Stmt[] {
  const all = grace(step.machine);
  const running = all.running[step.thread];
  if (!running) return [];
  const unmark = step.machine
    .objectsOf(running.type)
    .flatMap((object) => when(equal(read(running.object), object), unmarkBarriers(all.barriers, running.type, object)));
  return [...unmark, set(running.object, 0)];
}
