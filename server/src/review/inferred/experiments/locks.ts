/** What a lock forbids, and what needs one. */
import type { Expr } from "../../../c/syntax";
import type { Act } from "../acts";
import { heldAt, heldAtStart } from "../evidence";
import { aloneWith, type Propose } from "./experiment";

/** Something that may sleep is called where that is forbidden. */
export const atomic: Propose = (evidence) => {
  const { a, b } = evidence;
  const sleepers = evidence.saysFix && evidence.story.isSleep ? droppedAround(a) : [];
  const locks = ["lock", "unlock", "rcuLock", "rcuUnlock"] as const;
  const isGuarded = [...b, ...a].some((act) => locks.some((kind) => kind === act.kind));
  // An allocator without flags is another one, of which nothing is known.
  const flags = [a, b].every((acts) => acts.some(changesGfp));
  if (!isGuarded || (sleepers.length === 0 && !flags && !evidence.changes(...locks, "sleep", "synchronize", "cancel")))
    return null;
  return {
    ...aloneWith(evidence),
    id: "atomic",
    title: `${evidence.subject.focus}, whether it may sleep`,
    environment:
      sleepers.length > 0
        ? `${sleepers.map((name) => `${name}()`).join(", ")} may sleep, for the patch drops a lock around it`
        : "what is documented to sleep does so",
    codes: ["lock.sleep-in-atomic"],
    sleepers,
  };
};

function changesGfp({ isChanged, node }: Act): boolean {
  return isChanged && node?.kind === "call" && node.args.some(isGfp);
}

function isGfp(arg: Expr): boolean {
  if (arg.kind === "binary") return isGfp(arg.left) || isGfp(arg.right);
  return arg.kind === "name" && arg.name.startsWith("GFP_");
}

/** Calls between an unlock and a lock that the patch adds around them. */
function droppedAround(after: readonly Act[]): string[] {
  const names: string[] = [];
  for (const [index, act] of after.entries()) {
    const opens = act.kind === "rcuUnlock" ? "rcuLock" : act.kind === "unlock" ? "lock" : null;
    if (!act.isChanged || opens === null) continue;
    const rest = after.slice(index + 1);
    const again = rest.findIndex((other) => other.isChanged && other.kind === opens && other.lock === act.lock);
    const between = again < 0 ? [] : rest.slice(0, again);
    names.push(...between.filter((other) => !other.isChanged && other.node?.kind === "call").map((o) => o.callee));
  }
  return [...new Set(names)];
}

/** A list is changed without the lock that the patch now takes for it. */
export const unlocked: Propose = (evidence) => {
  const opened = evidence.a.find((act) => act.isChanged && act.kind === "lock" && act.lock !== null);
  const lock = opened?.lock ?? null;
  if (lock === null || !evidence.saysFix || heldAtStart(evidence.b).has(lock)) return null;
  if (evidence.b.some((act) => act.kind === "assert")) return null;
  const now = evidence
    .own("after", "del", "add")
    .find((act) => act.member !== null && heldAt(evidence.a, act).has(lock));
  const had = evidence.own("before", "del", "add").find((act) => heldAt(evidence.b, act).size === 0);
  if (now === undefined || had === undefined) return null;
  // Callers that held it so far may be part of the patch.
  if (evidence.all("before", "lock").some((act) => act.isChanged && act.lock === lock)) return null;
  return {
    ...aloneWith(evidence),
    id: "unlocked",
    title: `${evidence.subject.focus}, and who else changes the list`,
    environment: `the list is changed under ${lock}, as the patch has it`,
    codes: ["list.unlocked-change"],
    protection: lock,
  };
};

/** A lock is still held on a way out, or taken again by who has it. */
export const imbalance: Propose = (evidence) => {
  const { a, b } = evidence;
  const added = a.find((act) => act.isChanged && (act.kind === "unlock" || act.kind === "rcuUnlock"));
  if (added === undefined) return null;
  const opens = added.kind === "unlock" ? "lock" : "rcuLock";
  const count = (acts: readonly Act[], kind: Act["kind"]): number =>
    acts.filter((act) => act.kind === kind && act.lock === added.lock).length;
  if (count(b, opens) === 0 || count(a, opens) !== count(b, opens)) return null;
  // Another kind of lock, or one that comes from elsewhere, has other rules who gives it back.
  if ([...a, ...b].some((act) => act.kind === opens && act.lock === added.lock && act.isChanged)) return null;
  if (count(a, added.kind) <= count(b, added.kind)) return null;
  return {
    ...aloneWith(evidence),
    id: "imbalance",
    title: `${evidence.subject.focus}, on all its ways out`,
    environment: "every condition may go either way",
    codes: ["lock.imbalance", "lock.deadlock"],
  };
};
