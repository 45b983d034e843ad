/** The one table of operators. A new one is a new file and an entry here. */
import { plainAtomic } from "./atomic";
import { otherWay } from "./branch";
import type { Change } from "./change";
import { offByOne } from "./constant";
import { freeAtOnce } from "./defer";
import { leftOut } from "./delete";
import { plainList } from "./list";
import { droppedLock, sharedLock } from "./lock";
import { weakerRefcount } from "./refcount";
import type { IsHome, Site } from "./site";

export type Operator = (site: Site, isHome: IsHome) => readonly Change[];

export const OPERATORS = {
  delete: leftOut,
  lock: droppedLock,
  "lock-mode": sharedLock,
  refcount: weakerRefcount,
  atomic: plainAtomic,
  "grace-period": freeAtOnce,
  list: plainList,
  constant: offByOne,
  branch: otherWay,
} as const satisfies Readonly<Record<string, Operator>>;

export type OperatorName = keyof typeof OPERATORS;
