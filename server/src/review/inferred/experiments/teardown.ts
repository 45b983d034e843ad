/** What still runs, or may, when the object goes: the lines that are shown take an end that stands behind them as given. */
import type { Act } from "../acts";
import type { Evidence } from "../evidence";
import { LINK, listVariable, MEMORY, OBJECT } from "../plan";
import { NOBODY } from "../subject";
import { ANYWHERE } from "../way";
import { aloneWith, armed, GONE, goneBehind, wayOf, type Experiment, type Propose } from "./experiment";

/** A work item or timer of it is waited for, and who frees the object stands behind the lines that are shown. */
export const teardown: Propose = (evidence) => {
  const { subject, story } = evidence;
  const stopped = evidence.own("after", "cancel").find((act) => act.isChanged && act.member !== null && waits(act));
  if (stopped === undefined || stopped.member === null || !story.isLife) return null;
  if (evidence.own("after", "free", "put", "freeLater").length > 0) return null;
  const { member } = stopped;
  const ofMember = (act: Act): boolean => act.member === member;
  const count = (side: "before" | "after"): number =>
    evidence.all(side, "cancel").filter((act) => ofMember(act) && waits(act)).length;
  if (count("after") <= count("before")) return null;
  // A new item needs its cancel from the start.
  if (evidence.all("after", "init").some((act) => act.isChanged && ofMember(act))) return null;
  const [param, inner, prologue] = armed(member, stopped.callee);
  return {
    ...aloneWith(evidence),
    ...goneBehind(wayOf(evidence, "after", stopped)),
    id: "teardown",
    trustsMessage: true,
    title: `${subject.focus} ∥ ${member}`,
    environment: `${member} may be pending or running, and what its function uses goes behind the lines that are shown`,
    harness: `void lastput_fires(${param})
{
	T *x = container_of(item, T, ${inner});

	x->${MEMORY};
}
${GONE}`,
    prologue,
  };
};

/** It returns when the function has run or will not run any more. */
function waits({ callee }: Act): boolean {
  return /_sync$|^flush_|^tasklet_kill$|^hrtimer_cancel$/.test(callee);
}

/** Something that waits for work by its name is called, or called on all ways. */
export const waited: Propose = (evidence) => {
  const { story, subject } = evidence;
  if (!story.isLife || subject.variable !== NOBODY) return null;
  const called = evidence.a.find((act) => act.isChanged && isWait(act) && isNew(evidence, act));
  if (called === undefined) return null;
  const { callee } = called;
  const isFlush = FLUSHES.test(callee) || callee === "rcu_barrier";
  const item = `${OBJECT}->${ITEM}`;
  return {
    ...aloneWith(evidence),
    ...goneBehind(wayOf(evidence, "after", called)),
    id: "waited",
    trustsMessage: true,
    title: `${subject.focus} ∥ what ${callee}() waits for`,
    environment: `what ${callee}() waits for may be pending or running, and what it uses goes behind the lines that are shown`,
    harness: `void lastput_fires(struct work_struct *item)
{
	T *x = container_of(item, T, ${ITEM});

	x->${MEMORY};
}
${GONE}`,
    prologue: `INIT_WORK(&${item}, lastput_fires); schedule_work(&${item});`,
    ownMembers: [[ITEM, "struct work_struct"]],
    standIns: new Map([[callee, `${isFlush ? "flush_work" : "cancel_work_sync"}(&${item})`]]),
  };
};

const ITEM = "lastput_item";

function isWait(act: Act): boolean {
  const { kind, callee, object } = act;
  if (kind === "call") return FLUSHES.test(callee) || CANCELS.test(callee);
  // Of an item of something that has no name here nothing else is known either.
  return (kind === "cancel" && object === null && waits(act)) || callee === "rcu_barrier";
}

const FLUSHES = /(^|_)(flush|drain|quiesce)(_|$)|^destroy_workqueue$|(^|_)wait_(for|until)_/;
const CANCELS = /(^|_)(cancel|clear_timer|del_timer|stop_timer|kill)(_|$)|_cancel(led)?$|_stop$/;

/** More is waited for than before, whatever it is called, or the same under fewer conditions. */
function isNew({ both, b }: Evidence, { callee }: Act): boolean {
  // What it does stands in the patch, and is run as such.
  if (both.after.functions.has(callee)) return false;
  const all = (side: "before" | "after"): Act[] =>
    [...both[side].acts.values()].flat().filter((act) => isWait(act) || (act.kind === "cancel" && waits(act)));
  const of = (acts: readonly Act[]): Act[] => acts.filter((act) => act.callee === callee);
  const [before, after] = [all("before"), all("after")];
  if (of(after).length > of(before).length) return after.length > before.length;
  // The same line further to the left.
  return of(after).length === of(before).length && of(b).filter((act) => act.isChanged).length === 1;
}

/** It waits for a grace period, and who frees what was unlinked stands behind the lines that are shown. */
export const grace: Propose = (evidence) => {
  const { story, subject } = evidence;
  if (subject.variable !== NOBODY || !story.isLife) return null;
  const waited_ = evidence.a.find(
    (act) => act.isChanged && act.kind === "synchronize" && act.callee.startsWith("synchronize_"),
  );
  if (waited_ === undefined) return null;
  const count = (side: "before" | "after"): number => evidence.all(side, "synchronize").length;
  if (count("after") <= count("before")) return null;
  return { ...afterGrace(evidence), ...goneBehind(wayOf(evidence, "after", waited_)) };
};

function afterGrace(evidence: Evidence): Experiment {
  return {
    ...aloneWith(evidence),
    id: "grace",
    trustsMessage: true,
    title: `${evidence.subject.focus} ∥ RCU reader`,
    environment: "an RCU reader may have found what was unlinked before the lines that are shown and goes behind them",
    harness: `void lastput_reader(void)
{
	T *x;

	rcu_read_lock();
	x = lastput_list_first_rcu(&${listVariable(LINK)}, ${LINK});
	if (x)
		x->${MEMORY};
	rcu_read_unlock();
}
${GONE}`,
    others: [{ entry: "lastput_reader", name: "CPU 1: RCU reader" }],
    prologue: `list_del_rcu(&${OBJECT}->${LINK});`,
  };
}

/** The owner waits for one queue and frees the object, whose item was put on another. */
export const queued: Propose = (evidence) => {
  const { story, subject } = evidence;
  if (!story.isQueue && !story.isLife) return null;
  const now = evidence.own("after", "arm").find((act) => act.isChanged && isOwnQueue(act) && act.member !== null);
  if (now === undefined || now.member === null) return null;
  const before = evidence
    .own("before", "arm")
    .find((act) => act.isChanged && act.member === now.member && !isOwnQueue(act));
  if (before === undefined) return null;
  const queue = now.node?.kind === "call" ? now.node.args[0] : undefined;
  const { member } = now;
  const [param, inner] = armed(member, now.callee);
  const name = queue?.kind === "member" ? queue.field : queue?.kind === "name" ? queue.name : "its queue";
  const delayed = now.callee.includes("delayed");
  return {
    ...aloneWith(evidence),
    id: "queued",
    trustsMessage: true,
    title: `${subject.focus}, and then the end of ${name}`,
    environment: `who takes the object down waits for ${name} and for no other queue`,
    harness: `void lastput_fires(${param})
{
	T *x = container_of(item, T, ${inner});

	x->${MEMORY};
}
void lastput_gone(T *x)
{
	if (lastput_passed) {
		${delayed ? "flush_delayed_work" : "flush_work"}(&x->${member});
	}
	kfree(x);
}
`,
    prologue: `${delayed ? "INIT_DELAYED_WORK" : "INIT_WORK"}(&${OBJECT}->${member}, lastput_fires);`,
    way: ANYWHERE,
    atWay: "lastput_passed = 0",
    atExit: `lastput_gone(${OBJECT})`,
    endsHidden: true,
    standIns: new Map([
      [
        now.callee,
        `(lastput_passed = 1, ${delayed ? "schedule_delayed_work" : "schedule_work"}(&${OBJECT}->${member}${delayed ? ", 1" : ""}))`,
      ],
    ]),
  };
};

function isOwnQueue({ callee }: Act): boolean {
  return /^(queue|mod)_/.test(callee);
}
