/**
 * What stands behind a use after free: an object that was freed while whoever uses it was in the read-side section in
 * which it found the object. That is told where the object is freed, for there a grace period is missing
 * (Documentation/RCU/whatisRCU.rst, Documentation/RCU/checklist.rst).
 */
import type { Model } from "../../model/ir";
import type { Decision, Violation } from "../result";
import { move, stepOf } from "./interpret";
import { Scene } from "./scene";
import { shortName } from "./waiting";
import { firstWorld, type World } from "./world";

/** Null for every other violation. Its decisions are those of the violation that it stands behind. */
export function withoutGracePeriod(model: Model, violation: Violation): Violation | null {
  const { code, object, thread, decisions } = violation;
  if (code !== "lifetime.use-after-free" || object === null) return null;
  let world = firstWorld(model);
  /** The reader found the object in the section that it is in. */
  let found = false;
  let freed: { readonly thread: number; readonly step: number } | null = null;
  for (const decision of decisions) {
    const at = stepOf(model, world, decision.thread);
    const moved = move(model, world, decision);
    if (at === undefined || typeof moved === "string") return null;
    const lives = isAlive(world, object);
    if (decision.thread === thread) {
      if (givesObject(model, moved.world, decision, at.step.action, object)) found = true;
      if (!isReading(model, moved.world, thread)) found = false;
    }
    if (lives && !isAlive(moved.world, object)) {
      freed = at.step.action.kind === "free" && found ? { thread: decision.thread, step: at.number } : null;
    }
    world = moved.world;
  }
  if (freed === null || !found || freed.thread === thread) return null;
  const name = nameOf(model, object);
  const reader = shortName(model.threads[thread]?.name ?? "a reader");
  const message = `${name} is freed without a grace period, while ${reader} found it in a read-side section that is still open`;
  return { ...violation, ...freed, code: "lifetime.no-grace-period", message };
}

type ObjectOf = NonNullable<Violation["object"]>;

function isAlive(world: World, { type, number }: ObjectOf): boolean {
  return world.things[type]?.[number - 1]?.life === "alive";
}

/** The thread was led to the object by a list. */
function givesObject(
  model: Model,
  after: World,
  { thread }: Decision,
  action: NonNullable<ReturnType<typeof stepOf>>["step"]["action"],
  { type, number }: ObjectOf,
): boolean {
  if (action.kind !== "list" || (action.op !== "first" && action.op !== "next") || action.into === null) return false;
  return model.lists[action.list]?.type === type && after.threads[thread]?.locals[action.into] === number;
}

function isReading(model: Model, world: World, thread: number): boolean {
  const step = stepOf(model, world, thread)?.step;
  return step !== undefined && new Scene(model, world, thread, step, 0).reads(thread);
}

function nameOf(model: Model, { type, number }: ObjectOf): string {
  const info = model.types[type];
  if (!info) return "an object";
  return info.objects.length > 1 ? `${info.label} ${number}` : info.label;
}
