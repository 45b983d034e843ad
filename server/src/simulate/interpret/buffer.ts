/** Store buffers, step by step: see docs/memory-models.md for what waits in them and what waits for them. */
import type { Action, FieldRef } from "../../model/ir";
import { list } from "./lists";
import { fitted, holding, PathEnds, Scene, Waits } from "./scene";
import { sectionMayEnd } from "./waiting";
import type { Pending, Thing } from "./world";

type Of<K extends Action["kind"]> = Extract<Action, { readonly kind: K }>;

/** A locked operation or a fence: nothing of this thread may be on its way. */
export function awaitOwnStores(scene: Scene): void {
  if (scene.actor.pending.length > 0) throw new Waits("waits until what it stored is visible");
}

/** False when the thread has no buffer, and has to store at once. */
export function putIntoBuffer(scene: Scene, pending: Pending): boolean {
  const room = scene.storeBuffer;
  if (room === undefined) return false;
  if (scene.actor.pending.length >= room) throw new Waits("waits for room in its store buffer");
  scene.actor.pending.push(pending);
  return true;
}

export function writeField(scene: Scene, to: FieldRef, number: number, thing: Thing, value: number): void {
  const cut = fitted(value, scene.model.types[to.type]?.fields[to.field]?.max ?? 0);
  const isKept = putIntoBuffer(scene, { to: "field", type: to.type, number, field: to.field, value: cut });
  if (!isKept) thing.fields[to.field] = cut;
}

/** A refcount holds one value more than it counts to, so its own maximum does not cut it. */
export function writeCount(scene: Scene, to: FieldRef, number: number, thing: Thing, value: number): void {
  const isKept = putIntoBuffer(scene, { to: "field", type: to.type, number, field: to.field, value });
  if (!isKept) thing.fields[to.field] = value;
}

export function readGlobal(scene: Scene, global: number): number {
  const own = scene.actor.pending.findLast((one) => one.to === "global" && one.global === global);
  return own?.to === "global" ? own.value : (scene.world.globals[global] ?? 0);
}

export function writeGlobal(scene: Scene, global: number, value: number): void {
  const held = holding(value, scene.model.globals[global]?.max ?? 0);
  if (!putIntoBuffer(scene, { to: "global", global, value: held })) scene.world.globals[global] = held;
}

/** Links are not forwarded: who changed a list looks at it again when all can see the change. */
export function awaitOwnLinks(scene: Scene, which: number): void {
  const isOwn = scene.actor.pending.some((one) => one.to === "list" && one.action.list === which);
  if (isOwn) throw new Waits("waits until its change of the list is visible");
}

export function drain(scene: Scene, action: Of<"drain">): void {
  const oldest = scene.actorOf(action.thread).pending.shift();
  if (!oldest) throw new Waits("has nothing to let out");
  switch (oldest.to) {
    case "field": {
      const thing = scene.thingOf(oldest.type, oldest.number);
      if (thing.life === "alive") thing.fields[oldest.field] = oldest.value;
      break;
    }
    case "global":
      scene.world.globals[oldest.global] = oldest.value;
      break;
    case "list":
      changeListNow(scene, oldest);
      break;
    case "lock":
      break;
  }
  sectionMayEnd(scene, action.thread);
}

/** What is wrong with the change was found when the thread made it. */
function changeListNow(scene: Scene, { action, number }: Extract<Pending, { readonly to: "list" }>): void {
  const type = scene.model.lists[action.list]?.type ?? 0;
  if (scene.thingOf(type, number).life !== "alive") return;
  const quiet = new Scene(scene.model, scene.world, scene.thread, scene.step, 0);
  try {
    list(quiet, { ...action, object: { kind: "const", value: number } }, "now");
  } catch (error) {
    if (!(error instanceof PathEnds)) throw error;
  }
}
