/** What of the changed functions acts on tracked objects, and how much of that is modelled. */
import { meaningsOf } from "../../model/lower/context";
import type { Place } from "../../c/syntax";
import type { Bases } from "../bases";
import type { Side } from "../sides";
import { countModelled, type ModelledCount } from "./modelled";
import { actingStatements } from "./statements";

export type { ModelledCount } from "./modelled";

export function modelledOf(side: Side, bases: Bases): ModelledCount {
  const { world, entries, workers, softirqs } = side.programs;
  const changed = new Set(side.alone.map((alone) => alone.function));
  const definitions = [...side.images.keys()].flatMap((path) => side.files.get(path)?.functions ?? []);
  const meanings = meaningsOf(bases.kernel.vocabulary);
  const acting = actingStatements(
    definitions.filter(({ name }) => changed.has(name)),
    {
      profile: world.profile,
      codebase: world.codebase,
      ctypes: bases.ctypes,
      meaning: (callee) => meanings.of(callee),
    },
  );
  const shared = [...entries.values(), ...workers.map(({ lowered }) => lowered), ...softirqs];
  const { moved } = side;
  const all = shared.map((lowered) => ({ lowered, moved }));
  const neverRun = (): Place[] => world.walked.neverRun().map((place) => moved.place(place));
  return countModelled(acting, [side.alone, all], neverRun);
}
