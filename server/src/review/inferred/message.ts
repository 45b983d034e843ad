/** What the message of a patch says of itself. */
import type { Document, Patch } from "../../text/document";

/**
 * Whether it says that something was wrong. Where a lock or RCU comes to code that had none, the diff of a fix and that of
 * a conversion, whose callers held a lock that nobody shows, are alike.
 */
export function saysFix(patch: Patch, { text, patches }: Document): boolean {
  const end = patch.files[0]?.span.start ?? patch.span.end;
  // The message stands before the diff, and behind the patch before it in the same document.
  const start = Math.max(0, ...patches.filter((other) => other.span.end <= end).map((other) => other.span.end));
  const message = `${patch.subject ?? ""}\n${text.slice(Math.min(start, end), end)}`;
  return /^\s*Fixes:/m.test(message) || WRONG.test(message);
}

const WRONG =
  /\b(fix(es|ed)?|use[- ]after[- ]free|uaf|race[sd]?|racy|leak(s|ed)?|deadlock|double[- ]free|invalid context|oops|crash(es)?|panic|corrupt(s|ed|ion)?|kasan|kcsan|syzbot|bug)\b/i;
