/** What a thread surely holds at each place of its program, whatever way it came. */
import type { LockInfo, LockMode, Program } from "../../model/ir";
import type { Flow } from "./flow";
import { DEEPEST_NESTING } from "./machine";
import type { Places } from "./places";

/** Bit 2 * lock: held shared at least; the next one: held exclusively. Locks of objects are left out. */
export type LockSet = bigint;

export interface Certain {
  readonly locks: LockSet;
  /** What it may hold, by some way. */
  readonly possible: LockSet;
  /** Nesting of rcu_read_lock(): at least, and at most. */
  readonly least: number;
  readonly most: number;
}

/** More is as good as any number. */
const BEYOND = 9;

/** Undefined for places that cannot be reached. */
export function certainties(
  locks: readonly LockInfo[],
  program: Program,
  places: Places,
  { next }: Flow,
): readonly (Certain | undefined)[] {
  const known: (Certain | undefined)[] = Array.from({ length: places.count }, () => undefined);
  known[0] = { locks: 0n, possible: 0n, least: 0, most: 0 };
  const work = [0];
  for (let place = work.pop(); place !== undefined; place = work.pop()) {
    const now = known[place];
    if (!now) continue;
    const after = afterStep(locks, program, places, place, now);
    for (const to of next[place] ?? []) {
      const merged = both(known[to], after);
      if (merged === known[to]) continue;
      known[to] = merged;
      work.push(to);
    }
  }
  return known;
}

/** In a read-side section for sure, by a lock that is one or by rcu_read_lock(). */
export function surelyReads(locks: readonly LockInfo[], certain: Certain | undefined): boolean {
  return certain !== undefined && (certain.least > 0 || holdsReaderLock(locks, certain));
}

function holdsReaderLock(locks: readonly LockInfo[], certain: Certain): boolean {
  return locks.some(({ isRcuReader }, lock) => isRcuReader && ((certain.locks >> BigInt(2 * lock)) & 1n) !== 0n);
}

/**
 * A step of rcu_read_lock() or rcu_read_unlock() under a lock that is a read-side section itself: nobody else can
 * tell. One that would end the path (unbalanced, nested too deep) is none.
 */
export function isCovered(locks: readonly LockInfo[], op: string, here: Certain | undefined): boolean {
  if (!here || !holdsReaderLock(locks, here)) return false;
  return op === "lock" ? here.most < DEEPEST_NESTING : op === "unlock" && here.least > 0;
}

/** Exactly so: neither more nor less than that mode. */
export function surelyHolds(
  locks: readonly LockInfo[],
  here: Certain | undefined,
  lock: number,
  mode: LockMode,
): boolean {
  if (!here || locks[lock]?.of !== null) return false;
  const held = modeBits(locks, lock, mode);
  const bits = (set: LockSet): bigint => (set >> BigInt(2 * lock)) & 3n;
  return bits(here.locks) === held && bits(here.possible) === held;
}

function afterStep(locks: readonly LockInfo[], program: Program, places: Places, place: number, now: Certain): Certain {
  const at = places.stepOf(place);
  const action = at ? program.steps[at.step]?.action : undefined;
  if (action?.kind === "rcu" && action.op === "lock") {
    return { ...now, least: Math.min(now.least + 1, BEYOND), most: Math.min(now.most + 1, BEYOND) };
  }
  if (action?.kind === "rcu" && action.op === "unlock") {
    return {
      ...now,
      least: Math.max(now.least - 1, 0),
      most: now.most === BEYOND ? BEYOND : Math.max(now.most - 1, 0),
    };
  }
  if (action?.kind !== "lock" || action.op === "is_locked" || locks[action.lock]?.of !== null) return now;
  const bits = 3n << BigInt(2 * action.lock);
  if (action.op === "release") return { ...now, locks: now.locks & ~bits, possible: now.possible & ~bits };
  const taken = modeBits(locks, action.lock, action.mode) << BigInt(2 * action.lock);
  if (action.op === "try") return { ...now, possible: now.possible | taken };
  return { ...now, locks: (now.locks & ~bits) | taken, possible: (now.possible & ~bits) | taken };
}

function modeBits(locks: readonly LockInfo[], lock: number, mode: LockMode): bigint {
  return mode === "exclusive" || locks[lock]?.kind !== "rw" ? 3n : 1n;
}

function both(a: Certain | undefined, b: Certain): Certain {
  if (!a) return b;
  const locks = a.locks & b.locks;
  const possible = a.possible | b.possible;
  const least = Math.min(a.least, b.least);
  const most = Math.max(a.most, b.most);
  const same = locks === a.locks && possible === a.possible && least === a.least && most === a.most;
  return same ? a : { locks, possible, least, most };
}
