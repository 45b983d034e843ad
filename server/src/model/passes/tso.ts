/**
 * x86-TSO: every thread that stores plainly gets a store buffer, and a daemon that lets its stores out one by one.
 *
 * Which operations put something into the buffer and which wait until it is empty is what x86 does with the kernel's
 * primitives; docs/memory-models.md lists them with their sources.
 */
import type { Action, LockInfo, Model, Program, Step } from "../ir";

/** A buffer with more room is a bound of ours: the cost of a state grows with it. */
const MOST_ROOM = 6;

/** The same machine with store buffers. Equal to what it was given, but for its drains, when nothing stores plainly. */
export function withStoreBuffers(model: Model): Model {
  const programs: Program[] = model.programs.map((program) => {
    const most = mostPending(program, model.locks);
    return most === 0 ? program : { ...program, storeBuffer: Math.min(most, MOST_ROOM) };
  });
  const drains = model.threads.flatMap(({ name, program }, thread) =>
    programs[program]?.storeBuffer !== undefined ? [{ thread, name: `store buffer of ${shortName(name)}` }] : [],
  );
  return {
    ...model,
    programs: [...programs, ...drains.map(({ thread, name }) => drainProgram(thread, name))],
    threads: [
      ...model.threads,
      ...drains.map(({ name }, index) => ({
        name,
        program: programs.length + index,
        args: [],
        role: "daemon" as const,
      })),
    ],
  };
}

export function hasStoreBuffers(model: Model): boolean {
  return model.programs.some(({ storeBuffer }) => storeBuffer !== undefined);
}

/** Whether the action is, or can be, a store that x86 may keep back. */
export function isBuffered(action: Action, locks: readonly LockInfo[]): boolean {
  switch (action.kind) {
    case "store":
    case "storeGlobal":
      return true;
    case "refcount":
      return action.op === "set";
    case "list":
      return action.op === "add" || action.op === "add_tail" || action.op === "del" || action.op === "del_init";
    case "lock":
      return action.op === "release" && isPlainRelease(locks[action.lock], action.mode);
    default:
      return false;
  }
}

/**
 * spin_unlock() and write_unlock() of a spinning lock are one plain store; read_unlock(), mutexes and rw_semaphores give
 * back by a locked operation.
 */
export function isPlainRelease(lock: LockInfo | undefined, mode: "exclusive" | "shared"): boolean {
  if (lock === undefined) return false;
  return lock.kind === "spin" || (lock.kind === "rw" && lock.isAtomic && mode === "exclusive");
}

/** Whether the thread surely waits there until its buffer is empty. */
export function drainsFirst(action: Action, locks: readonly LockInfo[]): boolean {
  switch (action.kind) {
    case "fence":
    case "rmw":
    case "rmwGlobal":
    case "callRcu":
    case "free":
    case "work":
    case "flushQueue":
    case "operate":
    case "take":
    case "done":
    case "markListed":
    case "markAll":
    case "forbid":
      return true;
    case "refcount":
      // The others look first, and may be content with what they see.
      return !["set", "read", "inc_not_zero", "dec_not_one"].includes(action.op);
    case "lock":
      return action.op === "acquire" || (action.op === "release" && !isPlainRelease(locks[action.lock], action.mode));
    case "rcu":
      return action.op === "synchronize" || action.op === "barrier";
    default:
      return false;
  }
}

/** The most stores that can be pending at once on any way through the program; no more than one beyond what fits. */
function mostPending({ steps }: Program, locks: readonly LockInfo[]): number {
  const before = steps.map(() => 0);
  const work = [0];
  const seen = new Set(work);
  let most = 0;
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const step = steps[at];
    if (!step) continue;
    const kept = drainsFirst(step.action, locks) ? 0 : (before[at] ?? 0);
    const after = Math.min(kept + (isBuffered(step.action, locks) ? 1 : 0), MOST_ROOM + 1);
    most = Math.max(most, after);
    for (const next of step.next) {
      if (seen.has(next) && after <= (before[next] ?? 0)) continue;
      seen.add(next);
      before[next] = Math.max(after, before[next] ?? 0);
      work.push(next);
    }
  }
  return most;
}

function drainProgram(thread: number, name: string): Program {
  const text = "its oldest store is seen";
  const drain: Step = { action: { kind: "drain", thread }, next: [0], place: null, text, stack: [], acting: true };
  return { name, locals: [], steps: [drain] };
}

function shortName(name: string): string {
  return name.split(":")[0] ?? name;
}
