/** Where the locals of a thread are stored while it rests. */
import type { Program } from "../../model/ir";
import type { Machine } from "./machine";
import { bitsFor, type Variable } from "./variables";

/** slot of each local; undefined for one that never has to be stored. */
export type Slots = readonly (Variable | undefined)[];

/** One for each local, whether it matters or not. */
export function ownSlots(machine: Machine, thread: number, program: Program, initial: readonly number[]): Slots {
  return program.locals.map((local, index) =>
    machine.declare(`thread ${thread}: ${local.name}`, local.max, initial[index] ?? 0),
  );
}

/** Locals that are never needed at the same resting place share a slot. */
export function sharedSlots(
  machine: Machine,
  thread: number,
  program: Program,
  liveAtRest: readonly ReadonlySet<number>[],
  initial: ReadonlyMap<number, number>,
): Slots {
  const stored = [...new Set(liveAtRest.flatMap((live) => [...live]))];
  const width = (local: number): number => bitsFor(program.locals[local]?.max ?? 0);
  stored.sort((a, b) => width(b) - width(a) || a - b);
  const groups: number[][] = [];
  for (const local of stored) {
    const clashes = (other: number): boolean => liveAtRest.some((live) => live.has(local) && live.has(other));
    const group = groups.find((members) => !members.some(clashes));
    if (group) group.push(local);
    else groups.push([local]);
  }
  const slots: (Variable | undefined)[] = [];
  for (const [index, members] of groups.entries()) {
    const first = members.find((local) => initial.has(local));
    const widest = Math.max(...members.map(width));
    const value = first === undefined ? 0 : (initial.get(first) ?? 0);
    const slot = machine.declare(`thread ${thread}: slot ${index}`, 2 ** widest - 1, value);
    for (const local of members) slots[local] = slot;
  }
  return slots;
}
