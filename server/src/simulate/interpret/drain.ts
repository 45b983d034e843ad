/** How stores leave a store buffer: the oldest first. */
import type { Action } from "../../model/ir";
import { list } from "./lists";
import { PathEnds, Scene, Waits } from "./scene";
import { sectionMayEnd } from "./waiting";
import type { Pending } from "./world";

export function drain(scene: Scene, action: Extract<Action, { readonly kind: "drain" }>): void {
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
