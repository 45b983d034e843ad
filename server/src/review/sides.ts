/** The before and the after of one variant as programs that can be run. */
import type { CFile } from "../c/syntax";
import type { Image } from "../image/image";
import { assemble, modelKey } from "../model/assemble";
import { makeCodebase } from "../model/lower/codebase";
import { lowerPrograms, type Lowered, type Programs } from "../model/lower/programs";
import { World } from "../model/lower/world";
import type { Model } from "../model/ir";
import type { ScenarioProfile } from "../model/profile";
import { AS_IT_IS, scenariosAt, type Scale } from "../model/scale";
import type { Bases } from "./bases";
import type { Variant } from "./variants";

export type SideName = "before" | "after";

export interface Side {
  readonly name: SideName;
  readonly programs: Programs;
  /** The changed functions by themselves, for what they do when no scenario calls them. */
  readonly alone: readonly { readonly function: string; readonly lowered: Lowered }[];
  /** Texts by the path that places carry: images where there is one, else base, header or harness. */
  readonly images: ReadonlyMap<string, Image>;
  readonly files: ReadonlyMap<string, CFile>;
}

export interface ScenarioModel {
  readonly scenario: ScenarioProfile;
  readonly model: Model;
  readonly key: string;
}

/** Null when the patch has no such side (plain C has no before). */
export function sideOf(variant: Variant, name: SideName, bases: Bases): Side | null {
  const images = new Map<string, Image>();
  for (const file of variant.images.files) {
    const image = file[name];
    if (image !== null) images.set(file.path, image);
  }
  if (variant.images.files.length > 0 && images.size === 0) return null;
  const { base } = variant;
  const shown = [...images.values()].map((image) => bases.parse(image.path, image.code.text, base.defines));
  const isBeneath = (file: CFile): boolean => !images.has(file.path);
  const code = [...shown, ...[...base.base, ...base.headers, base.kernel].filter(isBeneath)];
  const harness = base.harness.filter(isBeneath);
  const all = [...code, ...harness];
  const key = all.map((file) => `${file.path}\0${file.text}`).join("\0") + JSON.stringify(base.facts);
  const changed = variant.images.files.flatMap((file) => file.changed.filter((f) => f[name]).map((f) => f.name));
  const lowered = lowerAll(key, { code, harness }, variant, changed, bases);
  return { name, ...lowered, images, files: new Map(all.map((file) => [file.path, file])) };
}

/** The models of the scenarios that these facts allow. */
export function modelsOf(side: Side, variant: Variant, scale: Scale = AS_IT_IS): ScenarioModel[] {
  return scenariosAt(variant.base.profile, scale).flatMap((scenario) => {
    const model = assemble(side.programs, scenario);
    return model === null ? [] : [{ scenario, model, key: modelKey(model) }];
  });
}

type LoweredSide = Pick<Side, "programs" | "alone">;

/** By the bases of one reviewer: another one may know the same profile with other scenarios or another vocabulary. */
const memories = new WeakMap<Bases, Map<string, LoweredSide>>();
const MOST_REMEMBERED = 64;

/** The same text lowers to the same programs: most variants and most edits share one side. */
function lowerAll(
  key: string,
  files: { readonly code: readonly CFile[]; readonly harness: readonly CFile[] },
  variant: Variant,
  changed: readonly string[],
  bases: Bases,
): LoweredSide {
  const full = `${variant.loaded.profile.name}\0${changed.join()}\0${key}`;
  const remembered = memories.get(bases) ?? new Map<string, LoweredSide>();
  memories.set(bases, remembered);
  const had = remembered.get(full);
  if (had !== undefined) return had;
  const { vocabulary } = bases.kernel;
  const stores = (callee: string): boolean => {
    const meaning = Object.hasOwn(vocabulary, callee) ? vocabulary[callee] : undefined;
    return meaning?.does === "store" || meaning?.does === "rmw";
  };
  const codebase = makeCodebase(files.code, files.harness, bases.parser, stores);
  const { profile } = variant.base;
  const world = new World(profile, codebase, bases.ctypes);
  const entries = new Set(profile.scenarios.flatMap((s) => s.threads.map((t) => t.entry)));
  const programs = lowerPrograms(world, vocabulary, { entries, alone: new Set(changed) });
  const alone = [...programs.alone].map(([name, lowered]) => ({ function: name, lowered }));
  const made = { programs, alone };
  if (remembered.size >= MOST_REMEMBERED) remembered.delete(remembered.keys().next().value ?? "");
  remembered.set(full, made);
  return made;
}
