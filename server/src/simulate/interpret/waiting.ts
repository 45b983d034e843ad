/** Locks, RCU and workqueues, step by step: everything for which a thread may have to wait. */
import type { Action, Model } from "../../model/ir";
import { isPlainRelease } from "../../model/passes/tso";
import { awaitOwnStores, putIntoBuffer } from "./buffer";
import { Waits, type Scene } from "./scene";
import { itemKey, keyOf, type Held } from "./world";

type Of<K extends Action["kind"]> = Extract<Action, { readonly kind: K }>;

const DEEPEST_NESTING = 3;

export function lock(scene: Scene, action: Of<"lock">): void {
  const info = scene.model.locks[action.lock];
  if (!info) throw new RangeError(`no lock ${action.lock}`);
  const object = info.of === null || !action.of ? 0 : scene.object(info.of, action.of).number;
  const name = info.of === null ? info.name : `${info.name} of ${scene.nameOf(info.of, object)}`;
  const isIt = (held: Pick<Held, "lock" | "object">): boolean => held.lock === action.lock && held.object === object;
  const mine = scene.actor.held.find(isIt);
  const mode = info.kind === "rw" ? action.mode : "exclusive";
  const inTheWay = scene.world.threads.flatMap((actor, thread) => {
    const held = thread === scene.thread ? undefined : actor.held.find(isIt);
    const left = thread === scene.thread ? undefined : actor.pending.find((one) => one.to === "lock" && isIt(one));
    const has = held ?? (left?.to === "lock" ? left : undefined);
    return has && (mode === "exclusive" || has.mode === "exclusive") ? [{ thread, mode: has.mode }] : [];
  });
  switch (action.op) {
    case "acquire":
      awaitOwnStores(scene);
      if (mine) scene.fatal("lock.deadlock", `${name} is acquired by the thread that holds it`);
      if (inTheWay.length > 0) {
        const message = `waits for ${name} (held ${holders(scene, inTheWay, info.kind)})`;
        throw new Waits(
          message,
          inTheWay.map(({ thread }) => thread),
        );
      }
      if (info.kind === "mutex") scene.mayNotSleep();
      scene.actor.held.push({ lock: action.lock, object, mode });
      return;
    case "try": {
      const gets = !mine && inTheWay.length === 0;
      if (gets) awaitOwnStores(scene);
      if (gets) scene.actor.held.push({ lock: action.lock, object, mode });
      return scene.give(action.into, gets ? 1 : 0);
    }
    case "is_locked":
      return scene.give(action.into, mine || inTheWay.length > 0 ? 1 : 0);
    case "release":
      if (mine?.mode !== mode) {
        scene.fatal("lock.imbalance", `${name} is released by a thread that does not hold it so`);
      }
      giveBack(scene, action, object, mode);
      scene.actor.held = scene.actor.held.filter((held) => !isIt(held));
      return sectionMayEnd(scene);
  }
}

/** A spinning lock that was held for write is given back by a store like any other, all else by a locked operation. */
function giveBack(scene: Scene, action: Of<"lock">, object: number, mode: Held["mode"]): void {
  if (!isPlainRelease(scene.model.locks[action.lock], action.mode)) return awaitOwnStores(scene);
  const isTried = scene.model.programs.some(({ steps }) =>
    steps.some(
      ({ action: other }) =>
        other.kind === "lock" && (other.op === "try" || other.op === "is_locked") && other.lock === action.lock,
    ),
  );
  // With nothing before it in the buffer, only who does not wait for the lock could tell.
  if (isTried || scene.actor.pending.length > 0) putIntoBuffer(scene, { to: "lock", lock: action.lock, object, mode });
}

function holders(scene: Scene, all: readonly { thread: number; mode: string }[], kind: string): string {
  const how = kind !== "rw" ? "" : all[0]?.mode === "exclusive" ? "for write " : "for read ";
  return `${how}by ${all.map(({ thread }) => shortName(scene.model.threads[thread]?.name ?? `thread ${thread}`)).join(", ")}`;
}

/** `mmu_lock`, `lock of root 1`. */
export function nameOfLock(model: Model, { lock, object }: Held): string {
  const info = model.locks[lock];
  const owner = info?.of === null || info?.of === undefined ? undefined : model.types[info.of];
  const of = owner ? ` of ${owner.objects.length > 1 ? `${owner.label} ${object}` : owner.label}` : "";
  return `${info?.name ?? "a lock"}${of}`;
}

/** ` (write)`; nothing for a lock that knows one mode. */
export function modeOfLock(model: Model, { lock, mode }: Held): string {
  return model.locks[lock]?.kind !== "rw" ? "" : mode === "exclusive" ? " (write)" : " (read)";
}

/** `CPU 0` of `CPU 0: put`. */
export function shortName(name: string): string {
  return name.split(":")[0] ?? name;
}

export function rcu(scene: Scene, action: Of<"rcu">): void {
  const { actor, world } = scene;
  switch (action.op) {
    case "lock":
      // A bound of the explorer; deeper nesting is left to it.
      if (actor.nesting < DEEPEST_NESTING) actor.nesting++;
      return scene.go();
    case "unlock":
      if (actor.nesting === 0) scene.fatal("lock.imbalance", "rcu_read_unlock() without rcu_read_lock()");
      actor.nesting--;
      sectionMayEnd(scene);
      return scene.go();
    case "synchronize":
      if (actor.waiting) {
        if (actor.readers.length > 0) {
          const names = actor.readers.map((thread) => shortName(scene.model.threads[thread]?.name ?? ""));
          throw new Waits(`waits for a grace period (${names.join(", ")} in a read-side section)`, actor.readers);
        }
        return scene.go();
      }
      awaitOwnStores(scene);
      scene.mayNotSleep();
      actor.readers = scene.readers().filter((thread) => thread !== scene.thread);
      return actor.readers.length > 0 ? scene.wait() : scene.go();
    case "barrier": {
      if (actor.waiting) {
        if (actor.barrier.length > 0)
          throw new Waits("waits for RCU callbacks that were queued before", readersAwaited(scene));
        return scene.go();
      }
      awaitOwnStores(scene);
      scene.mayNotSleep();
      const queued = world.things.flatMap((all, type) =>
        all.flatMap((thing, at) =>
          Object.values(thing.callbacks).some(({ run }) => run !== null) ? [keyOf(type, at + 1)] : [],
        ),
      );
      const running = world.threads.flatMap(({ runs }) =>
        runs?.what === "rcu" ? [keyOf(runs.type, runs.object)] : [],
      );
      actor.barrier = [...new Set([...queued, ...running])].sort();
      return actor.barrier.length > 0 ? scene.wait() : scene.go();
    }
  }
}

/** Threads in sections that some callback in the barrier waits for. */
function readersAwaited(scene: Scene): readonly number[] {
  return scene.world.things.flatMap((all, type) =>
    all.flatMap((thing, at) =>
      scene.actor.barrier.includes(keyOf(type, at + 1))
        ? Object.values(thing.callbacks).flatMap(({ waitsFor }) => waitsFor)
        : [],
    ),
  );
}

/** Workers that run one of the items. */
function runners(scene: Scene, keys: readonly string[]): readonly number[] {
  return scene.world.threads.flatMap(({ runs }, thread) =>
    runs?.what === "work" && keys.includes(itemKey(runs.type, runs.object, runs.field)) ? [thread] : [],
  );
}

/** After a thread left something that may have been its read-side section, or its last store became visible. */
export function sectionMayEnd(scene: Scene, thread: number = scene.thread): void {
  const { world } = scene;
  if (scene.holdsUp(thread)) return;
  scene.actorOf(thread).moved = [];
  for (const actor of world.threads) actor.readers = actor.readers.filter((reader) => reader !== thread);
  for (const [type, all] of world.things.entries()) {
    for (const [at, thing] of all.entries()) {
      for (const callback of Object.values(thing.callbacks)) {
        if (!callback.waitsFor.includes(thread)) continue;
        callback.waitsFor = callback.waitsFor.filter((reader) => reader !== thread);
        if (callback.run === "free" && callback.waitsFor.length === 0) freeWaiting(scene, type, at + 1);
      }
    }
  }
}

/** The grace period of an object without a callback of its own has passed. */
function freeWaiting(scene: Scene, type: number, number: number): void {
  scene.release(type, number);
  endBarriers(scene, type, number);
}

function endBarriers(scene: Scene, type: number, number: number): void {
  for (const actor of scene.world.threads) actor.barrier = actor.barrier.filter((key) => key !== keyOf(type, number));
}

export function callRcu(scene: Scene, action: Of<"callRcu">): void {
  awaitOwnStores(scene);
  const { type, field, object } = action.on;
  const { thing, number } = scene.anyObject(type, object);
  const queued = Object.values(thing.callbacks).some(({ run }) => run !== null);
  if (thing.life !== "alive" || queued) {
    const message = `${scene.nameOf(type, number)} is handed to call_rcu() a second time`;
    scene.fatal("lifetime.double-free", message, { type, number });
  }
  scene.checkRules(type, number);
  const callback = { run: action.callback ?? ("free" as const), waitsFor: scene.readers() };
  thing.callbacks[field] = callback;
  if (callback.run === "free" && callback.waitsFor.length === 0) freeWaiting(scene, type, number);
}

export function work(scene: Scene, action: Of<"work">): void {
  const { actor } = scene;
  if (actor.waiting) return waitForFlush(scene);
  awaitOwnStores(scene);
  const { type, field } = action.on;
  const sleeps = action.spins !== true && (action.op === "cancel" || action.op === "flush_item");
  const { thing, number } = scene.object(type, action.on.object);
  const item = thing.items[field];
  if (!item) throw new RangeError("no such work item");
  const key = itemKey(type, number, field);
  const name = scene.nameOf(type, number);
  if (action.op === "cancel" && item.cancelled)
    throw new Waits(`waits until the work of ${name} is cancelled`, runners(scene, [key]));
  if (sleeps) scene.mayNotSleep();
  switch (action.op) {
    case "init":
      if (item.queue !== null) {
        const message = `the work item of ${name} is initialised again while it is queued`;
        scene.fatal("work.reinit-while-pending", message, { type, number });
      }
      item.function = action.function ?? item.function;
      return scene.go();
    case "queue": {
      const comes = item.queue === null && !item.cancelled;
      scene.give(action.into, comes ? 1 : 0);
      if (comes) {
        item.function = action.function ?? item.function;
        item.queue = action.queue ?? 0;
        item.timer = action.delayed === true;
      }
      return scene.go();
    }
    case "cancel":
    case "dequeue": {
      const running = runs(scene, type, number, field);
      scene.give(action.into, item.queue === null ? 0 : 1);
      if (item.queue !== null) {
        item.queue = null;
        item.timer = false;
        for (const { flush } of scene.world.threads) {
          if (flush[key] !== "queued") continue;
          if (running) flush[key] = "running";
          else delete flush[key];
        }
      }
      if (!running || action.op === "dequeue") return scene.go();
      item.cancelled = true;
      actor.flush[key] = "running";
      return scene.wait();
    }
    case "flush_item":
      item.timer = false;
      if (item.queue !== null) actor.flush[key] = "queued";
      else if (runs(scene, type, number, field)) actor.flush[key] = "running";
      else return scene.go();
      return scene.wait();
  }
}

function runs(scene: Scene, type: number, object: number, field: number): boolean {
  return scene.world.threads.some(
    ({ runs }) => runs?.what === "work" && runs.type === type && runs.object === object && runs.field === field,
  );
}

export function flushQueue(scene: Scene, action: Of<"flushQueue">): void {
  const { actor, world } = scene;
  if (actor.waiting) return waitForFlush(scene);
  awaitOwnStores(scene);
  const marks: Record<string, "queued" | "running"> = {};
  for (const [thread, { runs }] of world.threads.entries()) {
    if (runs?.what !== "work" || !worksOn(scene, thread, action.queue)) continue;
    marks[itemKey(runs.type, runs.object, runs.field)] = "running";
  }
  for (const [type, all] of world.things.entries()) {
    for (const [at, thing] of all.entries()) {
      for (const [field, { queue, timer }] of Object.entries(thing.items)) {
        if (queue === action.queue && !timer) marks[itemKey(type, at + 1, Number(field))] = "queued";
      }
    }
  }
  const busy = Object.keys(marks).length > 0;
  if (action.op === "drain" && busy) {
    throw new Waits(`waits until ${queueName(scene, action.queue)} is empty`, runners(scene, Object.keys(marks)));
  }
  scene.mayNotSleep();
  if (action.op === "drain" || !busy) return scene.go();
  actor.flush = marks;
  scene.wait();
}

function waitForFlush(scene: Scene): void {
  const keys = Object.keys(scene.actor.flush);
  if (keys.length === 0) return scene.go();
  const names = keys.map((key) => {
    const [type = 0, object = 0] = key.split(".").map(Number);
    return scene.nameOf(type, object);
  });
  throw new Waits(`waits for the work of ${names.join(", ")}`, runners(scene, keys));
}

/** Whether the daemon takes from that queue. */
function worksOn(scene: Scene, thread: number, queue: number): boolean {
  const program = scene.model.programs[scene.model.threads[thread]?.program ?? 0];
  const take = program?.steps.find(({ action }) => action.kind === "take" && action.what === "work")?.action;
  return take?.kind === "take" && (take.queue ?? queue) === queue;
}

function queueName(scene: Scene, queue: number): string {
  return scene.model.queues[queue]?.name ?? "the workqueue";
}

/** Each pair of a field and an object of the type, in the order of the alternatives of `take`. */
export function takeable(
  scene: Scene,
  action: Of<"take">,
): readonly { field: number; object: number; ready: boolean }[] {
  const things = scene.world.things[action.type] ?? [];
  const isDrained = scene.actor.pending.length === 0;
  return fieldsInOrder(scene, action).flatMap((field) =>
    things.map((thing, at) => {
      const object = at + 1;
      if (action.what === "rcu") {
        const callback = thing.callbacks[field];
        const ready = typeof callback?.run === "number" && callback.waitsFor.length === 0;
        return { field, object, ready: ready && isDrained };
      }
      const queue = thing.items[field]?.queue ?? null;
      const queued = queue !== null && (action.queue === null || action.queue === queue);
      return { field, object, ready: queued && isDrained && !runs(scene, action.type, object, field) };
    }),
  );
}

/** Fields that some step uses, in the order in which threads and their steps first name them. */
function fieldsInOrder(scene: Scene, take: Of<"take">): readonly number[] {
  const fields = new Set<number>();
  for (const { program } of scene.model.threads) {
    for (const { action } of scene.model.programs[program]?.steps ?? []) {
      const names = take.what === "rcu" ? action.kind === "callRcu" : action.kind === "work";
      if (names && "on" in action && action.on.type === take.type) fields.add(action.on.field);
    }
  }
  return [...fields];
}

export function take(scene: Scene, action: Of<"take">): void {
  const chosen = takeable(scene, action)[scene.alternative];
  if (!chosen?.ready) throw new Waits("has nothing to do", []);
  const { field, object } = chosen;
  const thing = scene.thingOf(action.type, object);
  const which = action.what === "rcu" ? Number(thing.callbacks[field]?.run) : (thing.items[field]?.function ?? 0);
  if (action.what === "work") {
    if (thing.life === "freed") {
      const message = `the work item of ${scene.nameOf(action.type, object)} runs after the object was freed`;
      scene.fatal("lifetime.use-after-free", message, { type: action.type, number: object });
    }
    const item = thing.items[field];
    if (item) Object.assign(item, { queue: null, timer: false });
    const key = itemKey(action.type, object, field);
    for (const { flush } of scene.world.threads) if (flush[key] === "queued") flush[key] = "running";
  } else thing.callbacks[field] = { run: null, waitsFor: [] };
  scene.actor.runs = { what: action.what, type: action.type, object, field };
  scene.give(action.into, object);
  scene.go(which);
}

export function done(scene: Scene): void {
  awaitOwnStores(scene);
  const { runs } = scene.actor;
  scene.actor.runs = null;
  if (!runs) return scene.go();
  if (runs.what === "rcu") endBarriers(scene, runs.type, runs.object);
  else {
    const key = itemKey(runs.type, runs.object, runs.field);
    for (const actor of scene.world.threads) if (actor.flush[key] === "running") delete actor.flush[key];
    const item = scene.thingOf(runs.type, runs.object).items[runs.field];
    if (item) item.cancelled = false;
  }
  scene.go();
}
