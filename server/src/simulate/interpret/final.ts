/** What is wrong in a world in which nothing can move any more. */
import type { Model, ObjectType } from "../../model/ir";
import { deadlockMessage } from "./deadlock";
import { alternativesOf, stepOf } from "./interpret";
import type { Ledger } from "./ledger";
import type { Found } from "./scene";
import type { Thing, World } from "./world";

/** Empty while something can move, and when all is well. The ledger, if there is one, tells whose reference is left. */
export function foundAtEnd(model: Model, world: World, ledger: Ledger | null): readonly Found[] {
  const threads = model.threads.map((_, thread) => thread);
  if (threads.some((thread) => alternativesOf(model, world, thread).length > 0)) return [];
  const stuck = threads.filter((thread) => {
    const step = stepOf(model, world, thread)?.step;
    return step !== undefined && step.action.kind !== "take" && step.action.kind !== "drain";
  });
  if (stuck.length === 0) return references(model, world, ledger);
  return [{ code: "lock.deadlock", message: deadlockMessage(model, world, stuck), severity: "error", object: null }];
}

/** References that are left, and references that somebody was deprived of. */
function references(model: Model, world: World, ledger: Ledger | null): readonly Found[] {
  return model.types.flatMap((info, type) => {
    const field = info.fields.findIndex(({ kind }) => kind === "refcount");
    if (field < 0 || info.permanent === true) return [];
    return info.objects.flatMap((initial, at): readonly Found[] => {
      const thing = world.things[type]?.[at];
      if (thing === undefined || thing.life === "unused") return [];
      const name = info.objects.length > 1 ? `${info.label} ${at + 1}` : info.label;
      const object = { type, number: at + 1 };
      const wrong = (code: string, message: string): readonly Found[] => [{ code, message, severity: "error", object }];
      const leak = (message: string): readonly Found[] => wrong("lifetime.leak", message);
      const owner = initial.keptBy;
      if (thing.life === "freed") {
        if (owner === undefined) return [];
        return wrong("refcount.put-too-many", `${name} is freed, but ${owner} still holds a reference`);
      }
      if (Object.values(thing.callbacks).some(({ run }) => run !== null)) return [];
      const count = thing.fields[field] ?? 0;
      const max = info.fields[field]?.max ?? 0;
      if (count === 0) {
        if (isReferred(info, world.things[type] ?? [], at + 1)) return [];
        const wayLess = info.refers === undefined ? "" : ", and no entry leads to it";
        return leak(`${name} is never freed: its count is 0 and nobody will put it${wayLess}`);
      }
      if (count > max) return [];
      const { held } = info;
      const isHeld = held !== undefined && ((thing.fields[held.field] ?? 0) & held.mask) === held.equals;
      const keeps = initial.keeps + (isHeld ? held.references : 0);
      if (count > keeps) {
        const whose = ledger === null ? "" : ` (${ledger.tell(type, at + 1)})`;
        return leak(`${name} is never freed: a reference is left that nobody will put${whose}`);
      }
      if (owner !== undefined && count < initial.keeps) {
        return wrong("refcount.put-too-many", `${name} has fewer references than ${owner} still holds`);
      }
      const unlisted =
        initial.alive && initial.lists.some((list) => thing.links[model.lists[list]?.link ?? -1]?.where !== list);
      if (count === keeps && unlisted) return leak(`${name} is still referenced, but was taken off its list`);
      return [];
    });
  });
}

/** Whether some living object has it in its field. */
function isReferred({ refers }: ObjectType, things: readonly Thing[], number: number): boolean {
  if (refers === undefined || number < refers.to) return false;
  return things.some(
    ({ life, fields }) => life === "alive" && fields[refers.field] === number - refers.to + refers.from,
  );
}
