/** The models of one variant with its after image changed. */
import { edited, inPlaceOf, type Edit } from "../text/edit";
import { slice } from "../text/mapped";
import type { Change } from "../model/change/change";
import { ProfileMisfit } from "../model/misfit";
import { Locator } from "./locate";
import type { Finished } from "./review-document";
import { modelsOf, sideOf, type ScenarioModel } from "./sides";
import type { ScenarioState, VariantState } from "./state";
import type { Variant } from "./variants";

export interface ChangedScenario {
  readonly variant: VariantState;
  /** As it was. */
  readonly original: ScenarioState;
  readonly changed: ScenarioModel;
  readonly locator: Locator;
}

/** The scenarios to which the change makes a difference, as they are with it. Null when no sense can be made of it. */
export function changedScenarios(
  { preparing, bases }: Finished,
  variant: VariantState,
  path: string,
  change: Change,
): ChangedScenario[] | null {
  const changed = variantWith(variant.variant, path, change);
  try {
    const side = sideOf(changed, "after", bases);
    if (side === null) return null;
    const locator = new Locator(side, changed, preparing.sources);
    const originals = new Map(variant.after?.scenarios.map((state) => [state.scenario.id, state]));
    return modelsOf(side, changed, preparing.options.scale).flatMap((model) => {
      const original = originals.get(model.scenario.id);
      if (original === undefined || original.key === model.key) return [];
      return [{ variant, original, changed: model, locator }];
    });
  } catch (error) {
    if (error instanceof ProfileMisfit) return null;
    throw error;
  }
}

function variantWith(variant: Variant, path: string, change: Change): Variant {
  const files = variant.images.files.map((file) => {
    const { after } = file;
    if (file.path !== path || after === null) return file;
    const edits = change.edits.map(({ start, end, text, from }): Edit => {
      const moved = from === undefined ? null : slice(after.code, from.start, from.end);
      return { start, end, with: moved ?? inPlaceOf(after.code, { start, end }, text) };
    });
    return { ...file, after: { ...after, code: edited(after.code, edits) } };
  });
  return { ...variant, images: { ...variant.images, files } };
}
