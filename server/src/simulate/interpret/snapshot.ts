/** A world as a trace shows it. */
import type { FieldInfo, Model } from "../../model/ir";
import { showField, showLink } from "../show";
import { modeOfLock, nameOfLock, shortName } from "./waiting";
import type { Pending, Thing, World } from "./world";

/** Name of an object, a lock or a global variable -> what there is to say about it -> value. */
export type Snapshot = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function snapshotOf(model: Model, world: World): Snapshot {
  const shown: Record<string, Record<string, string>> = {};
  for (const [type, info] of model.types.entries()) {
    for (const [at, thing] of (world.things[type] ?? []).entries()) {
      if (thing.life === "unused") continue;
      const name = info.objects.length > 1 ? `${info.label} ${at + 1}` : info.label;
      shown[name] = showThing(model, world, type, at + 1, thing);
    }
  }
  for (const [index, info] of model.globals.entries()) {
    const name = info.ghost ? `${info.name} (what we check)` : info.name;
    shown[name] = { value: String(world.globals[index] ?? 0) };
  }
  for (const lock of model.locks.keys()) showLock(model, world, lock, shown);
  for (const [thread, { pending }] of world.threads.entries()) {
    const { name, program } = model.threads[thread] ?? { name: "", program: -1 };
    if (model.programs[program]?.storeBuffer === undefined) continue;
    const stores = pending.map((one) => showPending(model, one));
    shown[`store buffer of ${shortName(name)}`] = { pending: stores.length > 0 ? stores.join(", ") : "nothing" };
  }
  return shown;
}

/** `root 1.count` for each value that is not what it was. */
export function changes(before: Snapshot, after: Snapshot): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const keys = [...new Set([...Object.keys(before[name] ?? {}), ...Object.keys(after[name] ?? {})])];
    return keys.filter((key) => before[name]?.[key] !== after[name]?.[key]).map((key) => `${name}.${key}`);
  });
}

function showThing(model: Model, world: World, type: number, number: number, thing: Thing): Record<string, string> {
  if (thing.life === "freed") return { state: "freed" };
  const shown: Record<string, string> = {};
  for (const [index, field] of (model.types[type]?.fields ?? []).entries()) {
    const value = showOne(model, world, { type, number, thing }, field, index);
    if (value !== null) shown[field.ghost ? `${field.name} (what we check)` : field.name] = value;
  }
  return shown;
}

function showOne(
  model: Model,
  world: World,
  of: { readonly type: number; readonly number: number; readonly thing: Thing },
  field: FieldInfo,
  index: number,
): string | null {
  switch (field.kind) {
    case "plain":
    case "refcount":
      return showField(field, of.thing.fields[index] ?? 0);
    case "link": {
      const where = of.thing.links[index]?.where ?? "self";
      const unlinked = model.lists.length + 1;
      if (typeof where === "number") return showLink(model.lists, where + 1);
      return showLink(model.lists, where === "self" ? 0 : where === "unlinked" ? unlinked : unlinked + 1);
    }
    case "rcu": {
      const callback = of.thing.callbacks[index];
      if (!callback || callback.run === null) return null;
      const readers = callback.waitsFor.map((thread) => shortName(model.threads[thread]?.name ?? ""));
      return readers.length > 0 ? `waits for ${readers.join(", ")} to leave RCU` : "grace period has passed";
    }
    case "work": {
      const item = of.thing.items[index];
      const queue = item?.queue ?? null;
      const workers = world.threads.flatMap(({ runs }, thread) =>
        runs?.what === "work" && runs.type === of.type && runs.object === of.number && runs.field === index
          ? [`runs in ${shortName(model.threads[thread]?.name ?? "")}`]
          : [],
      );
      const name = queue === null ? "" : (model.queues[queue]?.name ?? "a workqueue");
      const queued = queue === null ? [] : [item?.timer === true ? `timer runs for ${name}` : `queued on ${name}`];
      const all = [...queued, ...workers, ...(item?.cancelled === true ? ["being cancelled"] : [])];
      return all.length > 0 ? all.join(", ") : "idle";
    }
  }
}

/** `root 1.role.word = invalid`; a release and a change of a list under their own names. */
function showPending(model: Model, pending: Pending): string {
  const nameOf = (type: number, number: number): string => {
    const info = model.types[type];
    if (!info) return `object ${number}`;
    return info.objects.length > 1 ? `${info.label} ${number}` : info.label;
  };
  switch (pending.to) {
    case "field": {
      const field = model.types[pending.type]?.fields[pending.field];
      return `${nameOf(pending.type, pending.number)}.${field?.name ?? "field"} = ${field ? showField(field, pending.value) : pending.value}`;
    }
    case "global":
      return `${model.globals[pending.global]?.name ?? "a variable"} = ${pending.value}`;
    case "lock": {
      const info = model.locks[pending.lock];
      const of = info && info.of !== null ? ` of ${nameOf(info.of, pending.object)}` : "";
      return `${info?.name ?? "a lock"}${of} is free`;
    }
    case "list": {
      const info = model.lists[pending.action.list];
      const how = pending.action.op.startsWith("add") ? "on" : "off";
      return `${nameOf(info?.type ?? 0, pending.number)} ${how} ${info?.name ?? "a list"}`;
    }
  }
}

function showLock(model: Model, world: World, lock: number, shown: Record<string, Record<string, string>>): void {
  const info = model.locks[lock];
  if (!info) return;
  const holders = new Map<string, string[]>();
  if (info.of === null) holders.set(info.name, []);
  for (const [thread, { held }] of world.threads.entries()) {
    for (const one of held) {
      if (one.lock !== lock) continue;
      const name = nameOfLock(model, one);
      holders.set(name, [
        ...(holders.get(name) ?? []),
        `${shortName(model.threads[thread]?.name ?? "")}${modeOfLock(model, one)}`,
      ]);
    }
  }
  for (const [name, all] of holders) shown[name] = { held: all.length > 0 ? all.join(", ") : "free" };
}
