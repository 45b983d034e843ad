/** All experiments for which something in the patch speaks. Whether they tell anything is known when both sides have run. */
import type { Evidence } from "../evidence";
import { NOBODY } from "../subject";
import { alone, pending, readers } from "./ends";
import { leak, listed, unlinked } from "./exits";
import type { Experiment, Propose } from "./experiment";
import { forgotten, held, ignored, overput } from "./holds";
import { relisted } from "./lists";
import { atomic, imbalance, unlocked } from "./locks";
import { guarded } from "./sections";
import { borrowed, lookupPut, putLookup, removal } from "./lookups";
import { skipped } from "./skips";
import { grace, queued, teardown, waited } from "./teardown";
import { waitsUnderLock } from "./waits";

const OF_OBJECTS: readonly Propose[] = [
  readers,
  alone,
  putLookup,
  lookupPut,
  removal,
  borrowed,
  pending,
  teardown,
  queued,
  held,
  overput,
  forgotten,
  ignored,
  listed,
  relisted,
  unlinked,
  unlocked,
  waitsUnderLock,
  leak,
  skipped,
];

/** Those that concern no object. */
const OF_LOCKS: readonly Propose[] = [imbalance, atomic];

/** Those of objects that nobody names. */
const OF_NOBODY: readonly Propose[] = [waited, grace, guarded];

export function experimentsFor(evidence: Evidence): Experiment[] {
  const proposals = evidence.subject.variable === NOBODY ? [...OF_LOCKS, ...OF_NOBODY] : OF_OBJECTS;
  return proposals.flatMap((propose) => propose(evidence) ?? []);
}
