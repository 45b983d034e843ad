/** What has to be done with the object before the function is left, on each way out on which the patch does it. */
import type { Act } from "../acts";
import type { Evidence } from "../evidence";
import { HELD, LINK, listVariable, MEMORY, OBJECT } from "../plan";
import { aloneWith, isGiven, type Propose } from "./experiment";

/** A reference, or an object that was made here, is forgotten on a way out. */
export const leak: Propose = (evidence) => {
  const kinds = ["put", "free"] as const;
  const before = evidence.own("before", ...kinds);
  const after = evidence.own("after", ...kinds);
  const added = after.filter((act) => act.isChanged);
  if (added.length === 0 || after.length <= before.length) return null;
  // Who was given it before may have taken it over.
  if (evidence.b.some((act) => act.isChanged && act.kind === "call" && isGiven(act, evidence))) return null;
  const loads = [...evidence.own("after", "load"), ...evidence.own("before", "load")].filter(
    (act) => act.callee !== "" && !evidence.lends(act.callee),
  );
  // With another way to come by it, or with a count that it did not have, comes another duty to give it back.
  if (loads.some((act) => act.isChanged || evidence.isShown(act.callee)) || bringsCount(evidence, added)) return null;
  const acquired = loads.length > 0;
  if (!acquired && before.length === 0) return null;
  return {
    ...aloneWith(evidence),
    id: "leak",
    title: `${evidence.subject.focus}, on all its ways out`,
    environment: acquired
      ? "what the function is given it has to give back, on each way out on which the patch does so"
      : "it holds a reference, as it puts one elsewhere",
    codes: ["lifetime.leak"],
    prologue: acquired ? "" : `${HELD} = 1;`,
    countsHeld: true,
    atExit: `lastput_assert(!${HELD}, "lifetime.leak", "${evidence.subject.variable} is left here, and nobody will put or free it")`,
  };
};

/** Whether what the added puts count is counted nowhere before the patch, as far as it is shown. */
function bringsCount(evidence: Evidence, added: readonly Act[]): boolean {
  const members = added.flatMap((act) => (act.kind === "put" ? (act.member ?? []) : []));
  const counted = evidence.all("before", "get", "tryget", "put").map((act) => act.member);
  return members.length > 0 && members.every((member) => !counted.includes(member));
}

/** It is freed, and the list still leads to it. */
export const listed: Propose = (evidence) => {
  const removed = evidence.own("after", "del").find((act) => act.isChanged && act.member !== null);
  const freed = evidence.own("before", "free", "put", "freeLater");
  if (removed === undefined || removed.member === null || freed.length === 0) return null;
  if (evidence.own("before", "del").length > 0) return null;
  // What is only known by its name may take it off the list as well.
  if (freed.some((act) => evidence.isByCustom(act.callee))) return null;
  const { member } = removed;
  return {
    ...aloneWith(evidence),
    id: "listed",
    title: `${evidence.subject.focus}, and then a walk`,
    environment: "the list is walked when the function has ended",
    harness: `void lastput_walk(void)
{
	T *x = lastput_list_first(&${listVariable(member)}, ${member});

	if (x)
		x->${MEMORY};
}
`,
    atExit: "lastput_walk()",
  };
};

/** Something else is taken off a list than what has to go. */
export const unlinked: Propose = (evidence) => {
  const removed = evidence.own("after", "del").find((act) => act.isChanged && act.member !== null);
  if (removed === undefined || evidence.own("before", "del").length > 0) return null;
  // An entry under another name may be the same one; a list_head as such is not.
  const other = evidence.b.some((act) => act.kind === "del" && act.isChanged && act.object === null);
  if (!other) return null;
  const link = removed.member ?? LINK;
  return {
    ...aloneWith(evidence),
    id: "unlinked",
    title: evidence.subject.focus,
    environment: "the object is on its list when the function begins, and has to be off it when it ends",
    codes: ["assert.expectation-fails"],
    atExit: `lastput_assert(!lastput_on_list(&${OBJECT}->${link}), "assert.expectation-fails", "${evidence.subject.variable} is still on its list: something else was taken off")`,
  };
};
