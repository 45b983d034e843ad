/**
 * Places at which a thread never moves alone, so that no other one is put off for ever.
 *
 * A persistent set leaves out what others could do; that must not go on round a cycle of states. Round a cycle each
 * thread that moves goes round a cycle of its program, so it is enough that each cycle of a program has a place from
 * which the thread is never the only one to move (Kurshan, Levin, Minea, Peled, Yenigün: Static partial order
 * reduction, 1998, call such transitions sticky). Unlike a look at what states are known already it costs nothing
 * where two ways merely meet again.
 *
 * Daemons go round from task to task. Only what others gave them keeps them going: as long as no daemon can, by way of
 * others, give tasks to itself, their waiting for one need not be such a place.
 */
import type { CompiledThread } from "../machine/compile";
import type { Action } from "../../model/ir";

/** By thread, then by value of its pc. */
export function stickyPlaces(threads: readonly CompiledThread[]): readonly (readonly boolean[])[] {
  const fed = feedThemselves(threads);
  return threads.map((thread) => {
    const next = restGraph(thread);
    const gone = new Set(fed ? [] : [...next.keys()].filter((pc) => isWaitForTask(actionAt(thread, pc))));
    const sticky = next.map(() => false);
    for (let cycle = cyclic(next, gone); cycle.length > 0; cycle = cyclic(next, gone)) {
      // Where it wants a lock it seldom is the only one that need move.
      const chosen = cycle.find((pc) => wantsLock(actionAt(thread, pc))) ?? cycle[0];
      if (chosen === undefined) break;
      sticky[chosen] = true;
      gone.add(chosen);
    }
    return sticky;
  });
}

function actionAt({ program, places, rests }: CompiledThread, pc: number): Action | undefined {
  const at = places.stepOf(rests[pc] ?? places.ended);
  return at ? program.steps[at.step]?.action : undefined;
}

function isWaitForTask(action: Action | undefined): boolean {
  return action?.kind === "take" || action?.kind === "drain";
}

function wantsLock(action: Action | undefined): boolean {
  return action?.kind === "lock" && action.op === "acquire";
}

/** Values of pc that can follow directly on each one. */
function restGraph({ next, rests }: CompiledThread): readonly (readonly number[])[] {
  const values = new Map(rests.map((place, pc) => [place, pc]));
  return rests.map((rest) => {
    const found = new Set<number>();
    const seen = new Set<number>();
    const work = [...(next[rest] ?? [])];
    for (let place = work.pop(); place !== undefined; place = work.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      const pc = values.get(place);
      if (pc !== undefined) found.add(pc);
      else work.push(...(next[place] ?? []));
    }
    return [...found];
  });
}

/** The members of some cycle, or none: what is left when all that lies on none is taken away. */
function cyclic(next: readonly (readonly number[])[], gone: ReadonlySet<number>): readonly number[] {
  const entries = next.map(() => 0);
  const exits = next.map(() => 0);
  const before: number[][] = next.map(() => []);
  for (const [from, all] of next.entries()) {
    for (const to of all) {
      if (gone.has(from) || gone.has(to)) continue;
      entries[to] = (entries[to] ?? 0) + 1;
      exits[from] = (exits[from] ?? 0) + 1;
      before[to]?.push(from);
    }
  }
  const out = new Set(gone);
  const work = [...next.keys()].filter((pc) => !out.has(pc) && (entries[pc] === 0 || exits[pc] === 0));
  for (let pc = work.pop(); pc !== undefined; pc = work.pop()) {
    if (out.has(pc)) continue;
    out.add(pc);
    for (const to of next[pc] ?? []) {
      entries[to] = (entries[to] ?? 0) - 1;
      if (!out.has(to) && entries[to] === 0) work.push(to);
    }
    for (const from of before[pc] ?? []) {
      exits[from] = (exits[from] ?? 0) - 1;
      if (!out.has(from) && exits[from] === 0) work.push(from);
    }
  }
  return [...next.keys()].filter((pc) => !out.has(pc));
}

/** Whether some daemon can be given a task by itself, directly or by way of other daemons. */
function feedThemselves(threads: readonly CompiledThread[]): boolean {
  const daemons = threads.filter((thread) => thread.program.steps.some(({ action }) => isWaitForTask(action)));
  const feeds = (from: CompiledThread, to: CompiledThread): boolean =>
    to.program.steps.some(({ action }) => {
      if (action.kind === "drain") return from.program.storeBuffer !== undefined;
      if (action.kind !== "take") return false;
      const kind = action.what === "rcu" ? "callRcu" : "work";
      return from.program.steps.some((step) => step.action.kind === kind);
    });
  const left = new Set(daemons);
  for (let shrank = true; shrank;) {
    shrank = false;
    for (const daemon of left) {
      if ([...left].some((other) => feeds(other, daemon))) continue;
      left.delete(daemon);
      shrank = true;
    }
  }
  return left.size > 0;
}
