/**
 * A state as plain objects, for the interpreter. Nothing here is shared with the explorer but the model: the two
 * check each other.
 */
import type { Action, LockMode, Model } from "../../model/ir";

export interface World {
  /** things[type][number - 1] */
  readonly things: Thing[][];
  readonly globals: number[];
  /** First object of each list, 0 for none. */
  readonly heads: number[];
  readonly threads: Actor[];
}

export interface Thing {
  life: "unused" | "alive" | "freed";
  /** By field; 0 for links, RCU heads and work items. A refcount that is saturated holds its max + 1. */
  fields: number[];
  /** By field. */
  links: Record<number, Link>;
  callbacks: Record<number, Callback>;
  items: Record<number, Item>;
}

export interface Link {
  /** A list index; `self`: on none; `unlinked`: by list_del_rcu, `next` still leads on; `poisoned`: by list_del. */
  where: number | "self" | "unlinked" | "poisoned";
  next: number;
}

export interface Callback {
  /** null: not queued. */
  run: number | "free" | null;
  /** Threads whose read-side sections were open when it was queued, and still are. */
  waitsFor: number[];
}

export interface Item {
  queue: number | null;
  /** Its timer runs; it comes to the queue when that fires. */
  timer: boolean;
  /** cancel_work_sync() waits for it, and keeps it from being queued. */
  cancelled: boolean;
  function: number;
}

export interface Actor {
  /** "ended" when nothing is left to do. */
  at: number | "ended";
  /** It has begun the step and waits in it. */
  waiting: boolean;
  locals: number[];
  nesting: number;
  held: Held[];
  /** Stored, but seen by this thread alone; the oldest first. */
  pending: Pending[];
  /** What a daemon works on. */
  runs: { what: "work" | "rcu"; type: number; object: number; field: number } | null;
  /** In synchronize_rcu(): the threads whose sections it waits for. */
  readers: number[];
  /** In rcu_barrier(): keys of objects whose callbacks it waits for. */
  barrier: string[];
  /** Nodes that were moved since it came to them, in the section that it is in: `type.object.link`, sorted. */
  moved: string[];
  /** In a flush: keys of work items; `queued` until it was taken, then `running`. */
  flush: Record<string, "queued" | "running">;
}

/** What is on its way out of a store buffer. */
export type Pending =
  | {
      readonly to: "field";
      readonly type: number;
      readonly number: number;
      readonly field: number;
      readonly value: number;
    }
  | { readonly to: "global"; readonly global: number; readonly value: number }
  | { readonly to: "lock"; readonly lock: number; readonly object: number; readonly mode: LockMode }
  | { readonly to: "list"; readonly action: Extract<Action, { readonly kind: "list" }>; readonly number: number };

export interface Held {
  lock: number;
  /** 0 for a lock that belongs to no object. */
  object: number;
  mode: LockMode;
}

export function firstWorld(model: Model): World {
  return {
    things: model.types.map((type, index) => type.objects.map((_, at) => firstThing(model, index, at))),
    globals: model.globals.map(({ initial }) => initial),
    heads: model.lists.map((list, index) => orderOf(model, index)[0] ?? 0),
    threads: model.threads.map((thread) => ({
      at: 0,
      waiting: false,
      locals: (model.programs[thread.program]?.locals ?? []).map((_, local) => thread.args[local] ?? 0),
      nesting: 0,
      held: [],
      pending: [],
      runs: null,
      readers: [],
      barrier: [],
      moved: [],
      flush: {},
    })),
  };
}

/** Written out: a trace copies the world at every step, and structuredClone() takes ten times as long. */
export function copyOf(world: World): World {
  return {
    things: world.things.map((things) => things.map(copyOfThing)),
    globals: [...world.globals],
    heads: [...world.heads],
    threads: world.threads.map(copyOfActor),
  };
}

function copyOfThing({ life, fields, links, callbacks, items }: Thing): Thing {
  return {
    life,
    fields: [...fields],
    links: copyOfEach(links, (link) => ({ ...link })),
    callbacks: copyOfEach(callbacks, ({ run, waitsFor }) => ({ run, waitsFor: [...waitsFor] })),
    items: copyOfEach(items, (item) => ({ ...item })),
  };
}

function copyOfActor(actor: Actor): Actor {
  return {
    ...actor,
    locals: [...actor.locals],
    held: actor.held.map((held) => ({ ...held })),
    pending: [...actor.pending],
    runs: actor.runs && { ...actor.runs },
    readers: [...actor.readers],
    barrier: [...actor.barrier],
    moved: [...actor.moved],
    flush: { ...actor.flush },
  };
}

function copyOfEach<T>(parts: Record<number, T>, copy: (part: T) => T): Record<number, T> {
  const copies: Record<number, T> = {};
  for (const key in parts) {
    const part = parts[key];
    if (part !== undefined) copies[key] = copy(part);
  }
  return copies;
}

export const keyOf = (type: number, object: number): string => `${type}.${object}`;
export const itemKey = (type: number, object: number, field: number): string => `${type}.${object}.${field}`;

/** Numbers of the objects that are on the list at first. */
function orderOf(model: Model, list: number): readonly number[] {
  const type = model.lists[list]?.type ?? 0;
  return (model.types[type]?.objects ?? []).flatMap((object, at) =>
    object.alive && object.lists.includes(list) ? [at + 1] : [],
  );
}

function firstThing(model: Model, type: number, at: number): Thing {
  const info = model.types[type];
  const object = info?.objects[at];
  const alive = object?.alive === true;
  const thing: Thing = {
    life: alive ? "alive" : "unused",
    fields: (info?.fields ?? []).map((field, index) =>
      alive && (field.kind === "plain" || field.kind === "refcount") ? (object.values[index] ?? 0) : 0,
    ),
    ...emptyParts(model, type),
  };
  for (const [list, { type: of, link }] of model.lists.entries()) {
    if (of !== type) continue;
    const order = orderOf(model, list);
    const place = order.indexOf(at + 1);
    if (place >= 0) thing.links[link] = { where: list, next: order[place + 1] ?? 0 };
  }
  return thing;
}

const IDLE: Item = { queue: null, timer: false, cancelled: false, function: 0 };

/** Links, callbacks and items of an object that has just come or gone. */
export function emptyParts(model: Model, type: number): Pick<Thing, "links" | "callbacks" | "items"> {
  const parts: Pick<Thing, "links" | "callbacks" | "items"> = { links: {}, callbacks: {}, items: {} };
  for (const [index, field] of (model.types[type]?.fields ?? []).entries()) {
    if (field.kind === "link") parts.links[index] = { where: "self", next: 0 };
    else if (field.kind === "rcu") parts.callbacks[index] = { run: null, waitsFor: [] };
    else if (field.kind === "work") parts.items[index] = { ...IDLE };
  }
  return parts;
}
