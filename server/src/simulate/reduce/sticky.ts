/**
 * Places at which a thread never moves alone, so that no other one is put off for ever.
 *
 * A persistent set leaves out what others could do; that must not go on round a cycle of states. Round a cycle each
 * thread that moves goes round a cycle of its program, with its locals as they were, so it is enough that each such round has a place from
 * which the thread is never the only one to move (Kurshan, Levin, Minea, Peled, Yenigün: Static partial order
 * reduction, 1998, call such transitions sticky). Unlike a look at what states are known already it costs nothing
 * where two ways merely meet again.
 *
 * Daemons go round from task to task. Only what others gave them keeps them going: as long as no daemon can, by way of
 * others, give tasks to itself, their waiting for one need not be such a place.
 */
import type { CompiledThread } from "../machine/compile";
import type { Action, Model } from "../../model/ir";
import { localStates, type LocalState } from "./rounds";

/**
 * By thread, then by value of its pc.
 * @param isNeverAlone places at which the thread is never the only one to move anyway
 */
export function stickyPlaces(
  model: Model,
  threads: readonly CompiledThread[],
  isNeverAlone: (thread: number, pc: number) => boolean,
): readonly (readonly boolean[])[] {
  const fed = feedThemselves(threads);
  // Threads that run the same program alike come round alike.
  const known = new Map<CompiledThread["next"], readonly boolean[]>();
  return threads.map((thread) => {
    let sticky = known.get(thread.next);
    if (!sticky) {
      const alike = threads.flatMap(({ next }, other) => (next === thread.next ? [other] : []));
      sticky = stickyOf(model, thread, fed, (pc) => alike.every((one) => isNeverAlone(one, pc)));
      known.set(thread.next, sticky);
    }
    return sticky;
  });
}

function stickyOf(
  model: Model,
  thread: CompiledThread,
  fed: boolean,
  isNeverAlone: (pc: number) => boolean,
): readonly boolean[] {
  const states = localStates(model, thread) ?? placesAsStates(thread);
  const sticky = thread.rests.map(() => false);
  const cut = new Set(fed ? [] : [...sticky.keys()].filter((pc) => isWaitForTask(actionAt(thread, pc))));
  for (let rounds = onCycles(states, cut); rounds.length > 0; rounds = onCycles(states, cut)) {
    for (const round of rounds) {
      const pcs = [...new Set(round.map((state) => states[state]?.pc ?? 0))];
      if (pcs.some((pc) => cut.has(pc))) continue;
      const free = pcs.filter(isNeverAlone);
      for (const pc of free) cut.add(pc);
      if (free.length > 0) continue;
      // Where it wants a lock it seldom is the only one that need move.
      const chosen = pcs.find((pc) => wantsLock(actionAt(thread, pc))) ?? pcs[0] ?? 0;
      sticky[chosen] = true;
      cut.add(chosen);
    }
  }
  return sticky;
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

/** Where there is too much to know of the locals. */
function placesAsStates({ next, rests }: CompiledThread): readonly LocalState[] {
  const values = new Map(rests.map((place, pc) => [place, pc]));
  return rests.map((rest, pc) => {
    const found = new Set<number>();
    const seen = new Set<number>();
    const work = [...(next[rest] ?? [])];
    for (let place = work.pop(); place !== undefined; place = work.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      const value = values.get(place);
      if (value === undefined) work.push(...(next[place] ?? []));
      else found.add(value);
    }
    return { pc, next: [...found] };
  });
}

/** The states that can come round to each other, without those at the places that were cut out. */
function onCycles(states: readonly LocalState[], cut: ReadonlySet<number>): readonly (readonly number[])[] {
  const isCut = states.map(({ pc }) => cut.has(pc));
  const found: number[][] = [];
  // Tarjan's algorithm, without recursion.
  const index = states.map(() => -1);
  const low = states.map(() => 0);
  const onStack = states.map(() => false);
  const stack: number[] = [];
  let count = 0;
  for (const root of states.keys()) {
    if (index[root] !== -1 || isCut[root] === true) continue;
    const calls = [{ state: root, child: 0 }];
    for (let call = calls.at(-1); call; call = calls.at(-1)) {
      const { state } = call;
      if (index[state] === -1) {
        index[state] = low[state] = count++;
        stack.push(state);
        onStack[state] = true;
      }
      const to = states[state]?.next[call.child++];
      if (to !== undefined) {
        if (isCut[to] === true) continue;
        if (index[to] === -1) calls.push({ state: to, child: 0 });
        else if (onStack[to] === true) low[state] = Math.min(low[state] ?? 0, index[to] ?? 0);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1);
      if (caller) low[caller.state] = Math.min(low[caller.state] ?? 0, low[state] ?? 0);
      if (low[state] !== index[state]) continue;
      const component = stack.splice(stack.lastIndexOf(state));
      for (const member of component) onStack[member] = false;
      if (component.length > 1 || states[state]?.next.includes(state) === true) found.push(component);
    }
  }
  return found;
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
