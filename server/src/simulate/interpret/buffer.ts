/** Store buffers, step by step: see docs/memory-models.md for what waits in them and what waits for them. */
import type { FieldRef } from "../../model/ir";
import { fitted, holding, type Scene, Waits } from "./scene";
import type { Pending, Thing } from "./world";

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
