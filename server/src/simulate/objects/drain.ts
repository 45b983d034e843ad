/** Fences, and how stores leave a store buffer: the oldest first, each as a step of the buffer's own daemon. */
import { equal, read, set, when, type Expr, type Stmt } from "../machine/micro";
import type { Compiler, StepContext } from "../machine/step";
import { bufferOf, drained, type Target } from "./buffer";
import { grace } from "./grace";
import { isAlive } from "./life";
import { changeList } from "./lists";
import { fieldOf, globals } from "./memory";

export const fence: Compiler<"fence"> = {
  compile: (step) => [...drained(step), step.go()],
};

export const drain: Compiler<"drain"> = {
  compile(step, { thread }) {
    const { machine } = step;
    const buffer = bufferOf(machine, thread);
    const oldest = buffer?.slots[0];
    if (!buffer || !oldest) return [{ kind: "block" }];
    let arrive: readonly Stmt[] = [];
    for (const [index, target] of [...buffer.targets.entries()].toReversed()) {
      arrive = when(equal(read(oldest.target), index + 1), arrival(step, thread, target, read(oldest.value)), arrive);
    }
    const shift = buffer.slots.flatMap((slot, index) => {
      const next = buffer.slots[index + 1];
      return [set(slot.target, next ? read(next.target) : 0), set(slot.value, next ? read(next.value) : 0)];
    });
    return [
      ...when(equal(read(oldest.target), 0), [{ kind: "block" }]),
      ...arrive,
      ...shift,
      ...grace(machine).sectionMayEnd(thread),
      step.go(),
    ];
  },
};

/** A store that comes to an object which was freed meanwhile goes nowhere: that it could come is found where it was made. */
function arrival(step: StepContext, thread: number, target: Target, value: Expr): readonly Stmt[] {
  const { machine } = step;
  switch (target.kind) {
    case "field":
      return when(isAlive(machine, target.type, target.object), [
        set(fieldOf(machine, target.type, target.object, target.field), value),
      ]);
    case "global": {
      const variable = machine.part(globals)[target.global];
      return variable ? [set(variable, value)] : [];
    }
    case "release":
      return [];
    case "list": {
      const type = machine.model.lists[target.list]?.type ?? 0;
      return when(
        isAlive(machine, type, target.object),
        silently(changeList(step, target.list, target.object, target)),
      );
    }
  }
}

/** What was wrong was told when the thread did it; here such a change just does not happen. */
function silently(stmts: readonly Stmt[]): readonly Stmt[] {
  const kept: Stmt[] = [];
  for (const [index, stmt] of stmts.entries()) {
    if (stmt.kind === "stop") return kept;
    if (stmt.kind === "report") continue;
    if (stmt.kind !== "if") {
      kept.push(stmt);
      continue;
    }
    const rest = stops(stmt) ? stmts.slice(index + 1) : [];
    const then = silently([...stmt.then, ...rest]);
    kept.push({ ...stmt, then, otherwise: silently([...stmt.otherwise, ...rest]) });
    if (stops(stmt)) return kept;
  }
  return kept;
}

function stops(stmt: Stmt): boolean {
  return stmt.kind === "stop" || (stmt.kind === "if" && [...stmt.then, ...stmt.otherwise].some(stops));
}
