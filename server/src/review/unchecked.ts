/** What nobody looks at, as the profile says; some scenarios may look at a part of it. */
import type { PatchState, VariantState } from "./state";

export function uncheckedOf({ variants }: PatchState): readonly string[] {
  return [...new Set(variants.flatMap(ofVariant))];
}

function ofVariant({ variant, before, after }: VariantState): readonly string[] {
  const { notChecked, views = {} } = variant.loaded.profile;
  const scenarios = (after ?? before)?.scenarios ?? [];
  const used = new Set(scenarios.flatMap(({ scenario }) => scenario.view ?? []));
  const narrowed = [...used].flatMap((name) => Object.entries(views[name]?.leavesUnchecked ?? {}));
  const rest = new Map(narrowed);
  return notChecked.map((what) => rest.get(what) ?? what);
}
