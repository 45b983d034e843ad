/** What the message of a patch says of itself. */
import type { Document, Patch } from "../../text/document";

/**
 * A diff that adds a cancel, a get or a lock looks the same whether it mends something or prepares for it: which it is, its
 * message says. Nothing here is a finding; it only tells which surroundings are worth trying.
 */
export interface Story {
  /** It says that something was wrong: it is no mere conversion or clean-up. */
  readonly isFix: boolean;
  /** Something was used after its end, or crashed. */
  readonly isLife: boolean;
  readonly isLeak: boolean;
  /** A reference was put too often. */
  readonly isPutTooOften: boolean;
  /** It speaks of references. */
  readonly isReference: boolean;
  /** A lock or RCU section was not there. */
  readonly isUnprotected: boolean;
  /** RCU itself complained: its own word for what is dereferenced outside of a read-side section. */
  readonly isRcuSplat: boolean;
  /** Something slept where that is forbidden, or a lock went round it. */
  readonly isSleep: boolean;
  /** Work that a queue did not wait for. */
  readonly isQueue: boolean;
  readonly isDeadlock: boolean;
  /** It shows that somebody saw it happen. */
  readonly hasTrace: boolean;
}

export function storyOf(patch: Patch, { text, patches }: Document): Story {
  const end = patch.files[0]?.span.start ?? patch.span.end;
  // The message stands before the diff, and behind the patch before it in the same document.
  const start = Math.max(0, ...patches.filter((other) => other.span.end <= end).map((other) => other.span.end));
  const message = `${patch.subject ?? ""}\n${bodyOf(text.slice(Math.min(start, end), end))}`;
  const says = (words: RegExp): boolean => words.test(message);
  return {
    isFix: /^\s*Fixes:/m.test(message) || says(WRONG),
    isLife: says(LIFE),
    isLeak: says(LEAK),
    isPutTooOften: says(PUT_TOO_OFTEN),
    isReference: says(REFERENCE),
    isUnprotected: says(UNPROTECTED),
    isRcuSplat: says(RCU_SPLAT),
    isSleep: says(SLEEP),
    isQueue: says(QUEUE),
    isDeadlock: says(DEADLOCK),
    hasTrace: says(TRACE),
  };
}

/** Without what the mail says to machines, if it is a mail: names of lists and hosts are no words. */
function bodyOf(text: string): string {
  const blank = text.search(/\r?\n\r?\n/);
  return /^(Subject|From|Message-I[dD]): /m.test(blank < 0 ? "" : text.slice(0, blank)) ? text.slice(blank) : text;
}

const WRONG =
  /\b(fix(es|ed)?|use[- ]after[- ]free|uaf|race[sd]?|racy|leak(s|ed)?|deadlock|double[- ]free|invalid context|oops|crash(es)?|panic|corrupt(s|ed|ion)?|kasan|kcsan|syzbot|bug)\b/i;

const LIFE =
  /\b(use[- ]after[- ]free|uaf|slab-uaf|slab-use|kasan|dangling|stale pointer|freed|oops|crash(es|ed)?|panic|general protection|null[- ]p(ointe|t)r|invalid (memory )?access)\b|\b(after|before|while|when) \S+( \S+){0,5} (is|are|was|were|has been|have been|gets?|being) (already )?(freed|released|destroyed|removed|gone|torn down|deallocated|unregistered)\b/i;
const LEAK =
  /\bleak(s|ed|ing|age)?\b|\bnever (be )?(freed|released|put|dropped|closed)\b|\bnot (be )?(freed|released|put|dropped)\b|\b(missing|forg(ot|ets?)|fail(s|ed)? to|lacks?|without) \S*(put|drop|releas|free|decrement)/i;
const PUT_TOO_OFTEN =
  /\bdouble[- ](free|put)\b|\bunder ?flow|\bput twice\b|\btwice\b|\bextra (put|reference)|\btoo (many|often)\b|\bimbalance|\bunbalanced\b|\brefcount_t:/i;
const UNPROTECTED =
  /\bwithout \S*( \S+){0,4} ?(lock|locked|locking|rcu|rcu_read_lock|protection)\b|\bnot (being )?(held|hold|holding|protected|taken|locked)\b|\bunprotected\b|\bunlocked\b|\blockdep\b|\bsuspicious RCU\b|\bmissing (lock|rcu|protection)|\brace[sd]?\b|\bracing\b|\bracy\b|\bconcurren|\bmust (be held|hold)\b|\bshould (be held|hold)\b/i;
const REFERENCE = /\breference(s|d)?\b|\bref ?count(s|ed|ing)?\b|\brefs?\b/i;
const RCU_SPLAT = /\bsuspicious RCU|\bsuspicious rcu_dereference|\bwithout \S*( \S+){0,3} ?rcu_read_lock\b/i;
const SLEEP =
  /\b(sleep(s|ing)?|atomic context|invalid context|might_sleep|scheduling while atomic|mutex(es)?|blocks?|blocking)\b/i;
const QUEUE = /\bdrain|\bchained\b|\bdestroy_workqueue\b|\bflush(ed|es|ing)?\b.*\b(work ?queue|wq)\b/i;
const DEADLOCK = /\bdead ?lock|\bcircular\b|\bhung task|\bhangs?\b|\block inversion|\bABBA\b/i;
const TRACE =
  /\bBUG: |\bKASAN: |\bKCSAN: |\bCall Trace:|\bWARNING: |\brefcount_t: |\bgeneral protection fault|\bOops\b|\bsyzbot\b|\bsyzkaller\b/;
