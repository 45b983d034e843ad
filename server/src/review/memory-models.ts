/** Sequential consistency, and beside it x86-TSO where that is asked for. */
import { modelKey } from "../model/assemble";
import type { Model } from "../model/ir";
import { hasStoreBuffers, withStoreBuffers } from "../model/passes/tso";
import type { Told } from "./findings";
import type { ScenarioModel } from "./sides";
import type { ScenarioState } from "./state";

export type MemoryModel = "sc" | "tso";

/** The scenarios as they are; behind them the same with store buffers, where something in them stores plainly. */
export function underMemoryModels(
  scenarios: readonly ScenarioModel[],
  asked: MemoryModel,
): readonly (ScenarioModel & { readonly memoryModel: MemoryModel })[] {
  const plain = scenarios.map((each) => ({ ...each, memoryModel: "sc" as const }));
  if (asked === "sc") return plain;
  const relaxed = scenarios.flatMap(({ scenario: { id, title, ...scenario }, model: original }) => {
    const { model, key } = buffered(original);
    if (!hasStoreBuffers(model)) return [];
    const named = { ...scenario, id: `${id}${SUFFIX}`, title: `${title} (x86-TSO)` };
    return [{ scenario: named, model, key, memoryModel: "tso" as const }];
  });
  return [...plain, ...relaxed];
}

/**
 * Whether sequential consistency has the finding too: the same code in the scenario's plain twin, or at the same
 * function in another scenario. The plain ones run first.
 */
export function isToldWithoutBuffers(all: readonly ScenarioState[], scenario: ScenarioState, told: Told): boolean {
  return all.some(
    (other) =>
      other.memoryModel === "sc" &&
      other.told.some(
        ({ code, site }) =>
          code === told.code &&
          (`${other.scenario.id}${SUFFIX}` === scenario.scenario.id || (site !== null && site === told.site)),
      ),
  );
}

/** Behind the id of a scenario. */
const SUFFIX = "@tso";

const known = new WeakMap<Model, { readonly model: Model; readonly key: string }>();

/** Models are remembered from one review to the next, and so is this. */
function buffered(model: Model): { readonly model: Model; readonly key: string } {
  const had = known.get(model);
  if (had !== undefined) return had;
  const made = withStoreBuffers(model);
  const both = { model: made, key: modelKey(made) };
  known.set(model, both);
  return both;
}
