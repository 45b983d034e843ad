/**
 * RCU grace periods: who they wait for, and what they end.
 *
 * A grace period is the set of threads whose sections were open when it began; it has passed when each of them has
 * left its section. Holding a lock that `isRcuReader` is a section too. An object handed over without a callback of
 * its own (kfree_rcu) is freed as early as may be: who could see it freed later sees it freed then.
 */
import { DEEPEST_NESTING, type Machine } from "../machine/machine";
import { and, any, equal, or, read, when, type Expr, type Stmt } from "../machine/micro";
import type { Variable } from "../machine/variables";
import { hasPending } from "./buffer";
import { heldBy } from "./held";
import { freeNow } from "./life";
import { marksOf } from "./walkers";

/** Values of `pending`; 2 + callback index when a daemon is to run it. */
export const IDLE = 0;
export const FREE_IT = 1;

interface Head {
  readonly type: number;
  readonly field: number;
  readonly object: number;
  readonly pending: Variable;
  /** By thread: its section was open when the callback was queued, and still is. */
  readonly marks: readonly (Variable | undefined)[];
}

export interface Grace {
  readonly heads: readonly Head[];
  readonly nesting: readonly (Variable | undefined)[];
  /** By thread that waits in synchronize_rcu(): the sections that it waits for, by thread. */
  readonly synchronizers: readonly (readonly (Variable | undefined)[] | undefined)[];
  /** By thread that waits in rcu_barrier(): the objects whose callbacks it waits for. */
  readonly barriers: readonly (readonly BarrierMark[] | undefined)[];
  /** By daemon: the object whose callback runs. */
  readonly running: readonly (Running | undefined)[];
  inExplicitSection(thread: number): Expr;
  /** Whether a grace period that begins now has to wait for the thread. */
  inSection(thread: number): Expr;
  /** 1 when a callback of the object is queued. */
  isPending(type: number, object: number): Expr;
  /** To be done after something that may have been the end of a thread's read-side section. */
  sectionMayEnd(thread: number): readonly Stmt[];
}

interface BarrierMark {
  readonly type: number;
  readonly object: number;
  readonly mark: Variable;
}

interface Running {
  readonly type: number;
  readonly object: Variable;
}

export function grace(machine: Machine): Grace {
  return machine.part(makeGrace);
}

function makeGrace(machine: Machine): Grace {
  const steps = machine.threads.map((thread) => machine.stepsOf(thread));
  const nesting = steps.map((all, thread) =>
    all.some(({ action }) => action.kind === "rcu" && action.op === "lock")
      ? machine.declare(`rcu nesting of thread ${thread}`, DEEPEST_NESTING, 0, null, [thread])
      : undefined,
  );
  const readerLocks = machine.threads.map((thread) =>
    heldBy(machine, thread).flatMap(({ lock, variable }) => (machine.model.locks[lock]?.isRcuReader ? [variable] : [])),
  );
  const reads = machine.threads.map(
    (thread) => nesting[thread] !== undefined || (readerLocks[thread] ?? []).length > 0,
  );
  const marksFor = (what: string, except: number, object: Variable["object"]): readonly (Variable | undefined)[] =>
    reads.map((can, thread) =>
      can && thread !== except
        ? machine.declare(`${what} waits for thread ${thread}`, 1, 0, object, except < 0 ? [thread] : [except, thread])
        : undefined,
    );
  const heads = declareHeads(machine, marksFor);
  const synchronizers = steps.map((all, thread) =>
    all.some(({ action }) => action.kind === "rcu" && action.op === "synchronize")
      ? marksFor(`synchronize_rcu of thread ${thread}`, thread, null)
      : undefined,
  );
  const barriers = steps.map((all, thread) =>
    all.some(({ action }) => action.kind === "rcu" && action.op === "barrier")
      ? barrierMarks(machine, thread, heads)
      : undefined,
  );
  const running = steps.map((all, thread) => {
    const take = all.find(({ action }) => action.kind === "take" && action.what === "rcu")?.action;
    if (take?.kind !== "take" || !barriers.some((marks) => marks !== undefined)) return undefined;
    const count = machine.objectsOf(take.type).length;
    return { type: take.type, object: machine.declare(`callback run by thread ${thread}`, count, 0, null, [thread]) };
  });
  const inExplicitSection = (thread: number): Expr => any([nesting[thread]]);
  // A CPU reports its quiescent state outside of sections, and with nothing left in its store buffer.
  const inSection = (thread: number): Expr =>
    or([any([nesting[thread], ...(readerLocks[thread] ?? [])]), hasPending(machine, thread)]);
  return {
    heads,
    nesting,
    synchronizers,
    barriers,
    running,
    inExplicitSection,
    inSection,
    isPending: (type, object) =>
      any(heads.flatMap((head) => (head.type === type && head.object === object ? [head.pending] : []))),
    sectionMayEnd(thread) {
      const marks = [...heads.map((head) => head.marks[thread]), ...synchronizers.map((row) => row?.[thread])];
      const there = [...marks.filter((mark) => mark !== undefined), ...marksOf(machine, thread)];
      if (there.length === 0) return [];
      const freed = heads.flatMap((head) =>
        canBe(machine, head, null)
          ? when(
              and([equal(read(head.pending), FREE_IT), any([head.marks[thread]])]),
              endsGracePeriod(machine, head, thread, barriers),
            )
          : [],
      );
      return when(inSection(thread), [], [...freed, { kind: "clear", variables: there }]);
    },
  };
}

/** The thread was the last that the object had to wait for, or it goes on waiting. */
function endsGracePeriod(machine: Machine, head: Head, thread: number, barriers: Grace["barriers"]): readonly Stmt[] {
  const others = head.marks.filter((_, index) => index !== thread);
  return when(any(others), [], freeWaiting(machine, head, barriers));
}

export function freeWaiting(machine: Machine, head: Head, barriers: Grace["barriers"]): readonly Stmt[] {
  return [...freeNow(machine, head.type, head.object), ...unmarkBarriers(barriers, head.type, head.object)];
}

export function unmarkBarriers(barriers: Grace["barriers"], type: number, object: number): readonly Stmt[] {
  const variables = barriers.flatMap((row) =>
    (row ?? []).flatMap((one) => (one.type === type && one.object === object ? [one.mark] : [])),
  );
  return variables.length === 0 ? [] : [{ kind: "clear", variables }];
}

function declareHeads(
  machine: Machine,
  marksFor: (what: string, except: number, object: Variable["object"]) => readonly (Variable | undefined)[],
): readonly Head[] {
  const used = new Map<string, { type: number; field: number; most: number }>();
  for (const thread of machine.threads) {
    for (const { action } of machine.stepsOf(thread)) {
      if (action.kind !== "callRcu") continue;
      const { type, field } = action.on;
      const key = `${type} ${field}`;
      const most = Math.max(used.get(key)?.most ?? FREE_IT, FREE_IT + 1 + (action.callback ?? -1));
      used.set(key, { type, field, most });
    }
  }
  return [...used.values()].flatMap(({ type, field, most }) =>
    machine.objectsOf(type).map((object) => {
      const name = `${machine.nameOf(type, object)}.${machine.model.types[type]?.fields[field]?.name ?? "rcu"}`;
      const owner = { type, object };
      return {
        type,
        field,
        object,
        pending: machine.declare(`${name} pending`, most, IDLE, owner),
        marks: marksFor(name, -1, owner),
      };
    }),
  );
}

function barrierMarks(machine: Machine, thread: number, heads: readonly Head[]): readonly BarrierMark[] {
  const types = new Set(heads.map((head) => head.type));
  return [...types].flatMap((type) =>
    machine.objectsOf(type).map((object) => {
      const mark = machine.declare(
        `rcu_barrier of thread ${thread} waits for ${machine.nameOf(type, object)}`,
        1,
        0,
        null,
        [thread],
      );
      return { type, object, mark };
    }),
  );
}

/** Whether some step hands this head over with that callback (null: none). */
function canBe(machine: Machine, head: Head, callback: number | null): boolean {
  return machine.threads.some((thread) =>
    machine
      .stepsOf(thread)
      .some(
        ({ action }) =>
          action.kind === "callRcu" &&
          action.on.type === head.type &&
          action.on.field === head.field &&
          action.callback === callback,
      ),
  );
}
