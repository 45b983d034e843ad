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
  for (const [index, info] of program.locals.entries()) {
    if (index < fixed || !used.has(index)) continue;
    const free = places.findIndex((place, at) => {
      const isAlike = place.max === info.max && place.type === info.type;
      return isAlike && (members[at] ?? []).every((other) => conflicts[index]?.has(other) !== true);
    });
    const at = free >= 0 ? free : places.push(info) - 1;
    (members[at] ??= []).push(index);
    placeOf.set(index, at);
  }
  const rename = (index: number): number => placeOf.get(index) ?? 0;
  const steps = program.steps.map((step) => ({ ...step, action: renameAction(step.action, rename) }));
  return { ...program, locals: places, steps };
}

/** Two locals conflict when one is set while the other is still needed. Set i holds the conflicts of local i. */
function interference(program: Program, fixed: number): readonly ReadonlySet<number>[] {
  const conflicts = program.locals.map(() => new Set<number>());
  const add = (a: number, b: number): void => {
    if (a === b) return;
    conflicts[a]?.add(b);
    conflicts[b]?.add(a);
  };
  const live = liveAfter(program);
  for (const [index, step] of program.steps.entries()) {
    const set = setBy(step.action);
    if (set !== null) for (const other of live.members(index)) add(set, other);
  }
  for (let a = 0; a < fixed; a++) for (let b = 0; b < a; b++) add(a, b);
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
