/** What a state of the interpreter says of the objects, in the words of the explorer's `objectStates`. */
import type { Model } from "../../../server/src/model/ir";
import { firstWorld, type Item, type Link, type World } from "../../../server/src/simulate/interpret/world";

/** A line of what differs from the beginning, without whether all threads have ended. */
export function projected(model: Model, world: World): string {
  const first = named(model, firstWorld(model));
  const shown = [...named(model, world)].filter(([name, value]) => value !== first.get(name));
  return shown
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(" ");
}

function named(model: Model, world: World): Map<string, number> {
  const values = new Map<string, number>();
  for (const [index, { name }] of model.globals.entries()) values.set(name, world.globals[index] ?? 0);
  for (const [index, { name }] of model.lists.entries()) values.set(`head of ${name}`, world.heads[index] ?? 0);
  for (const [type, info] of model.types.entries()) {
    for (const [at, thing] of (world.things[type] ?? []).entries()) {
      const name = info.objects.length === 1 ? info.label : `${info.label} ${at + 1}`;
      values.set(`life of ${name}`, ["unused", "alive", "freed"].indexOf(thing.life));
      for (const [index, field] of info.fields.entries()) {
        const path = `${name}.${field.name}`;
        if (field.kind === "plain" || field.kind === "refcount") values.set(path, thing.fields[index] ?? 0);
        const link = thing.links[index];
        if (link !== undefined) {
          values.set(`${path} is on`, whereOf(model, link));
          values.set(`${path}.next`, link.next);
        }
        const run = thing.callbacks[index]?.run ?? null;
        if (field.kind === "rcu" || run !== null)
          values.set(`${path} pending`, run === null ? 0 : run === "free" ? 1 : run + 2);
        const item = thing.items[index];
        if (item !== undefined) {
          values.set(`${path} pending`, pendingOf(item));
          values.set(`${path} function`, item.function);
        }
      }
    }
  }
  return values;
}

function whereOf({ lists }: Model, { where }: Link): number {
  if (typeof where === "number") return where + 1;
  return where === "self" ? 0 : where === "unlinked" ? lists.length + 1 : lists.length + 2;
}

function pendingOf({ queue, timer, cancelled }: Item): number {
  if (cancelled || timer) throw new Error("cancelled and delayed work is in none of these models");
  return queue === null ? 0 : queue + 1;
}
