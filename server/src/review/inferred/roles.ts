/** What functions that no file shows do by the kernel's own customs of naming: `profiles/generic/roles.json`. */
import given from "../../../../profiles/generic/roles.json";
import { wildcard } from "../../model/lower/wildcard";

export type Role = "get" | "tryget" | "put" | "free" | "freeLater";

export interface Roles {
  of(callee: string): Role | null;
  /** It stands there by its own name, so that it is known what it means whatever it is given. */
  isNamed(callee: string): boolean;
  /** What it gives belongs to somebody else, or is given back by itself. */
  lends(callee: string): boolean;
  /** Its last argument is a lock that it takes for the last put. */
  takesLock(callee: string): boolean;
  /** It says that the caller holds a lock. */
  assertsLock(callee: string): boolean;
}

const ORDER: readonly Role[] = ["tryget", "freeLater", "put", "get", "free"];

function makeRoles(): Roles {
  const patterns = (names: readonly string[]): readonly RegExp[] => names.map(wildcard);
  const not = patterns(given.not);
  // A name as such outranks what only a pattern says of it.
  const exact = new Map(ORDER.flatMap((role) => given[role].map((name) => [name, role] as const)));
  const byPattern = ORDER.map((role) => [role, patterns(given[role].filter((name) => name.includes("*")))] as const);
  const takes = new Set(given.takesUnderLock);
  const asserts = patterns(given.asserts);
  const lends = patterns(given.lends);
  const known = new Map<string, Role | null>();
  const find = (callee: string): Role | null => {
    const named = exact.get(callee);
    if (named !== undefined) return named;
    if (not.some((pattern) => pattern.test(callee))) return null;
    return byPattern.find(([, all]) => all.some((pattern) => pattern.test(callee)))?.[0] ?? null;
  };
  return {
    of: (callee) => {
      const had = known.get(callee);
      if (had !== undefined) return had;
      const role = find(callee);
      known.set(callee, role);
      return role;
    },
    isNamed: (callee) => exact.has(callee),
    lends: (callee) => lends.some((pattern) => pattern.test(callee)),
    takesLock: (callee) => takes.has(callee),
    assertsLock: (callee) => asserts.some((pattern) => pattern.test(callee)),
  };
}

export const ROLES: Roles = makeRoles();
