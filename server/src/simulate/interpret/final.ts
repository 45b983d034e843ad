/** What is wrong in a world in which nothing can move any more. */
import type { Model } from "../../model/ir";
import { alternativesOf, stepOf, whyBlocked } from "./interpret";
import type { Found } from "./scene";
import { shortName } from "./waiting";
import type { World } from "./world";

/** Empty while something can move, and when all is well. */
export function foundAtEnd(model: Model, world: World): readonly Found[] {
  const threads = model.threads.map((_, thread) => thread);
  if (threads.some((thread) => alternativesOf(model, world, thread).length > 0)) return [];
  const stuck = threads.filter((thread) => {
    const step = stepOf(model, world, thread)?.step;
    return step !== undefined && step.action.kind !== "take" && step.action.kind !== "drain";
  });
  if (stuck.length === 0) return leaks(model, world);
  return [{ code: "lock.deadlock", message: deadlockMessage(model, world, stuck), severity: "error", object: null }];
}

function deadlockMessage(model: Model, world: World, stuck: readonly number[]): string {
  const waits = stuck.map((thread) => {
    const name = shortName(model.threads[thread]?.name ?? `thread ${thread}`);
    return `${name} ${whyBlocked(model, world, thread) ?? "waits"}`;
  });
  return `deadlock: ${waits.join("; ")}`;
}

function leaks(model: Model, world: World): readonly Found[] {
  return model.types.flatMap((info, type) => {
    const field = info.fields.findIndex(({ kind }) => kind === "refcount");
    if (field < 0 || info.permanent === true) return [];
    return info.objects.flatMap((initial, at): readonly Found[] => {
      const thing = world.things[type]?.[at];
      if (thing?.life !== "alive" || Object.values(thing.callbacks).some(({ run }) => run !== null)) return [];
      const count = thing.fields[field] ?? 0;
      const max = info.fields[field]?.max ?? 0;
      const name = info.objects.length > 1 ? `${info.label} ${at + 1}` : info.label;
      const object = { type, number: at + 1 };
      const leak = (message: string): readonly Found[] => [
        { code: "lifetime.leak", message, severity: "error", object },
      ];
      if (count === 0) return leak(`${name} is never freed: its count is 0 and nobody will put it`);
      if (count > max) return [];
      const { held } = info;
      const isHeld = held !== undefined && ((thing.fields[held.field] ?? 0) & held.mask) === held.equals;
      const keeps = initial.keeps + (isHeld ? held.references : 0);
      if (count > keeps) return leak(`${name} is never freed: a reference is left that nobody will put`);
      const unlisted =
        initial.alive && initial.lists.some((list) => thing.links[model.lists[list]?.link ?? -1]?.where !== list);
      if (count === keeps && unlisted) {
        return leak(`${name} is still referenced, but was taken off its list`);
      }
      return [];
    });
  });
}
