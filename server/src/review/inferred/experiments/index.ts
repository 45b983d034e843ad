/** All experiments for which something in the patch speaks. Whether they tell anything is known when both sides have run. */
import type { Evidence } from "../evidence";
import { alone, pending, readers } from "./ends";
import { leak, listed, unlinked } from "./exits";
import type { Experiment, Propose } from "./experiment";
import { atomic, imbalance, unlocked } from "./locks";
import { borrowed, lookupPut, putLookup, removal } from "./lookups";

const PROPOSALS: readonly Propose[] = [
  readers,
  alone,
  putLookup,
  lookupPut,
  removal,
  borrowed,
  pending,
  listed,
  unlinked,
  unlocked,
  leak,
  imbalance,
  atomic,
];

export function experimentsFor(evidence: Evidence): Experiment[] {
  return PROPOSALS.flatMap((propose) => propose(evidence) ?? []);
}
