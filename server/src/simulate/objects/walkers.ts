/**
 * Walkers of a list under whom a node was moved. An RCU reader that stands on a node which is unlinked may go on from it;
 * when the node is put on a list again before a grace period has passed, the same one or another, the reader goes on
 * there: it misses entries, sees some twice, or never comes to the end of its own list (Documentation/RCU/listRCU.rst,
 * Documentation/RCU/rculist_nulls.rst).
 */
import type { Program, Step } from "../../model/ir";
import type { Machine } from "../machine/machine";
import { equal, read, set, when, type Expr, type Stmt } from "../machine/micro";
import type { Variable } from "../machine/variables";
import { heldBy } from "./held";

interface Mark {
  readonly type: number;
  readonly link: number;
  readonly object: number;
  readonly thread: number;
  /** 1 from the move on until the thread comes to the node anew, or its read-side section has ended. */
  readonly moved: Variable;
}

/** None in a model in which nodes are only added that are new. */
function marks(machine: Machine): readonly Mark[] {
  const links = new Map(machine.model.lists.map(({ type, link }) => [`${type} ${link}`, { type, link }]));
  return [...links.values()].flatMap(({ type, link }) => {
    const lists = new Set(
      machine.model.lists.flatMap((list, index) => (list.type === type && list.link === link ? [index] : [])),
    );
    if (!machine.threads.some((thread) => addsAgain(machine.programOf(thread), lists))) return [];
    const walkers = machine.threads.filter((thread) => canRead(machine, thread) && walks(machine, thread, lists));
    return walkers.flatMap((thread) =>
      machine.objectsOf(type).map((object): Mark => {
        const name = `${machine.nameOf(type, object)} moved under thread ${thread}`;
        return { type, link, object, thread, moved: machine.declare(name, 1, 0, { type, object }, [thread]) };
      }),
    );
  });
}

/** To be done when a node that was unlinked is put on a list again by that thread. */
export function movedUnder(
  machine: Machine,
  node: { readonly type: number; readonly link: number; readonly object: number },
  mover: number,
  inSection: (thread: number) => Expr,
): readonly Stmt[] {
  return machine
    .part(marks)
    .filter((mark) => isOf(mark, node) && mark.thread !== mover)
    .flatMap(({ thread, moved }) => when(inSection(thread), [set(moved, 1)]));
}

/** 1 when the node was moved while the thread stood on it. */
export function wasMoved(
  machine: Machine,
  node: { readonly type: number; readonly link: number; readonly object: number },
  thread: number,
): Expr | null {
  const mark = machine.part(marks).find((one) => isOf(one, node) && one.thread === thread);
  return mark === undefined ? null : read(mark.moved);
}

/** The thread comes to whatever node the value names. */
export function arrives(machine: Machine, type: number, link: number, at: Expr, thread: number): readonly Stmt[] {
  return machine
    .part(marks)
    .filter((mark) => mark.type === type && mark.link === link && mark.thread === thread)
    .flatMap(({ object, moved }) => when(equal(at, object), [set(moved, 0)]));
}

/** What is forgotten when a read-side section of the thread has ended. */
export function marksOf(machine: Machine, thread: number): readonly Variable[] {
  return machine
    .part(marks)
    .filter((mark) => mark.thread === thread)
    .map(({ moved }) => moved);
}

function isOf(mark: Mark, node: { readonly type: number; readonly link: number; readonly object: number }): boolean {
  return mark.type === node.type && mark.link === node.link && mark.object === node.object;
}

function canRead(machine: Machine, thread: number): boolean {
  return (
    machine.stepsOf(thread).some(({ action }) => action.kind === "rcu" && action.op === "lock") ||
    heldBy(machine, thread).some(({ lock }) => machine.model.locks[lock]?.isRcuReader === true)
  );
}

function walks(machine: Machine, thread: number, lists: ReadonlySet<number>): boolean {
  return machine
    .stepsOf(thread)
    .some(({ action }) => action.kind === "list" && action.op === "next" && lists.has(action.list));
}

/** Many models share their programs, and few of them are about other lists. */
const known = new WeakMap<readonly Step[], Map<string, boolean>>();

/** Whether some step adds a node that the thread has not just made. */
function addsAgain(program: Program, lists: ReadonlySet<number>): boolean {
  const key = [...lists].join();
  const remembered = known.get(program.steps) ?? new Map<string, boolean>();
  known.set(program.steps, remembered);
  const had = remembered.get(key);
  if (had !== undefined) return had;
  const isAdd = ({ action }: Step): boolean =>
    action.kind === "list" && (action.op === "add" || action.op === "add_tail") && lists.has(action.list);
  let found = false;
  if (program.steps.some(isAdd)) {
    const fresh = freshLocals(program);
    found = program.steps.some((step, at) => {
      const object = step.action.kind === "list" ? step.action.object : null;
      return isAdd(step) && !(object?.kind === "local" && fresh[at]?.has(object.local) === true);
    });
  }
  remembered.set(key, found);
  return found;
}

/** By step: locals that surely hold an object that the thread has made, and has put on no list since. */
function freshLocals(program: Program): readonly (ReadonlySet<number> | undefined)[] {
  const before: (ReadonlySet<number> | undefined)[] = [];
  before[0] = new Set();
  const work = [0];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const step = program.steps[at];
    if (!step) continue;
    const after = freshAfter(step, before[at] ?? new Set());
    for (const next of step.next) {
      const had = before[next];
      const both = had === undefined ? after : new Set([...had].filter((local) => after.has(local)));
      if (had !== undefined && both.size === had.size) continue;
      before[next] = both;
      work.push(next);
    }
  }
  return before;
}

function freshAfter({ action }: Step, before: ReadonlySet<number>): ReadonlySet<number> {
  if (action.kind === "list" && (action.op === "add" || action.op === "add_tail")) return new Set();
  if (!("into" in action) || action.into === null) return before;
  const after = new Set(before);
  const copies = action.kind === "assign" && action.value.kind === "local" && before.has(action.value.local);
  if (action.kind === "alloc" || copies) after.add(action.into);
  else after.delete(action.into);
  return after;
}
