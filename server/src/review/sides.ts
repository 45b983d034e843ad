/** The before and the after of one variant as programs that can be run. */
import type { CFile } from "../c/syntax";
import type { Image } from "../image/image";
import { assemble, modelKey } from "../model/assemble";
import type { Programs } from "../model/lower/programs";
import type { Model } from "../model/ir";
import type { ScenarioProfile } from "../model/profile";
import { AS_IT_IS, scenariosAt, type Scale } from "../model/scale";
import type { Bases } from "./bases";
import { codeOf } from "./composition";
import { lowerSide, type LoweredSide } from "./lowering";
import { changedMacros } from "./reach";
import { standInsOf, type StandIns } from "./stand-ins";
import type { Variant } from "./variants";

export type SideName = "before" | "after";

export interface Side extends LoweredSide {
  readonly name: SideName;
  /** Texts by the path that places carry: images where there is one, else base, header or harness. */
  readonly images: ReadonlyMap<string, Image>;
  readonly files: ReadonlyMap<string, CFile>;
  /** What of a kernel tree takes part; null where there is no tree. */
  readonly tree: StandIns | null;
}

export interface ScenarioModel {
  readonly scenario: ScenarioProfile;
  readonly model: Model;
  readonly key: string;
}

/**
 * Null when the patch has no such side (plain C has no before).
 *
 * @param alone those of the changed functions that are lowered by themselves as well
 */
export function sideOf(
  variant: Variant,
  name: SideName,
  bases: Bases,
  alone: (changed: string) => boolean = () => true,
): Side | null {
  const images = new Map<string, Image>();
  for (const file of variant.images.files) {
    const image = file[name];
    if (image !== null) images.set(file.path, image);
  }
  if (variant.images.files.length > 0 && images.size === 0) return null;
  const { base } = variant;
  const shown = [...images.values()].map((image) =>
    bases.parse(image.path, image.code.text, base.tree?.paths.has(image.path) === true ? base.options : base.defines),
  );
  const staged = base.stage?.(shown) ?? { code: shown, harness: base.harness };
  const harness = staged.harness.filter((file) => !images.has(file.path));
  const changed = variant.images.files.flatMap((file) => file.changed.filter((f) => f[name]).map((f) => f.name));
  const tree = base.tree === null ? null : standInsOf(base.tree.shipped(), bases);
  const own = new Set([...changed, ...macrosChangedIn(variant, bases)]);
  const known = codeOf(base, staged.code, own, new Set(tree?.standIns.keys()));
  const code = [...known, ...(variant.headers ?? [])];
  const all = [...code, ...harness];
  const older = [...base.base, ...base.headers];
  const lowered = lowerSide({ code, harness, older }, variant, changed.filter(alone), bases);
  return { name, ...lowered, images, files: new Map(all.map((file) => [file.path, file])), tree };
}

/** Names, of either side: what is only taken away from one is another definition as well. */
function macrosChangedIn({ images, base }: Variant, bases: Bases): string[] {
  return (["before", "after"] as const).flatMap((side) => {
    const shown = images.files.flatMap((file) => {
      const image = file[side];
      if (image === null) return [];
      return [bases.parse(image.path, image.code.text, base.tree?.paths.has(image.path) === true ? {} : base.defines)];
    });
    return [...changedMacros(images.files, shown, side).keys()];
  });
}

/** The models of the scenarios that these facts allow. */
export function modelsOf(side: Side, variant: Variant, scale: Scale = AS_IT_IS): readonly ScenarioModel[] {
  const known = models.get(side.programs) ?? new Map<string, readonly ScenarioModel[]>();
  models.set(side.programs, known);
  const key = JSON.stringify(scale);
  const had = known.get(key);
  if (had !== undefined) return had;
  const made = scenariosAt(variant.base.profile, scale).flatMap((scenario) => {
    const model = assemble(side.programs, scenario);
    return model === null ? [] : [{ scenario, model, key: modelKey(model) }];
  });
  known.set(key, made);
  return made;
}

/** Programs are made for one combination of facts, so its scenarios are the same each time. */
const models = new WeakMap<Programs, Map<string, readonly ScenarioModel[]>>();
