/**
 * The kernel options that a review takes to be on because nobody said: told where the changed functions would act otherwise
 * without one.
 */
import { meaningsOf } from "../model/lower/context";
import type { Defines, Place } from "../c/syntax";
import { actingStatements } from "./acting/statements";
import type { Bases } from "./bases";
import type { Side } from "./sides";

export interface AssumedOption {
  /** `CONFIG_X`. */
  readonly option: string;
  readonly function: string;
  /** From the `#if` to its `#endif`. */
  readonly place: Place;
}

export function assumedOptions(side: Side, defines: Defines, bases: Bases): AssumedOption[] {
  const { world } = side.programs;
  const meanings = meaningsOf(bases.kernel.vocabulary);
  const changed = new Set(side.alone.map((alone) => alone.function));
  const question = {
    profile: world.profile,
    codebase: world.codebase,
    ctypes: bases.ctypes,
    meaning: (callee: string) => meanings.of(callee),
  };
  return [...side.images.keys()].flatMap((path) => {
    const file = side.files.get(path);
    if (file === undefined) return [];
    return file.conditional.flatMap(({ option, place }) => {
      const around = file.functions.find((f) => f.place.start <= place.start && place.end <= f.place.end);
      if (around === undefined || !changed.has(around.name)) return [];
      // Both ways are read: an `#else` may act where the way that is taken does not.
      const without = bases.parse(path, file.text, { ...defines, [option]: "n" });
      const both = [around, ...without.functions.filter(({ name }) => name === around.name)];
      const acts = actingStatements(both, question).some(
        (s) => place.start <= s.place.start && s.place.end <= place.end,
      );
      return acts ? [{ option, function: around.name, place }] : [];
    });
  });
}
