/** How the life of the object ends: too early, twice, or with something still to come. */
import type { Act } from "../acts";
import type { Evidence } from "../evidence";
import { LINK, listVariable, MEMORY, OBJECT } from "../plan";
import { aloneWith, armed, isGiven, type Propose } from "./experiment";

/** It is freed, and RCU readers may have it: without a grace period, or while it can still be found. */
export const readers: Propose = (evidence) => {
  const freed = evidence.own("before", "free", "freeLater");
  const later = evidence.own("after", "freeLater");
  const waits = [...evidence.a, ...evidence.b].some((act) => act.kind === "synchronize");
  const unlinks = evidence.own("after", "del").filter((act) => act.isRcu);
  if (freed.length === 0 || (later.length === 0 && !waits && unlinks.length === 0)) return null;
  const isReordered = freed.every((act) => act.kind === "freeLater");
  if (bringsReaders(evidence) || (!isReordered && !evidence.saysFix)) return null;
  const moved = ["before", "after"].flatMap((side) =>
    evidence.own(side as "before" | "after", "free", "freeLater", "del"),
  );
  if (!moved.some((act) => act.isChanged) && !evidence.changes("publish", "synchronize")) return null;
  const published = publishedBy(evidence);
  const unlinked = evidence.own("before", "del")[0] ?? evidence.own("after", "del")[0];
  const link = unlinked?.member ?? LINK;
  const isShown = unlinked !== undefined || published !== null;
  const hidden = isShown ? "" : "; it was unlinked before the lines that are shown";
  return {
    ...aloneWith(evidence),
    id: "readers",
    title: `${evidence.subject.focus} ∥ RCU reader`,
    environment: `an RCU reader finds the object and uses it inside of its read-side section${hidden}`,
    harness: `void lastput_reader(void)
{
	T *x;

	rcu_read_lock();
	x = lastput_list_first_rcu(&${listVariable(link)}, ${link});
	if (x)
		x->${MEMORY};
	rcu_read_unlock();
}
`,
    others: [{ entry: "lastput_reader", name: "CPU 1: RCU reader" }],
    prologue: isShown ? "" : `list_del_rcu(&${OBJECT}->${link});`,
    published,
  };
};

function publishedBy(evidence: Evidence): string | null {
  const before = evidence.b.filter((act) => act.kind === "publish" && act.object !== null);
  const isInBoth = (act: Act): boolean => evidence.a.some((o) => o.kind === "publish" && o.object === act.object);
  return before.find(isInBoth)?.object ?? null;
}

/** A patch that makes RCU readers of those who find the object says nothing of the readers that there were. */
function bringsReaders(evidence: Evidence): boolean {
  return evidence
    .all("after", "rcuLock", "dereference", "walk")
    .some((act) => act.isChanged && (act.kind !== "walk" || act.isRcu));
}

/** It is put or freed here, and used, put or freed again: nobody else is needed. */
export const alone: Propose = (evidence) => {
  const before = evidence.own("before", "put", "free", "freeLater");
  const after = evidence.own("after", "put", "free", "freeLater");
  const walks = [...evidence.own("before", "walk"), ...evidence.own("after", "walk")];
  const isWalkChanged = walks.some((act) => act.isChanged);
  const unlinked = [...evidence.own("before", "del"), ...evidence.own("after", "del")];
  const consumers = before.length === 0 ? consumersOf(evidence) : [];
  if (before.length === 0 && consumers.length === 0) return null;
  if (before.length > 0 && (after.length === 0 || after.length > before.length)) return null;
  // By custom a_free(x) frees x, but it may be a part of x where something else frees that.
  const isOnlyCustom = (act: Act): boolean => evidence.isByCustom(act.callee);
  if (before.some(isOnlyCustom) && new Set(before.map((act) => act.callee)).size > 1) return null;
  // Each of several objects ends once: several variables, or one that is another object each time round or in each list.
  if (evidence.typed("before", "put", "free", "freeLater").length > before.length || evidence.isManyObjects)
    return null;
  const isChanged = [...before, ...after, ...unlinked].some((act) => act.isChanged);
  if (!isWalkChanged && !isChanged && !evidence.movesUses) return null;
  const given = consumers.map((name) => `${name}()`).join(", ");
  return {
    ...aloneWith(evidence),
    id: "alone",
    title: evidence.subject.focus,
    environment:
      consumers.length > 0
        ? `${given} frees what it is given`
        : before.some((act) => act.kind === "put")
          ? "the reference that is put here may be the last one"
          : "nothing else runs",
    objects: walks.length > 0 ? 2 : 1,
    consumers,
  };
};

/** In the body of a walk that became a `_safe` one: those that are given the entry and that custom calls its end. */
function consumersOf(evidence: Evidence): string[] {
  const isSafeNow = evidence.own("after", "walk").some((act) => act.isChanged && act.callee.includes("_safe"));
  if (!isSafeNow) return [];
  return evidence.a.filter((act) => isGiven(act, evidence) && ENDS.test(act.callee)).map((act) => act.callee);
}

const ENDS = /free|destroy|release|remove|delete|_del|unregister|kill/;

/** A work item or timer of it may be pending when it is freed. */
export const pending: Propose = (evidence) => {
  const cancelled = evidence.own("after", "cancel").find((act) => act.isChanged && act.member !== null);
  const ends = evidence.own("after", "free", "put", "freeLater");
  if (cancelled === undefined || cancelled.member === null || ends.length === 0) return null;
  const { member, callee } = cancelled;
  const [param, inner, prologue] = armed(member, callee);
  return {
    ...aloneWith(evidence),
    id: "pending",
    title: `${evidence.subject.focus} ∥ ${member}`,
    environment: `${member} was armed before and its function uses the object, whose last reference goes here`,
    harness: `void lastput_fires(${param})
{
	T *x = container_of(item, T, ${inner});

	x->${MEMORY};
}
`,
    prologue,
  };
};
