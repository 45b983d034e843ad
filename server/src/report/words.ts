/** How verdicts, states and places are called to a person. Nothing is ever called safe: that is not what was shown. */
import type { Finding, PatchReview, Review, Verdict } from "../review/review";

export const VERDICTS: Readonly<Record<Verdict, string>> = {
  safe: "no violation found",
  violated: "violated",
  depends: "depends",
  incomplete: "incomplete",
  "not-exercised": "not exercised",
  "not-applicable": "not concerned",
};

export const SOURCES: Readonly<Record<PatchReview["files"][number]["source"], string>> = {
  workspace: "the rest of it from the workspace",
  blob: "the rest of it from git",
  base: "lines not shown are from the built-in base",
  hunks: "from the hunks alone",
};

export const KINDS = {
  mail: "mail",
  mbox: "mailbox",
  diff: "diff",
  c: "C code",
} as const;

/** Whose doing a finding is; empty for code that has no before. */
export function statusOf({ status, introducedBy, fixedBy }: Finding, isSeries: boolean): string {
  const by = (part: string | null) => (isSeries && part !== null ? part : "this patch");
  if (status === "introduced")
    return `introduced by ${by(introducedBy)}${fixedBy === null ? "" : `, fixed by ${fixedBy}`}`;
  if (status === "fixed") return `fixed by ${by(fixedBy)}`;
  return status === "persists" ? "there before as well" : "";
}

/** Whether parts have to be told apart. */
export function isSeries({ patches }: Review): boolean {
  return new Set(patches.map(({ part }) => part)).size > 1;
}

/** Nothing was found and there was nothing to run. */
export function isQuiet(review: Review): boolean {
  return review.stage !== "stopped" && review.verdict === "not-applicable" && review.findings.length === 0;
}

/** The quiet line for a document that no profile knows anything about. */
export function notConcerned(profiles: readonly string[]): string {
  return `nothing here touches a profiled lifecycle (profiles: ${profiles.join(", ") || "none"})`;
}
