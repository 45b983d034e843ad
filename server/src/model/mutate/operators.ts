/** The one table of operators. A new one is a new file and an entry here. */
import type { Model } from "../ir";
import { plainAtomic } from "./atomic";
import { otherWay } from "./branch";
import { withoutCalls } from "./call";
import type { Change } from "./change";
import { offByOne } from "./constant";
import { freeAtOnce } from "./defer";
import { leftOut } from "./delete";
import type { IsHome } from "./home";
import { plainList } from "./list";
import { droppedLock, sharedLock } from "./lock";
import { applying, type Mutant } from "./mutant";
import { weakerRefcount } from "./refcount";
import type { Site } from "./site";
import { swappedNeighbours } from "./swap";

/** What can be done to one operation. */
type OfSite = (site: Site, isHome: IsHome) => readonly Change[];

/** What can be done to more than one. */
type OfModels = (models: readonly Model[], isHome: IsHome) => readonly Mutant[];

const OF_SITES = {
  delete: leftOut,
  lock: droppedLock,
  "lock-mode": sharedLock,
  refcount: weakerRefcount,
  atomic: plainAtomic,
  "grace-period": freeAtOnce,
  list: plainList,
  constant: offByOne,
  branch: otherWay,
} as const satisfies Readonly<Record<string, OfSite>>;

const OF_MODELS = { call: withoutCalls, swap: swappedNeighbours } as const satisfies Readonly<Record<string, OfModels>>;

export type OperatorName = keyof typeof OF_SITES | keyof typeof OF_MODELS;

export const OPERATORS: readonly OperatorName[] = [...keysOf(OF_SITES), ...keysOf(OF_MODELS)];

export function mutantsBy(
  operator: OperatorName,
  models: readonly Model[],
  sites: readonly Site[],
  isHome: IsHome,
): readonly Mutant[] {
  if (operator === "call" || operator === "swap") return OF_MODELS[operator](models, isHome);
  const ofSite: OfSite = OF_SITES[operator];
  return sites.flatMap((site) =>
    ofSite(site, isHome).map(([what, edit]): Mutant => ({
      operator,
      what,
      title: titleOf(what, site.text),
      function: site.function,
      place: site.place,
      id: `${site.id}: ${what}`,
      apply: applying(edit),
    })),
  );
}

/** `without x`, `inc_not_zero -> inc: x`. */
function titleOf(what: string, text: string): string {
  const [first = "", ...rest] = what.split(",");
  return first === "without" ? `without ${text}${rest.map((more) => `,${more}`).join("")}` : `${what}: ${text}`;
}

function keysOf<T extends object>(of: T): (keyof T)[] {
  return Object.keys(of) as (keyof T)[];
}
