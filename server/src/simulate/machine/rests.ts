/**
 * Where a thread can rest: the places at which other threads may come in between.
 *
 * A step that touches nothing that others touch, and never waits, commutes with all that others do in both directions
 * (Lipton, 1975, calls it a both mover): nobody can tell whether it ran at once or later. What it finds it finds all
 * the same, since no other thread can change what it reads. A fatal finding is left apart: it would end the path of the
 * step before it, too.
 */
import type { LockInfo, Program } from "../../model/ir";
import { isCovered, type Certain } from "./certain";
import { reachablePlaces, type Flow } from "./flow";
import type { Places } from "./places";

interface Known {
  readonly program: Program;
  readonly places: Places;
  readonly flow: Flow;
  readonly locks: readonly LockInfo[];
  readonly certain: readonly (Certain | undefined)[];
  /** Places that run together with what comes before them, though others could notice what they do. */
  readonly joins: readonly boolean[];
}

/** More than this many fused steps in one transition are cut into two. */
const LARGEST_TRANSITION = 120;

/**
 * The places of steps that only concern the thread itself, or that nobody need see apart from what was before, are
 * not among them: such a step runs together with the one before it. Every cycle keeps a place to rest, and so does what would become too large.
 */
export function restingPlaces(known: Known, freeChoices: boolean): ReadonlySet<number> {
  const { next } = known.flow;
  const all = [...reachablePlaces(next)].toSorted((a, b) => a - b);
  const rests = new Set(all.filter((place) => !isOwnAffair(known, place, freeChoices)));
  const sizes = new Map<number, number>();
  const onPath = new Set<number>();
  // Depth first, without recursion: programs may be long.
  const stack = all.map((place) => ({ place, leaving: false })).toReversed();
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { place, leaving } = top;
    if (rests.has(place)) {
      onPath.delete(place);
      continue;
    }
    const following = next[place] ?? [];
    if (leaving) {
      onPath.delete(place);
      const size = 1 + following.reduce((sum, one) => sum + (rests.has(one) ? 1 : (sizes.get(one) ?? 1)), 0);
      if (size > LARGEST_TRANSITION) rests.add(place);
      sizes.set(place, size);
      continue;
    }
    if (sizes.has(place)) continue;
    if (onPath.has(place)) continue;
    onPath.add(place);
    stack.push({ place, leaving: true });
    for (const one of following) {
      if (onPath.has(one)) rests.add(one);
      else if (!rests.has(one) && !sizes.has(one)) stack.push({ place: one, leaving: false });
    }
  }
  return rests;
}

/** Reads and changes nothing that another thread could touch, and never has to wait. */
function isOwnAffair({ program, places, locks, certain, joins }: Known, place: number, freeChoices: boolean): boolean {
  if (joins[place] === true) return true;
  const at = places.stepOf(place);
  const action = at && !at.waits ? program.steps[at.step]?.action : undefined;
  switch (action?.kind) {
    case "assign":
    case "branch":
    case "unknown":
    case "sleep":
    case "end":
      return true;
    case "choose":
      return freeChoices || action.nature === "schedule";
    case "assert":
      // A fatal one ends the path; what the step before it did must be seen by others first.
      return !action.fatal;
    case "assertHeld":
      return action.of === null;
    case "fence":
      return program.storeBuffer === undefined;
    case "rcu":
      return isCovered(locks, action.op, certain[place]);
    default:
      return false;
  }
}
