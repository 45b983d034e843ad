/** Whose reference keeps the object for as long as it is needed. */
import type { Act } from "../acts";
import { RCU, heldAt, type Evidence } from "../evidence";
import { HELD, MEMORY, OBJECT, PASSED } from "../plan";
import { aloneWith, armed, countingOf, isGiven, wayOf, type Experiment, type Propose } from "./experiment";

/** It takes a reference for later, and what it does later it did without one. */
export const held: Propose = (evidence) => {
  const { story, subject } = evidence;
  const taken = evidence.own("after", "get", "tryget").find((act) => act.isChanged);
  if (taken === undefined || !story.isFix || !(story.isLife || story.isReference)) return null;
  if (evidence.own("before", "get", "tryget").length > 0) return null;
  // What gives a reference that it was given before, by another name, takes none.
  if (evidence.own("before", "put").length > evidence.own("after", "put").length) return null;
  const item = evidence.own("after", "arm").find((act) => act.member !== null && act.place.start > taken.place.start);
  const puts = evidence.own("after", "put").some((act) => act.isChanged);
  return {
    ...holder(evidence, taken, item, puts),
    way: wayOf(evidence, "after", taken),
    title: `${subject.focus} ∥ last put`,
  };
};

function holder(
  evidence: Evidence,
  taken: Act,
  item: Act | undefined,
  puts: boolean,
): Omit<Experiment, "way" | "title"> {
  const [param, inner, init] = armed(item?.member ?? "", item?.callee ?? "", false);
  const isRcu = heldAt(evidence.a, taken).has(RCU);
  const fires = `void lastput_fires(${param})
{
	T *x = container_of(item, T, ${inner});

	x->${MEMORY};
}
`;
  return {
    ...aloneWith(evidence),
    id: "held",
    trustsMessage: true,
    environment: `what keeps the object until ${taken.callee}() does not keep it any longer${item === undefined ? "" : `, and ${item.member ?? ""} uses it`}${puts || item !== undefined ? "" : "; it is used behind the lines that are shown"}`,
    harness: `${item === undefined ? "" : fires}void lastput_last_put(T *x)
{
	if (${PASSED}) {
		if (${countingOf(evidence).drop}) {
			${isRcu ? "synchronize_rcu();" : ""}
			kfree(x);
		}
	}
}
void lastput_later(T *x)
{
	if (${PASSED})
		x->${MEMORY};
}
`,
    others: [{ entry: "lastput_last_put", name: "CPU 1: last put" }],
    prologue: item === undefined ? "" : init,
    atWay: `${PASSED} = 1`,
    atExit: puts || item !== undefined ? null : `lastput_later(${OBJECT})`,
    endsHidden: !puts && item === undefined,
  };
}

/** It put a reference that somebody else puts as well. */
export const overput: Propose = (evidence) => {
  const { story, subject } = evidence;
  const gone = removedPut(evidence);
  if (gone === null || !story.isFix || !(story.isPutTooOften || story.isLife)) return null;
  if (isOnAllCalls(evidence, gone) || isTakenHere(evidence)) return null;
  return {
    ...aloneWith(evidence),
    id: "overput",
    trustsMessage: true,
    title: subject.focus,
    environment: `the reference of ${subject.variable} is put by whoever it belongs to, behind the lines that are shown`,
    harness: `void lastput_owner_puts(T *x)
{
	if (${PASSED}) {
		if (${countingOf(evidence).drop})
			kfree(x);
	}
}
`,
    way: wayOf(evidence, "before", gone),
    atWay: `${PASSED} = 1`,
    atExit: `lastput_owner_puts(${OBJECT})`,
    endsHidden: true,
  };
};

/**
 * A put is taken away that stood on all calls, and what was put was used behind it: that would have gone wrong each time,
 * unless the function held a reference of its own. Then that one is left now.
 */
export const forgotten: Propose = (evidence) => {
  const { story, subject } = evidence;
  const gone = removedPut(evidence);
  if (gone === null) return null;
  if (story.hasTrace || !isOnAllCalls(evidence, gone)) return null;
  return {
    ...aloneWith(evidence),
    id: "forgotten",
    title: subject.focus,
    environment: `${subject.focus}() holds a reference of its own, for else ${gone.callee}() freed ${subject.variable} under it on each call`,
    codes: ["lifetime.leak"],
    prologue: `${HELD} = 1;`,
    countsHeld: true,
    way: wayOf(evidence, "before", gone),
    atWay: `${PASSED} = 1`,
    atExit: `lastput_assert(!${PASSED} || !${HELD}, "lifetime.leak", "${subject.variable} is left here, and nobody puts the reference that was put before")`,
    endsHidden: true,
    blames: "after",
  };
};

/** The one put that the focus loses, if nothing else takes over what it did. */
function removedPut(evidence: Evidence): Act | null {
  const removed = evidence.own("before", "put").filter((act) => act.isChanged);
  const [gone] = removed;
  if (gone === undefined || removed.length > 1) return null;
  if (evidence.own("after", "put", "free", "freeLater").some((act) => act.isChanged)) return null;
  const others = [...evidence.everywhere("get", "tryget"), ...evidence.all("after", "put", "free", "freeLater")];
  if (others.some((act) => act.isChanged)) return null;
  // Whoever is given it now may put it.
  return evidence.a.some((act) => act.isChanged && isGiven(act, evidence)) ? null : gone;
}

/** Whether the function is shown to take a reference, or to be given one by what is called so. */
function isTakenHere(evidence: Evidence): boolean {
  if (evidence.own("before", "get", "tryget").length > 0) return true;
  return evidence.own("before", "load").some(({ callee }) => /(^|_)(get|hold)(_|$)/.test(callee));
}

/** Under no condition that is shown, with a use behind it. */
function isOnAllCalls(evidence: Evidence, put: Act): boolean {
  const body = evidence.both.before.functions.get(evidence.subject.focus)?.body;
  if (body?.kind !== "block") return false;
  const at = body.body.findIndex(({ place }) => place.start <= put.place.start && put.place.start < place.end);
  if (body.body[at]?.kind !== "expr") return false;
  if (body.body.slice(0, at).some((each) => each.kind === "label")) return false;
  return evidence.b.some((act) => act.place.start > put.place.start && evidence.gives(act));
}

/** What an unless-zero get says is not looked at. */
export const ignored: Propose = (evidence) => {
  const { subject } = evidence;
  const taken = evidence.own("after", "tryget").find((act) => act.isChanged && STRICT.test(act.callee));
  if (taken === undefined || !evidence.isIgnored("after", taken)) return null;
  if (evidence.own("before", "tryget").some((act) => evidence.isIgnored("before", act))) return null;
  return {
    ...aloneWith(evidence),
    id: "ignored",
    title: subject.focus,
    environment: `the count of ${subject.variable} may be 0, for which ${taken.callee}() is made`,
    codes: ["refcount.add-on-zero"],
    count: { ...aloneWith(evidence).count, initial: 0 },
    standIns: new Map([
      [
        taken.callee,
        `lastput_assert(lastput_tryget(${OBJECT}), "refcount.add-on-zero", "${subject.variable} is used as if a reference had been taken: ${taken.callee}() takes none of a count of 0, and nobody looks")`,
      ],
    ]),
    blames: "after",
  };
};

const STRICT = /_unless_zero$|_not_zero$/;
