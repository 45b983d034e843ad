/** Who finds the object, and whether it is there for as long as he uses it. */
import type { Act } from "../acts";
import { heldAt, heldAtStart, RCU, type Evidence } from "../evidence";
import { LINK, listVariable, MEMORY } from "../plan";
import { aloneWith, countingOf, isGiven, type Propose } from "./experiment";

/** The last put is not under the lock that look-ups hold. */
export const putLookup: Propose = (evidence) => {
  const before = evidence.own("before", "put");
  const locked = evidence.own("after", "put").find((act) => act.isChanged && lockAt(evidence, act) !== null);
  const lock = locked === undefined ? null : lockAt(evidence, locked);
  const { link } = evidence;
  if (before.length === 0 || lock === null || link === null) return null;
  if (before.some((act) => heldAt(evidence.b, act).has(lock))) return null;
  return {
    ...aloneWith(evidence),
    id: "put-lookup",
    title: `${evidence.subject.focus} ∥ look-up`,
    environment: `another CPU looks the object up under ${lock} and takes a reference of it, as the patch is made for`,
    harness: `void lastput_lookup(void)
{
	T *x;

	LOCK(${lock});
	x = lastput_list_first(&${listVariable(link)}, ${link});
	if (x) {
		${countingOf(evidence).take}
	}
	UNLOCK(${lock});
	if (x)
		x->${MEMORY};
}
`,
    others: [{ entry: "lastput_lookup", name: "CPU 1: look-up" }],
  };
};

function lockAt(evidence: Evidence, act: Act): string | null {
  return act.lock ?? [...heldAt(evidence.a, act)].find((name) => name !== RCU) ?? null;
}

/** A look-up takes a reference though the count may be 0. */
export const lookupPut: Propose = (evidence) => {
  const before = evidence.own("before", "get").find((act) => act.isChanged);
  const after = evidence.own("after", "tryget").find((act) => act.isChanged);
  if (before === undefined || after === undefined) return null;
  const link = evidence.own("after", "walk")[0]?.member ?? LINK;
  const held = [...heldAt(evidence.a, after)];
  const lock = held.find((name) => name !== RCU) ?? null;
  const isRcu = held.includes(RCU) || evidence.own("after", "walk").some((act) => act.isRcu) || lock === null;
  const guard = lock === null ? ["", ""] : [`LOCK(${lock});`, `UNLOCK(${lock});`];
  return {
    ...aloneWith(evidence),
    id: "lookup-put",
    title: `${evidence.subject.focus} ∥ last put`,
    environment: `another CPU puts the last reference: the count is 0 before the object is unlinked${lock === null ? "" : ` under ${lock}`}, and it is freed ${isRcu ? "after a grace period" : "then"}`,
    harness: `void lastput_last_put(T *x)
{
	if (${countingOf(evidence).drop}) {
		${guard[0]}
		list_del_rcu(&x->${link});
		${guard[1]}
		${isRcu ? "synchronize_rcu();" : ""}
		kfree(x);
	}
}
`,
    others: [{ entry: "lastput_last_put", name: "CPU 1: last put" }],
    prologue: isRcu && lock === null && !held.includes(RCU) ? "rcu_read_lock();" : "",
    lookup: found(link),
  };
};

function found(link: string): string {
  return `lastput_list_first_rcu(&${listVariable(link)}, ${link})`;
}

/** It is looked up, or held on to, where nothing keeps it from going away. */
export const removal: Propose = (evidence) => {
  const protection = protectedBy(evidence);
  if (protection === null) return null;
  const { lock, link, walks } = protection;
  const isRcu = lock === null;
  const isCounted = evidence.everywhere("get", "tryget", "put").length > 0;
  const unlock = lock === null ? "" : `UNLOCK(${lock});`;
  return {
    ...aloneWith(evidence),
    id: "removal",
    title: `${evidence.subject.focus} ∥ removal`,
    environment: isRcu
      ? "another CPU unlinks the object, waits for a grace period and drops it"
      : `another CPU unlinks the object under ${lock} and drops it`,
    harness: `void lastput_removal(T *x)
{
	${lock === null ? "" : `LOCK(${lock});`}
	if (lastput_on_list(&x->${link})) {
		list_del_rcu(&x->${link});
		${unlock}
		${isRcu ? "synchronize_rcu();" : ""}
		${isCounted ? `if (${countingOf(evidence).drop})\n\t\t\tkfree(x);` : "kfree(x);"}
	} else {
		${unlock}
	}
}
`,
    others: [{ entry: "lastput_removal", name: "CPU 1: removal" }],
    objects: walks ? 2 : 1,
    lookup: found(link),
  };
};

interface Protection {
  /** Null for RCU. */
  readonly lock: string | null;
  readonly link: string;
  readonly walks: boolean;
}

/** What the patch puts around the look-up, or the get that it puts under what was around it; null when it does neither. */
function protectedBy(evidence: Evidence): Protection | null {
  const walk = evidence.typed("after", "walk")[0];
  const link = walk?.member ?? LINK;
  const name = lockOfMovedGet(evidence) ?? lockOfNewSection(evidence) ?? lockOfLongerSection(evidence);
  return name === null ? null : { lock: name === RCU ? null : name, link, walks: walk !== undefined };
}

function lockOfMovedGet(evidence: Evidence): string | null {
  const { a, b } = evidence;
  const get = evidence.own("after", "get", "tryget").find((act) => act.isChanged);
  if (get === undefined) return null;
  const old = evidence.own("before", "get", "tryget")[0];
  const heldBefore = old === undefined ? new Set<string>() : heldAt(b, old);
  const wasTaken = (name: string): boolean =>
    b.some((act) => act.lock === name || (name === RCU && act.kind === "rcuLock"));
  return [...heldAt(a, get)].find((name) => !heldBefore.has(name) && wasTaken(name)) ?? null;
}

/** The look-up stands in a section that the patch opens, and stood in none. */
function lockOfNewSection(evidence: Evidence): string | null {
  const { a, b } = evidence;
  if (!evidence.saysFix || heldAtStart(b).size > 0 || b.some((act) => act.kind === "assert")) return null;
  for (const kind of ["walk", "load"] as const) {
    const before = evidence.typed("before", kind)[0];
    if (before === undefined || heldAt(b, before).size > 0) continue;
    // Who gives it back had a reference.
    if (kind === "load" && b.some((act) => isGiven(act, evidence) && GIVES_BACK.test(act.callee))) continue;
    for (const after of evidence.typed("after", kind)) {
      const opened = a.findLast((act) => isOpening(act) && a.indexOf(act) < a.indexOf(after));
      const name = opened?.kind === "rcuLock" ? RCU : (opened?.lock ?? null);
      if (opened?.isChanged === true && name !== null && heldAt(a, after).has(name)) return name;
    }
  }
  return null;
}

/** The look-up stands in a section on both sides, and the end of that one moves behind more of what is done with it. */
function lockOfLongerSection(evidence: Evidence): string | null {
  const { a, b } = evidence;
  if (!evidence.saysFix) return null;
  const isMoved = (acts: readonly Act[], name: string): boolean =>
    acts.some(
      (act) => act.isChanged && (act.kind === "unlock" ? act.lock === name : act.kind === "rcuUnlock" && name === RCU),
    );
  for (const before of evidence.typed("before", "walk", "load")) {
    const after = evidence.typed("after", before.kind)[0];
    if (after === undefined) continue;
    const name = [...heldAt(b, before)].find(
      (each) => heldAt(a, after).has(each) && isMoved(b, each) && isMoved(a, each),
    );
    if (name !== undefined) return name;
  }
  return null;
}

const GIVES_BACK = /(^|_)(put|release|drop|unref)(_|$)/;

function isOpening(act: Act): boolean {
  return act.kind === "rcuLock" || act.kind === "lock";
}

/** It is used without a reference, and the patch takes one that may be refused. */
export const borrowed: Propose = (evidence) => {
  const taken = evidence.own("after", "tryget").find((act) => act.isChanged);
  if (taken === undefined || evidence.own("before", "get", "tryget", "put").length > 0) return null;
  if (evidence.own("after", "put").length === 0) return null;
  return {
    ...aloneWith(evidence),
    id: "borrowed",
    title: `${evidence.subject.focus} ∥ last put`,
    environment:
      "another CPU puts the last reference, with which goes what the object refers to; its memory stays for those who ask for a reference",
    harness: `void lastput_last_put(T *x)
{
	${countingOf(evidence).drop};
}
`,
    others: [{ entry: "lastput_last_put", name: "CPU 1: last put" }],
    isBorrowed: true,
  };
};
