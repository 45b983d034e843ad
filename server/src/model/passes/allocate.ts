/** Lets locals that are never needed at the same time share one place, since every place is part of every state. */
import type { Action, LocalInfo, Program, Value } from "../ir";
import { liveAfter, setBy } from "./flow";

/** The first `fixed` locals are the program's arguments and keep their places. */
export function allocate(program: Program, fixed: number): Program {
  const conflicts = interference(program, fixed);
  const places: LocalInfo[] = program.locals.slice(0, fixed);
  const members: number[][] = places.map((_, index) => [index]);
  const placeOf = new Map<number, number>(places.map((_, index) => [index, index]));
  const used = usedLocals(program);
  program.locals.forEach((info, index) => {
    if (index < fixed || !used.has(index)) return;
    const free = places.findIndex((place, at) => {
      const isAlike = place.max === info.max && place.type === info.type;
      return isAlike && (members[at] ?? []).every((other) => !conflict(conflicts, index, other));
    });
    const at = free >= 0 ? free : places.push(info) - 1;
    (members[at] ??= []).push(index);
    placeOf.set(index, at);
  });
  const rename = (index: number): number => placeOf.get(index) ?? 0;
  const steps = program.steps.map((step) => ({ ...step, action: renameAction(step.action, rename) }));
  return { ...program, locals: places, steps };
}

function conflict(conflicts: readonly bigint[], a: number, b: number): boolean {
  return ((conflicts[a] ?? 0n) & (1n << BigInt(b))) !== 0n;
}

/** Two locals conflict when one is set while the other is still needed. */
function interference(program: Program, fixed: number): bigint[] {
  const conflicts = program.locals.map(() => 0n);
  const add = (local: number, others: bigint): void => {
    const rest = others & ~(1n << BigInt(local));
    conflicts[local] = (conflicts[local] ?? 0n) | rest;
    for (let other = 0; other < program.locals.length; other++) {
      if ((rest >> BigInt(other)) & 1n) conflicts[other] = (conflicts[other] ?? 0n) | (1n << BigInt(local));
    }
  };
  const live = liveAfter(program);
  program.steps.forEach((step, index) => {
    const set = setBy(step.action);
    if (set !== null) add(set, live[index] ?? 0n);
  });
  for (let argument = 0; argument < fixed; argument++) add(argument, (1n << BigInt(fixed)) - 1n);
  return conflicts;
}

function usedLocals(program: Program): ReadonlySet<number> {
  const used = new Set<number>();
  for (const step of program.steps) {
    renameAction(step.action, (local) => {
      used.add(local);
      return local;
    });
  }
  return used;
}

/** Rebuilds an action with its locals renamed: values sit in known members only. */
export function renameAction(action: Action, rename: (local: number) => number): Action {
  const walk = (node: unknown, key: string): unknown => {
    if (key === "into") return node === null ? null : rename(node as number);
    if (Array.isArray(node) || typeof node !== "object" || node === null) return node;
    const value = node as Value;
    if (value.kind === "local" && "local" in value) return { kind: "local", local: rename(value.local) };
    return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, walk(v, k)]));
  };
  return walk(action, "") as Action;
}
