/** What a step does to the object, in a sentence that a hover can show. */
import type { Action, Model } from "../model/ir";

/** Null for what is this thread's own affair. */
export function describe(model: Model, action: Action, text: string): string | null {
  switch (action.kind) {
    case "load":
      return `Reads ${field(model, action.from)}.`;
    case "store":
      return `Writes ${field(model, action.to)}${action.marked ? "" : " plainly: a read and a write of the whole word for a bit-field"}.`;
    case "rmw":
      return `Changes ${field(model, action.on)} atomically (${action.op}) and sees its old value.`;
    case "refcount":
      return refcount(model, action);
    case "list":
      return list(model, action);
    case "lock":
      return lock(model, action);
    case "assertHeld":
      return action.mode === "none"
        ? `Asserts that ${model.locks[action.lock]?.name ?? "the lock"} is not held.`
        : `Asserts that ${model.locks[action.lock]?.name ?? "the lock"} is held${mode(action.mode)}.`;
    case "rcu":
      return RCU[action.op];
    case "fence":
      return "Makes what was stored before visible to all before it goes on.";
    case "callRcu":
      return `Has ${label(model, action.on.type)} freed after a grace period: when all read-side sections that are open now have ended.`;
    case "alloc":
      return `Makes a new ${label(model, action.type)}.`;
    case "free":
      return `Frees ${label(model, action.type)} at once.`;
    case "work":
      return WORK[action.op];
    case "operate":
      return `${action.op.replaceAll("_", " ")}: ${field(model, action.on)}, a ${action.of}.`;
    case "flushQueue":
      return `Waits for the work that was queued on ${model.queues[action.queue]?.name ?? "the queue"} before.`;
    case "sleep":
      return action.what === "yield" ? "Gives others the CPU." : "May sleep.";
    case "assert":
      return `Warns when its condition is true.`;
    case "unknown":
      return `Not modelled: ${action.what}.`;
    case "choose":
      return action.nature === "schedule"
        ? `Goes either way: ${action.what}.`
        : `Nobody tracks this condition (${text}): both ways are tried.`;
    default:
      return null;
  }
}

const RCU = {
  lock: "Begins an RCU read-side section: what it finds on the list is not freed until it ends.",
  unlock: "Ends the RCU read-side section.",
  synchronize: "Waits for a grace period.",
  barrier: "Waits until the call_rcu() callbacks queued so far have run.",
} as const;

const WORK = {
  init: "Initialises the work item; it must not be queued.",
  queue: "Queues the work item; nothing happens when it is queued already.",
  cancel: "Takes the work item off its queue and waits until it does not run.",
  dequeue: "Takes the work item off its queue, and does not wait for one that runs.",
  flush_item: "Waits until the work item has run.",
} as const;

function refcount(model: Model, action: Extract<Action, { kind: "refcount" }>): string {
  const name = field(model, action.on);
  switch (action.op) {
    case "set":
      return `Sets ${name}, whatever it was: nobody else may hold a reference.`;
    case "read":
      return `Reads ${name}.`;
    case "inc":
    case "add":
      return `Takes a reference (${name}): it must be held already, on 0 it warns.`;
    case "inc_not_zero":
      return `Takes a reference (${name}) unless the count is 0.`;
    case "dec":
      return `Puts a reference (${name}) that is not the last one.`;
    case "dec_and_test":
    case "sub_and_test":
      return `Puts a reference (${name}) and tells whether it was the last one.`;
    case "dec_not_one":
      return `Puts a reference (${name}) unless it is the last one.`;
    case "dec_if_one":
      return `Puts the reference (${name}) only if it is the last one.`;
  }
}

function list(model: Model, action: Extract<Action, { kind: "list" }>): string {
  const name = model.lists[action.list]?.name ?? "the list";
  switch (action.op) {
    case "first":
      return `Finds the first entry of ${name}.`;
    case "next":
      return `Finds the next entry of ${name}.`;
    case "add":
    case "add_tail":
      return `Publishes the object on ${name}.`;
    case "del":
    case "del_init":
      return `Takes the object off ${name}: walkers that stand on it go on, new ones do not find it.`;
    case "empty":
      return `Asks whether ${name} is empty.`;
    case "on_list":
      return `Asks whether the object is on ${name}.`;
    case "unhashed":
      return "Asks whether the object is on no list, and its link was made to say so.";
  }
}

function lock(model: Model, action: Extract<Action, { kind: "lock" }>): string {
  const name = model.locks[action.lock]?.name ?? "the lock";
  if (action.op === "release") return `Releases ${name}.`;
  if (action.op === "is_locked") return `Asks whether anybody holds ${name}.`;
  return `${action.op === "try" ? "Tries to take" : "Takes"} ${name}${model.locks[action.lock]?.kind === "rw" ? mode(action.mode) : ""}.`;
}

function mode(mode: "exclusive" | "shared" | "any"): string {
  return mode === "exclusive" ? " for write" : mode === "shared" ? " for read" : "";
}

function field(model: Model, ref: { readonly type: number; readonly field: number }): string {
  const info = model.types[ref.type]?.fields[ref.field];
  return info === undefined || info.name.startsWith("(") ? label(model, ref.type) : info.name;
}

function label(model: Model, type: number): string {
  return `the ${model.types[type]?.label ?? "object"}`;
}
