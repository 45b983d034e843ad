/** Where the locals of a thread are stored while it rests. */
import type { Program } from "../../model/ir";
import type { Machine } from "./machine";
import { bitsFor, type Variable } from "./variables";

/** slot of each local; undefined for one that never has to be stored. */
export type Slots = readonly (Variable | undefined)[];

/** One for each local that changes, whether it matters or not. */
export function ownSlots(
  machine: Machine,
  thread: number,
  program: Program,
  initial: readonly number[],
  changed: ReadonlySet<number>,
): Slots {
  return program.locals.map((local, index) =>
    changed.has(index) ? machine.declareOwn(thread, local.name, local.max, initial[index] ?? 0) : undefined,
  );
}

/** Locals that are never needed at the same resting place share a slot. */
export function sharedSlots(
  machine: Machine,
  thread: number,
  program: Program,
  liveAtRest: readonly (readonly number[])[],
  initial: ReadonlyMap<number, number>,
): Slots {
  const clashes = new Map<number, Set<number>>();
  for (const live of liveAtRest) {
    for (const local of live) {
      const others = clashes.get(local) ?? new Set();
      for (const other of live) others.add(other);
      clashes.set(local, others);
    }
  }
  const width = (local: number): number => bitsFor(program.locals[local]?.max ?? 0);
  const stored = [...clashes.keys()].sort((a, b) => width(b) - width(a) || a - b);
  const groups: number[][] = [];
  for (const local of stored) {
    const group = groups.find((members) => !members.some((other) => clashes.get(local)?.has(other)));
    if (group) group.push(local);
    else groups.push([local]);
  }
  const slots: (Variable | undefined)[] = [];
  for (const [index, members] of groups.entries()) {
    const first = members.find((local) => initial.has(local));
    const widest = Math.max(...members.map(width));
    const value = first === undefined ? 0 : (initial.get(first) ?? 0);
    const slot = machine.declareOwn(thread, `slot ${index}`, 2 ** widest - 1, value);
    for (const local of members) slots[local] = slot;
  }
  return slots;
}
