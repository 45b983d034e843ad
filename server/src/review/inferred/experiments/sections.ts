/** What is called in a section that the patch opens needs it: what is called there finds what others take away. */
import type { Act } from "../acts";
import { heldAt, heldAtStart, RCU, type Evidence } from "../evidence";
import { LINK, listVariable, lockVariable, MEMORY, READING } from "../plan";
import { NOBODY } from "../subject";
import { aloneWith, type Experiment, type Propose } from "./experiment";

/** Functions are called in a section that the patch opens around them. */
export const guarded: Propose = (evidence) => {
  const { story, subject } = evidence;
  if (subject.variable !== NOBODY || !story.isFix || !(story.isUnprotected || story.isLife)) return null;
  const section = newSection(evidence);
  if (section === null) return null;
  const { name, callees } = section;
  const told = callees.map((callee) => `${callee}()`).join(", ");
  return name === RCU || story.isLife
    ? story.isRcuSplat || !story.isLife
      ? asserted(evidence, callees, told)
      : found(evidence, name, callees, told)
    : asserted(evidence, callees, told, name);
};

interface Section {
  /** `RCU`, or what the lock is called. */
  readonly name: string;
  readonly callees: readonly string[];
}

function newSection({ a, b, both }: Evidence): Section | null {
  const isOpening = ({ kind }: Act): boolean => kind === "rcuLock" || kind === "lock";
  if (b.some((act) => act.kind === "assert")) return null;
  for (const [index, opened] of a.entries()) {
    const name = nameOf(opened);
    if (!opened.isChanged || !isOpening(opened) || name === null) continue;
    // It was there before, further up or down, or callers that held it so far may be part of the patch.
    const had = [...both.before.acts.values()]
      .flat()
      .some((act) => isOpening(act) && act.isChanged && nameOf(act) === name);
    if (had || heldAtStart(b).has(name)) continue;
    const rest = a.slice(index + 1);
    const end = rest.findIndex((act) => isClosing(act) && nameOf(act) === name);
    const inside = end < 0 ? rest : rest.slice(0, end);
    const called = inside.filter((act) => act.kind === "call" && act.node?.kind === "call").map((act) => act.callee);
    const callees = [...new Set(called)].filter((callee) => {
      const before = b.filter((act) => act.callee === callee);
      return before.length > 0 && before.every((act) => !heldAt(b, act).has(name));
    });
    if (callees.length > 0) return { name, callees };
  }
  return null;
}

function isClosing({ kind }: Act): boolean {
  return kind === "rcuUnlock" || kind === "unlock";
}

function nameOf({ kind, lock }: Act): string | null {
  return kind.startsWith("rcu") ? RCU : lock;
}

function asserted(evidence: Evidence, callees: readonly string[], told: string, lock?: string): Experiment {
  const words = lock ?? "an RCU read-side section";
  const held =
    lock === undefined
      ? `lastput_assert(${READING}, "lock.not-held", "called outside of an RCU read-side section")`
      : `lockdep_assert_held(&${lockVariable(lock)})`;
  const sections =
    lock === undefined ? [...evidence.a, ...evidence.b].filter(({ kind }) => kind.startsWith("rcu")) : [];
  return {
    ...aloneWith(evidence),
    id: "guarded",
    trustsMessage: true,
    title: `${evidence.subject.focus}, and what it has to hold`,
    environment: `${told} may only be called in ${words}, as the patch has it`,
    codes: ["lock.not-held"],
    isLast: true,
    guards: new Map([
      ...callees.map((callee) => [callee, held] as const),
      ...sections.map(({ callee, kind }) => [callee, `${READING} = ${Number(kind === "rcuLock")}`] as const),
    ]),
    ownNumbers: lock === undefined ? [READING] : [],
  };
}

function found(evidence: Evidence, name: string, callees: readonly string[], told: string): Experiment {
  const isRcu = name === RCU;
  const list = listVariable(LINK);
  return {
    ...aloneWith(evidence),
    id: "guarded",
    trustsMessage: true,
    title: `${evidence.subject.focus} ∥ removal`,
    environment: `${told} uses what another CPU unlinks${isRcu ? " and frees after a grace period" : ` and frees under ${name}`}`,
    harness: `void lastput_uses(void)
{
	T *x = lastput_list_first_rcu(&${list}, ${LINK});

	if (x)
		x->${MEMORY};
}
void lastput_removal(T *x)
{
	${isRcu ? "" : `LOCK(${name});`}
	list_del_rcu(&x->${LINK});
	${isRcu ? "synchronize_rcu();" : ""}
	kfree(x);
	${isRcu ? "" : `UNLOCK(${name});`}
}
`,
    isLast: true,
    others: [{ entry: "lastput_removal", name: "CPU 1: removal" }],
    guards: new Map(callees.map((callee) => [callee, "lastput_uses()"])),
  };
}
