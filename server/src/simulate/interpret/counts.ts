/** Memory and reference counts, step by step. */
import type { Action, FieldRef } from "../../model/ir";
import { awaitOwnStores, readGlobal, writeCount, writeField } from "./buffer";
import { fitted, holding, PathEnds, type Scene } from "./scene";
import type { Thing } from "./world";

type Of<K extends Action["kind"]> = Extract<Action, { readonly kind: K }>;

export function store(scene: Scene, to: FieldRef, number: number, thing: Thing, value: number): void {
  const now = holding(value, scene.model.types[to.type]?.fields[to.field]?.max ?? 0);
  checkOneWay(scene, to, number, scene.field(to).value, now);
  writeField(scene, to, number, thing, now);
}

function checkOneWay(scene: Scene, to: FieldRef, number: number, old: number, now: number): void {
  for (const rule of scene.model.types[to.type]?.oneWay ?? []) {
    if (rule.field !== to.field || (old & rule.mask) === 0 || (now & rule.mask) !== 0) continue;
    scene.find(rule.code, rule.message, { type: to.type, number });
  }
}

export function readModifyWrite(scene: Scene, action: Of<"rmw">): void {
  const { thing, number, value: old } = scene.field(action.on);
  awaitOwnStores(scene);
  const operand = scene.value(action.value);
  if (action.op !== "cmpxchg" || old === (action.expected ? scene.value(action.expected) : 0)) {
    const max = scene.model.types[action.on.type]?.fields[action.on.field]?.max ?? 0;
    const now = holding(modified(action.op, old, operand, max), max);
    checkOneWay(scene, action.on, number, old, now);
    thing.fields[action.on.field] = now;
  }
  scene.give(action.into, old);
}

export function globalReadModifyWrite(scene: Scene, action: Of<"rmwGlobal">): void {
  awaitOwnStores(scene);
  const old = readGlobal(scene, action.global);
  const max = scene.model.globals[action.global]?.max ?? 0;
  const operand = scene.value(action.value);
  if (action.op !== "cmpxchg" || !action.expected || old === scene.value(action.expected)) {
    scene.world.globals[action.global] = holding(modified(action.op, old, operand, max), max);
  }
  scene.give(action.into, old);
}

function modified(op: Of<"rmw">["op"], old: number, operand: number, max: number): number {
  switch (op) {
    case "xchg":
    case "cmpxchg":
      return operand;
    case "add":
      return (old + operand) % 2 ** 31;
    case "sub":
      // Below 0 it is what a number of that width holds then.
      return fitted((old - operand + 2 ** 31) % 2 ** 31, max);
    case "or":
      return old | operand;
    case "and":
      return old & operand;
    case "andnot":
      return old & ~operand;
  }
}

export function refcount(scene: Scene, action: Of<"refcount">): void {
  const { on, op, into } = action;
  const { thing, number, value: old } = scene.field(on);
  const field = scene.model.types[on.type]?.fields[on.field];
  const saturated = (field?.max ?? 0) + 1;
  const object = { type: on.type, number };
  const amount = op === "set" || op === "add" || op === "sub_and_test" ? scene.value(action.amount) : 1;
  const become = (count: number): void => {
    if (count >= saturated) {
      throw new PathEnds(`${field?.name ?? "a count"} of ${scene.nameOf(on.type, number)} exceeds ${saturated - 1}`);
    }
    thing.fields[on.field] = count;
  };
  const warn = (code: string, message: string): void => {
    scene.find(code, message, object);
    thing.fields[on.field] = saturated;
  };
  const isSaturated = old === saturated;
  // These look first, and may be content with what they see; all others but set and read are locked operations.
  const isLocked =
    op === "inc_not_zero" ? old !== 0 : op === "dec_not_one" ? old > 1 && !isSaturated : op !== "set" && op !== "read";
  if (isLocked) awaitOwnStores(scene);
  switch (op) {
    case "read": {
      const local = scene.model.programs[scene.model.threads[scene.thread]?.program ?? 0]?.locals[into ?? -1];
      // A saturated count is very large: it must not be cut to a small one.
      const most = local ? fitted(2 ** 31 - 1, local.max) : old;
      return scene.give(into, Math.min(old, most));
    }
    case "set":
      // A count of 1 may be the caller's own reference; of more, at least one is somebody else's.
      if (old > 1 && !isSaturated && isListed(thing)) {
        const message = "refcount_set() of a count in which others have references, while the object can be found";
        scene.find("refcount.set-while-shared", message, object);
      }
      if (amount >= saturated) return become(amount);
      return writeCount(scene, on, number, thing, amount);
    case "inc":
    case "add":
      if (isSaturated) return;
      if (old === 0) return warn("refcount.add-on-zero", "refcount_t: addition on 0; use-after-free.");
      if (old + amount > 2 ** 31 - 1) return warn("refcount.saturated", "refcount_t: saturated; leaking memory.");
      return become(old + amount);
    case "inc_not_zero":
      if (old !== 0 && !isSaturated) become(old + 1);
      return scene.give(into, old === 0 ? 0 : 1);
    case "dec":
      if (isSaturated) return;
      if (old <= 1) return warn("refcount.leak-on-dec", "refcount_t: decrement hit 0; leaking memory.");
      return become(old - 1);
    case "dec_and_test":
    case "sub_and_test":
      if (!isSaturated) {
        if (old < amount) warn("refcount.underflow", "refcount_t: underflow; use-after-free.");
        else become(old - amount);
      }
      return scene.give(into, !isSaturated && old === amount ? 1 : 0);
    case "dec_not_one":
      if (old === 0) scene.find("refcount.underflow", "refcount_t: underflow; use-after-free.", object);
      else if (old !== 1 && !isSaturated) become(old - 1);
      return scene.give(into, old === 1 ? 0 : 1);
    case "dec_if_one":
      if (old === 1) become(0);
      return scene.give(into, old === 1 ? 1 : 0);
  }
}

function isListed(thing: Thing): boolean {
  return Object.values(thing.links).some(({ where }) => typeof where === "number");
}
