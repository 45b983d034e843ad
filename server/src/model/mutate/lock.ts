/** Locks that are not taken, not released, or taken for less. */
import type { Action, Program } from "../ir";
import type { Change } from "./change";
import type { Edit } from "./mutant";
import { nothing, replacing } from "./rewrite";
import { homeOf, type IsHome } from "./home";
import type { Site } from "./site";

/** Lock and unlock together, and each alone. RCU read-side sections are among them. */
export function droppedLock(site: Site, isHome: IsHome): readonly Change[] {
  const { action } = site.sample;
  if (isRelease(action)) return [["without", replacing(site, (step) => nothing(step.action))]];
  if (!isAcquire(action)) return [];
  return [
    ["without", replacing(site, ({ action: of }) => notTaken(of))],
    ["without, and without its unlock", onPair(site, isHome, notTaken)],
  ];
}

/** Held for read where it should be held for write. */
export function sharedLock(site: Site, isHome: IsHome): readonly Change[] {
  const { action, model } = { ...site.sample, model: site.model };
  if (action.kind !== "lock" || action.op === "release" || action.mode !== "exclusive") return [];
  if (model.locks[action.lock]?.kind !== "rw") return [];
  const shared = (of: Action): readonly Action[] => (of.kind === "lock" ? [{ ...of, mode: "shared" }] : [of]);
  return [["write -> read", onPair(site, isHome, shared)]];
}

/** A lock that was tried for is taken for granted. */
function notTaken(action: Action): readonly Action[] {
  if (action.kind === "lock" && action.op === "try" && action.into !== null)
    return [{ kind: "assign", into: action.into, value: { kind: "const", value: 1 } }];
  return nothing(action);
}

function isAcquire(action: Action): boolean {
  return (action.kind === "lock" && action.op !== "release") || (action.kind === "rcu" && action.op === "lock");
}

function isRelease(action: Action): boolean {
  return (action.kind === "lock" && action.op === "release") || (action.kind === "rcu" && action.op === "unlock");
}

/** Changes the acquisitions of the site and the first releases behind them that stand in the same function. */
function onPair(site: Site, isHome: IsHome, by: (action: Action) => readonly Action[]): Edit {
  const widened: Site = { ...site, in: (program) => [...site.in(program), ...releasesBehind(program, site, isHome)] };
  return replacing(widened, (step) => by(step.action));
}

function releasesBehind(program: Program, site: Site, isHome: IsHome): readonly number[] {
  const found = new Set<number>();
  const seen = new Set<number>();
  const pending = site.in(program).flatMap((at) => program.steps[at]?.next ?? []);
  while (pending.length > 0) {
    const at = pending.pop() ?? 0;
    const step = program.steps[at];
    if (step === undefined || seen.has(at)) continue;
    seen.add(at);
    const isOfPair = isRelease(step.action) && isSameLock(step.action, site.sample.action);
    if (isOfPair && homeOf(step, isHome)?.function === site.function) found.add(at);
    else pending.push(...step.next);
  }
  return [...found];
}

function isSameLock(release: Action, acquire: Action): boolean {
  if (release.kind === "lock" && acquire.kind === "lock") return release.lock === acquire.lock;
  return release.kind === "rcu" && acquire.kind === "rcu";
}
