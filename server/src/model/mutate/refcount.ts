/** The weaker sister of an operation on a refcount: one that does not look, or that does not tell. */
import type { Action, RefcountOp } from "../ir";
import type { Change } from "./change";
import { replacing, result, type Replacement } from "./rewrite";
import type { Site } from "./site";

interface Weaker {
  readonly op: RefcountOp;
  /** What it gives to those who look at a result. */
  readonly gives: number;
}

const WEAKER: Readonly<Partial<Record<RefcountOp, Weaker>>> = {
  inc_not_zero: { op: "inc", gives: 1 },
  dec_and_test: { op: "dec", gives: 0 },
  sub_and_test: { op: "dec", gives: 0 },
  dec_not_one: { op: "dec", gives: 1 },
  dec_if_one: { op: "dec", gives: 1 },
};

export function weakerRefcount(site: Site): readonly Change[] {
  const { action } = site.sample;
  const weaker = action.kind === "refcount" ? WEAKER[action.op] : undefined;
  if (action.kind !== "refcount" || weaker === undefined) return [];
  return [[`${action.op} -> ${weaker.op}`, replacing(site, (step) => weaken(step.action, weaker))]];
}

function weaken(action: Action, { op, gives }: Weaker): Replacement | null {
  if (action.kind !== "refcount") return null;
  return [{ ...action, op, into: null }, ...result(action.into, gives)];
}
