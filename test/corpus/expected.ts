/** What history's prose asks of a review. */
import type { Entry } from "./index-file";

/**
 * `buggy`: something is wrong after it. `fix`: something was wrong before it, and nothing after. `fine`: nothing is wrong that
 * it brought in. `talk`: others' words on a patch; what code it shows is not judged.
 */
export type Kind = "buggy" | "fix" | "fine" | "talk";

export interface Known {
  readonly kind?: Kind;
  /** One of these functions has the line that is wrong; with a fix, that was. */
  readonly functions?: readonly string[];
  /** Any of these codes tells it. */
  readonly codes?: readonly string[];
  /**
   * The lines that may be marked, from 1 and each with its end, as a reviewer would who knows the flaw. `before` stands for a
   * patch earlier in the series, whose lines the flaw is on. Without them a line that the patch changes is right, or one
   * beside it: what a fix puts a lock around stands between the lines that it adds.
   */
  readonly lines?: readonly (readonly [number, number] | "before")[];
  /** A flaw that was there before and was found later: which codes tell that, and which mail has the proof. */
  readonly also?: readonly { readonly codes: readonly string[]; readonly why: string }[];
  /** Why it is expected so, from the rules and not from what a run said. */
  readonly why: string;
}

export interface Expected {
  readonly kind: Kind;
  /** Empty: any that the patch changes. */
  readonly functions: readonly string[];
  /** Empty: any. */
  readonly codes: readonly string[];
  /** Null: what the patch changes. */
  readonly lines: Known["lines"] | null;
  readonly also: readonly string[];
}

export function expectedOf(entry: Entry, known: Known | undefined): Expected {
  const kind = known?.kind ?? kindOf(entry);
  const prose = `${entry.bug} ${entry.changes}`;
  return {
    kind,
    functions: known?.functions ?? [...prose.matchAll(/\b([a-z_]\w*_\w+)\(\)/g)].map((match) => match[1] ?? ""),
    codes: known?.codes ?? codesIn(entry.bug),
    lines: known?.lines ?? null,
    also: known?.also?.flatMap(({ codes }) => codes) ?? [],
  };
}

export function kindOf({ verdict, bug, subject, changes }: Entry): Kind {
  const hasBug = bug !== "" && !/^(none|see|no bug|n\/a|-)\b/i.test(bug);
  if (/^(ground truth|discussion|review\b)/i.test(verdict)) return "talk";
  const isReply = /^re:/i.test(subject);
  if (isReply && (verdict === "" || /^(rule source|.*\bagree)/i.test(verdict)) && !hasBug) return "talk";
  if (/^re:/i.test(subject) && /^(review|discussion|agrees|explains)\b/i.test(changes) && !hasBug) return "talk";
  if (/\bNACK|\bbug(gy)?\b|^wrong|\bwithdrawn|\bpartly wrong/i.test(verdict) && !/^fix\b/i.test(verdict))
    return "buggy";
  if (/^(v\d+ of )?(a )?fix\b|\bfix merged\b|\bfixes [0-9a-f]{7,}/i.test(verdict)) return "fix";
  if (/^(merged|applied|adopted)\b.*\b(fine|so|ok)\b|^shape that was merged|^adopted|^merged$/i.test(verdict))
    return "fine";
  return hasBug ? "buggy" : "fine";
}

/** Several ways lead to the same flaw: a count that goes wrong is told as that or as what it comes to. */
const WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/use.after.free|\bUAF\b|dangling/i, ["lifetime.*", "refcount.*", "list.*", "zap.*"]],
  [/underflow|double put|twice|puts? .*(never|not) (got|gifted)|imbalance/i, ["refcount.*", "lifetime.*"]],
  [/leak|never freed|nobody (puts|drops)/i, ["lifetime.leak", "lifetime.use-after-free", "assert.*", "refcount.*"]],
  [/list corruption|wrong list|list walk/i, ["list.*", "lifetime.*", "work.*"]],
  [/re-?queue|INIT_WORK|pending/i, ["work.*"]],
  [/skip|miss|not zapped|still maps|incomplete|as_id/i, ["zap.*", "lifetime.*", "assert.*"]],
  [/deadlock/i, ["lock.*"]],
  [/sleep|atomic context|without (holding )?.*lock|unlocked|RCU/i, ["lock.*", "list.*", "lifetime.*"]],
  [/bit-?field|compile/i, ["c.*"]],
  [/WARN|BUG_ON|splat/, ["assert.*", "lock.*"]],
  [/livelock|soft lockup|forever|hang/i, ["progress.*", "zap.cannot-yield", "assert.*"]],
];

/** Which codes could tell the flaw that the prose speaks of; none where it says nothing that we know. */
export function codesIn(bug: string): string[] {
  return [...new Set(WORDS.flatMap(([words, codes]) => (words.test(bug) ? codes : [])))];
}

/** `lifetime.*` is any code of that family. */
export function isOneOf(code: string, codes: readonly string[]): boolean {
  return codes.some((each) => (each.endsWith(".*") ? code.startsWith(each.slice(0, -1)) : code === each));
}
