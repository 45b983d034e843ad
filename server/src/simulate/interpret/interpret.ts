/**
 * Runs a model one step at a time, straight from its text: the second opinion on what the explorer found, and the
 * source of what a trace shows.
 */
import type { Condition, Model, Step } from "../../model/ir";
import type { Decision } from "../result";
import { globalReadModifyWrite, readModifyWrite, refcount, store } from "./counts";
import { awaitOwnStores, readGlobal, writeGlobal } from "./buffer";
import { drain } from "./drain";
import { operate } from "./kinds";
import { isOn, list } from "./lists";
import { fitted, PathEnds, Scene, Waits, type Found } from "./scene";
import { callRcu, done, flushQueue, lock, rcu, take, takeable, work } from "./waiting";
import { copyOf, emptyParts, type World } from "./world";

export interface Moved {
  readonly world: World;
  readonly found: readonly Found[];
  /** The path goes no further, for any thread. */
  readonly stopped: boolean;
}

/** The step that the thread would run next; undefined when it has ended. */
export function stepOf(
  model: Model,
  world: World,
  thread: number,
): { readonly number: number; readonly step: Step } | undefined {
  const at = world.threads[thread]?.at;
  if (at === undefined || at === "ended") return undefined;
  const step = model.programs[model.threads[thread]?.program ?? 0]?.steps[at];
  return step && { number: at, step };
}

/** What comes of a decision; a string tells why the thread cannot move. */
export function move(model: Model, world: World, decision: Decision): Moved | string {
  const outcome = attempt(model, world, decision);
  return outcome instanceof Waits ? outcome.message : outcome;
}

function attempt(model: Model, world: World, decision: Decision): Moved | Waits {
  const next = stepOf(model, world, decision.thread);
  if (!next) return new Waits("has ended", []);
  const scene = new Scene(model, copyOf(world), decision.thread, next.step, decision.alternative);
  try {
    perform(scene);
  } catch (error) {
    if (error instanceof Waits) return error;
    if (error instanceof PathEnds) return { world: scene.world, found: scene.found, stopped: true };
    throw error;
  }
  return { world: scene.world, found: scene.found, stopped: false };
}

/** The alternatives that the thread has now; none when it cannot move. */
export function alternativesOf(model: Model, world: World, thread: number): readonly number[] {
  const next = stepOf(model, world, thread);
  if (!next) return [];
  const { action } = next.step;
  if (action.kind === "choose") return [...next.step.next.keys()];
  if (action.kind === "take") {
    const scene = new Scene(model, world, thread, next.step, 0);
    return takeable(scene, action).flatMap(({ ready }, index) => (ready ? [index] : []));
  }
  return typeof move(model, world, { thread, alternative: 0 }) === "string" ? [] : [0];
}

const MAY_WAIT: ReadonlySet<string> = new Set(["lock", "rcu", "work", "flushQueue", "operate", "take"]);

/** With a store buffer nearly every step can; the buffer itself does not wait for anything when it is empty. */
function mayWait(model: Model, thread: number, kind: string): boolean {
  const program = model.programs[model.threads[thread]?.program ?? 0];
  return kind !== "drain" && (MAY_WAIT.has(kind) || program?.storeBuffer !== undefined);
}

/** What the thread waits for, and for whom; null when it can move, or has ended. */
export function waitOf(model: Model, world: World, thread: number): Waits | null {
  const step = stepOf(model, world, thread);
  // Most steps never wait, and trying one costs a copy of the world.
  if (!step || !mayWait(model, thread, step.step.action.kind) || alternativesOf(model, world, thread).length > 0)
    return null;
  const outcome = attempt(model, world, { thread, alternative: 0 });
  return outcome instanceof Waits ? outcome : null;
}

function perform(scene: Scene): void {
  const { action } = scene.step;
  switch (action.kind) {
    case "assign":
      scene.give(action.into, scene.value(action.value));
      return scene.go();
    case "branch":
      return scene.go(scene.value(action.test) !== 0 ? 0 : 1);
    case "choose":
      return scene.go(scene.alternative);
    case "load":
      scene.give(action.into, scene.field(action.from).value);
      return scene.go();
    case "store": {
      const { thing, number } = scene.field(action.to);
      store(scene, action.to, number, thing, scene.value(action.value));
      return scene.go();
    }
    case "loadGlobal":
      scene.give(action.into, readGlobal(scene, action.global));
      return scene.go();
    case "storeGlobal":
      writeGlobal(scene, action.global, scene.value(action.value));
      return scene.go();
    case "fence":
      awaitOwnStores(scene);
      return scene.go();
    case "drain":
      drain(scene, action);
      return scene.go();
    case "rmw":
      readModifyWrite(scene, action);
      return scene.go();
    case "rmwGlobal":
      globalReadModifyWrite(scene, action);
      return scene.go();
    case "refcount":
      refcount(scene, action);
      return scene.go();
    case "list":
      list(scene, action);
      return scene.go();
    case "lock":
      lock(scene, action);
      return scene.go();
    case "assertHeld": {
      const type = scene.model.locks[action.lock]?.of ?? null;
      const object = type === null || !action.of ? "any" : scene.object(type, action.of).number;
      const { mode } = action;
      const isHeld = scene.actor.held.some(
        (one) =>
          one.lock === action.lock &&
          (object === "any" || one.object === object) &&
          (mode === "any" || mode === "none" || one.mode === mode),
      );
      if (isHeld === (mode === "none")) scene.find(action.code, action.message);
      return scene.go();
    }
    case "rcu":
      return rcu(scene, action);
    case "callRcu":
      callRcu(scene, action);
      return scene.go();
    case "alloc":
      allocate(scene, action.type, action.into);
      return scene.go();
    case "free": {
      awaitOwnStores(scene);
      const number = scene.value(action.object);
      if (number !== 0) free(scene, action.type, number);
      return scene.go();
    }
    case "work":
      return work(scene, action);
    case "operate":
      return operate(scene, action);
    case "flushQueue":
      return flushQueue(scene, action);
    case "take":
      return take(scene, action);
    case "done":
      return done(scene);
    case "sleep":
      scene.mayNotSleep();
      return scene.go();
    case "assert":
      if (scene.value(action.test) === 0) {
        scene.find(action.code, action.message, null, action.severity);
        if (action.fatal) throw new PathEnds(action.message);
      }
      return scene.go();
    case "markListed":
      awaitOwnStores(scene);
      for (const number of living(scene, scene.model.lists[action.list]?.type ?? 0)) {
        const type = scene.model.lists[action.list]?.type ?? 0;
        if (isOn(scene, action.list, number)) mark(scene, type, number, action.field, scene.value(action.value));
      }
      return scene.go();
    case "markAll":
      awaitOwnStores(scene);
      for (const number of meeting(scene, action.type, action.conditions)) {
        mark(scene, action.type, number, action.field, scene.value(action.value));
      }
      return scene.go();
    case "forbid":
      awaitOwnStores(scene);
      for (const number of meeting(scene, action.type, action.conditions)) {
        scene.find(action.code, action.message, { type: action.type, number });
      }
      return scene.go();
    case "bound":
      throw new PathEnds(`${action.what}: not explored beyond ${action.limit}`);
    case "unknown":
      return scene.go();
    case "end":
      for (const { lock } of scene.actor.held) {
        const name = scene.model.locks[lock]?.name ?? "a lock";
        scene.find("lock.imbalance", `the thread ends while it holds ${name}`);
      }
      if (scene.actor.nesting > 0) scene.find("lock.imbalance", "the thread ends inside rcu_read_lock()");
      scene.actor.at = "ended";
      return;
  }
}

function mark(scene: Scene, type: number, number: number, field: number, value: number): void {
  scene.thingOf(type, number).fields[field] = fitted(value, scene.model.types[type]?.fields[field]?.max ?? 0);
}

function living(scene: Scene, type: number): readonly number[] {
  return (scene.world.things[type] ?? []).flatMap((thing, at) => (thing.life === "alive" ? [at + 1] : []));
}

function meeting(scene: Scene, type: number, conditions: readonly Condition[]): readonly number[] {
  return living(scene, type).filter((number) => conditions.every((one) => meets(scene, type, number, one)));
}

function meets(scene: Scene, type: number, number: number, condition: Condition): boolean {
  switch (condition.kind) {
    case "field": {
      const value = (scene.thingOf(type, number).fields[condition.field] ?? 0) & condition.mask;
      return condition.op === "==" ? value === condition.value : value !== condition.value;
    }
    case "listed":
      return isOn(scene, condition.list, number) === condition.is;
    case "any":
      return condition.of.some((one) => meets(scene, type, number, one));
  }
}

function allocate(scene: Scene, type: number, into: number): void {
  const things = scene.world.things[type] ?? [];
  const at = things.findIndex(({ life }) => life === "unused");
  const thing = things[at];
  if (!thing) throw new PathEnds(`all ${things.length} objects of the pool are in use`);
  const fields = scene.model.types[type]?.fields ?? [];
  thing.life = "alive";
  thing.fields = fields.map((field) => (field.kind === "plain" ? field.fresh : 0));
  Object.assign(thing, emptyParts(scene.model, type));
  scene.give(into, at + 1);
}

function free(scene: Scene, type: number, number: number): void {
  const thing = scene.world.things[type]?.[number - 1];
  if (!thing) return;
  const name = scene.nameOf(type, number);
  if (thing.life !== "alive" || Object.values(thing.callbacks).some(({ run }) => run !== null)) {
    scene.fatal("lifetime.double-free", `${name} is freed twice`, { type, number });
  }
  if (Object.values(thing.items).some(({ queue }) => queue !== null)) {
    scene.fatal("lifetime.use-after-free", `${name} is freed while its work item is queued`, { type, number });
  }
  scene.checkRules(type, number);
  scene.release(type, number);
}
