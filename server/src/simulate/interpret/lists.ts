/** Lists, step by step. */
import type { Action, ListInfo } from "../../model/ir";
import { awaitOwnLinks, putIntoBuffer } from "./buffer";
import { Scene } from "./scene";
import { copyOf, itemKey, type Link } from "./world";

type ListAction = Extract<Action, { readonly kind: "list" }>;

/** `now`: a change that was in the store buffer until now; its locks were looked at when it went in. */
export function list(scene: Scene, action: ListAction, when: "by the buffer" | "now" = "by the buffer"): void {
  const info = scene.model.lists[action.list];
  if (!info) throw new RangeError(`no list ${action.list}`);
  const head = scene.world.heads[action.list] ?? 0;
  if (!action.object) awaitOwnLinks(scene, action.list);
  if (action.op === "first") {
    arrive(scene, info, head);
    return scene.give(action.into, head);
  }
  if (action.op === "empty") return scene.give(action.into, head === 0 ? 1 : 0);
  if (!action.object) throw new RangeError(`list ${action.op} without an object`);
  const { number } = scene.object(info.type, action.object);
  if (when === "by the buffer") awaitOwnLinks(scene, action.list);
  const link = linkOf(scene, action.list, number);
  switch (action.op) {
    case "on_list":
      return scene.give(action.into, link.where === action.list ? 1 : 0);
    case "unhashed":
      return scene.give(action.into, link.where === "self" ? 1 : 0);
    case "next": {
      const isMoved = scene.actor.moved.includes(itemKey(info.type, number, info.link));
      if (isMoved || (link.where !== action.list && link.where !== "unlinked")) {
        const message = `a walker of ${info.name} stands on ${scene.nameOf(info.type, number)}, which was put to another use meanwhile`;
        scene.fatal("list.reused-while-walked", message, { type: info.type, number });
      }
      arrive(scene, info, link.next);
      return scene.give(action.into, link.next);
    }
    default:
      if (when === "now" || scene.storeBuffer === undefined) return change(scene, action, number, when);
      return changeLater(scene, action, number);
  }
}

function change(scene: Scene, action: ListAction, number: number, when: "by the buffer" | "now"): void {
  if (when !== "now") checkLocks(scene, action.list, number);
  const link = linkOf(scene, action.list, number);
  if (action.op === "add" || action.op === "add_tail") add(scene, action, number, link);
  else del(scene, action, number, link);
}

/** Tried on a copy of the world first: what is wrong with it is found now. */
function changeLater(scene: Scene, action: ListAction, number: number): void {
  const trial = new Scene(scene.model, copyOf(scene.world), scene.thread, scene.step, 0);
  putIntoBuffer(scene, { to: "list", action, number });
  try {
    change(trial, { ...action, object: { kind: "const", value: number } }, number, "by the buffer");
  } finally {
    scene.found.push(...trial.found);
  }
}

export function isOn(scene: Scene, list: number, number: number): boolean {
  return linkOf(scene, list, number).where === list;
}

function linkOf(scene: Scene, list: number, number: number): Link {
  const info = scene.model.lists[list];
  const link = info && scene.thingOf(info.type, number).links[info.link];
  if (!link) throw new RangeError(`object ${number} cannot be on list ${list}`);
  return link;
}

/** Objects on the list as far as one can follow it: up to one that was freed while it was on it. */
function walk(scene: Scene, list: number): { readonly living: readonly number[]; readonly broken: number | null } {
  const type = scene.model.lists[list]?.type ?? 0;
  const living: number[] = [];
  let at = scene.world.heads[list] ?? 0;
  while (at !== 0) {
    if (scene.thingOf(type, at).life !== "alive") return { living, broken: at };
    living.push(at);
    at = linkOf(scene, list, at).next;
  }
  return { living, broken: null };
}

function add(scene: Scene, action: ListAction, number: number, link: Link): void {
  const info = scene.model.lists[action.list];
  if (!info) return;
  const object = { type: info.type, number };
  if (typeof link.where === "number") {
    const message = `${scene.nameOf(info.type, number)} is added to ${info.name} while it is on a list`;
    scene.fatal("list.double-add", message, object);
  }
  const { living, broken } = walk(scene, action.list);
  const head = scene.world.heads[action.list] ?? 0;
  if (action.op === "add") {
    mustLive(scene, action.list, head);
    link.next = head;
    scene.world.heads[action.list] = number;
  } else {
    if (broken !== null) dangling(scene, action.list);
    const last = living.at(-1);
    if (last === undefined) scene.world.heads[action.list] = number;
    else linkOf(scene, action.list, last).next = number;
    link.next = 0;
  }
  if (link.where === "unlinked" || link.where === "poisoned") moveUnderWalkers(scene, info, number);
  link.where = action.list;
}

/** Whoever walks lists of that link in an open section may stand on the node. */
function moveUnderWalkers(scene: Scene, { type, link }: ListInfo, number: number): void {
  const { action } = scene.step;
  const mover = action.kind === "drain" ? action.thread : scene.thread;
  for (const [thread, actor] of scene.world.threads.entries()) {
    if (thread === mover || !scene.holdsUp(thread) || !walks(scene, thread, type, link)) continue;
    actor.moved = [...new Set([...actor.moved, itemKey(type, number, link)])].sort();
  }
}

function walks(scene: Scene, thread: number, type: number, link: number): boolean {
  const program = scene.model.programs[scene.model.threads[thread]?.program ?? -1];
  return (program?.steps ?? []).some(({ action }) => {
    if (action.kind !== "list" || action.op !== "next") return false;
    const info = scene.model.lists[action.list];
    return info?.type === type && info.link === link;
  });
}

/** It comes to the node where that is now. */
function arrive({ actor }: Scene, { type, link }: ListInfo, number: number): void {
  actor.moved = actor.moved.filter((key) => key !== itemKey(type, number, link));
}

function del(scene: Scene, action: ListAction, number: number, link: Link): void {
  const info = scene.model.lists[action.list];
  if (!info) return;
  if (link.where !== action.list) {
    if (action.op === "del_init" && link.where === "self") return;
    const message = `${scene.nameOf(info.type, number)} is deleted from ${info.name}, where it is not`;
    scene.fatal("list.double-del", message, { type: info.type, number });
  }
  mustLive(scene, action.list, link.next);
  if (scene.world.heads[action.list] === number) scene.world.heads[action.list] = link.next;
  else {
    // Nodes behind a freed one cannot be reached from the head, but still point to each other.
    const all = (scene.model.types[info.type]?.objects ?? []).map((_, at) => at + 1);
    const before = all.find(
      (other) => isOn(scene, action.list, other) && linkOf(scene, action.list, other).next === number,
    );
    if (before === undefined) dangling(scene, action.list);
    linkOf(scene, action.list, before).next = link.next;
  }
  if (action.op === "del" && action.rcu) link.where = "unlinked";
  else {
    link.where = action.op === "del" ? "poisoned" : "self";
    link.next = 0;
  }
}

function mustLive(scene: Scene, list: number, number: number): void {
  const info = scene.model.lists[list];
  if (number === 0 || !info || scene.thingOf(info.type, number).life !== "freed") return;
  const message = `${scene.nameOf(info.type, number)} was freed while it was on ${info.name}, and is written to there`;
  scene.fatal("lifetime.use-after-free", message, { type: info.type, number });
}

function dangling(scene: Scene, list: number): never {
  const name = scene.model.lists[list]?.name ?? "a list";
  return scene.fatal("lifetime.use-after-free", `an object was freed while it was on ${name}, and is written to there`);
}

function checkLocks(scene: Scene, list: number, number: number): void {
  const info = scene.model.lists[list];
  if (!info || info.protection.length === 0) return;
  const good = info.protection.some((all) =>
    all.every(({ lock, mode }) => {
      const of = scene.model.locks[lock]?.of;
      return scene.holds(scene.thread, lock, of === info.type ? number : "any", mode);
    }),
  );
  if (good) return;
  const wanted = info.protection
    .map((all) => all.map(({ lock }) => scene.model.locks[lock]?.name ?? "a lock").join(" and "))
    .join(", or ");
  scene.find("list.unlocked-change", `${info.name} is changed without ${wanted}`, { type: info.type, number });
}
