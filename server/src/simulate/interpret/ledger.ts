/** Who took and who put the references of each object on one way through a model. */
import type { Model } from "../../model/ir";
import { shortName } from "./waiting";
import type { World } from "./world";

export class Ledger {
  /** `type.number.thread` -> references taken, less those put. */
  private readonly balance = new Map<string, number>();

  constructor(private readonly model: Model) {}

  note(thread: number, before: World, after: World): void {
    for (const [type, info] of this.model.types.entries()) {
      const field = info.fields.findIndex(({ kind }) => kind === "refcount");
      if (field < 0) continue;
      for (const [at, thing] of (after.things[type] ?? []).entries()) {
        const was = before.things[type]?.[at];
        if (thing.life !== "alive" || was === undefined) continue;
        const change = (thing.fields[field] ?? 0) - (was.fields[field] ?? 0);
        const key = `${type}.${at + 1}.${thread}`;
        if (change !== 0) this.balance.set(key, (this.balance.get(key) ?? 0) + change);
      }
    }
  }

  /** `CPU 1 took 1 more than it put`; of what nobody took, that it was there from the start. */
  tell(type: number, number: number): string {
    const holders = this.model.threads.flatMap(({ name }, thread) => {
      const more = this.balance.get(`${type}.${number}.${thread}`) ?? 0;
      return more > 0 ? [`${shortName(name)} took ${more} more than it put`] : [];
    });
    return holders.length > 0 ? holders.join(", ") : "it was there from the start";
  }
}
