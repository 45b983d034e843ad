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
    return `introduced by ${by(introducedBy)}${fixedBy === null ? "" : `, gone since ${fixedBy}`}`;
  if (status === "fixed") return `fixed by ${by(fixedBy)}`;
  return status === "persists" ? "there before as well" : "";
}

/** Whether parts have to be told apart. */
export function isSeries({ patches }: Review): boolean {
  return new Set(patches.map(({ placement }) => placement.label)).size > 1;
}

/** The patches of a series in its order, where the first of them stands; all else where it stands in the document. */
export function readingOrder({ patches, series }: Review): number[] {
  const order = new Set<number>();
  for (const index of patches.keys()) {
    for (const each of series.find((one) => one.patches.includes(index))?.patches ?? [index]) order.add(each);
  }
  return [...order];
}

/** Where a piece belongs that is not simply one of a series: `instead of 3/7`. Empty for all others. */
export function placeOf({ placement: { role, of } }: PatchReview, { patches }: Review): string {
  const about = of === null ? undefined : patches[of];
  const name = about?.placement.label ?? about?.subject ?? "the patch that it answers";
  if (role === "instead") return `an alternative, laid instead of ${name}`;
  return role === "on-top" ? `laid on top of ${name}` : "";
}

/** Nothing was run for it, and why is said in its statement. */
export function isPassedOver({ placement: { role } }: PatchReview): boolean {
  return role === "quote" || role === "twice" || role === "superseded" || role === "cover";
}

/** Nothing was found and there was nothing to run. */
export function isQuiet(review: Review): boolean {
  return review.stage !== "stopped" && review.verdict === "not-applicable" && review.findings.length === 0;
}

/** The quiet line for a document that no profile knows anything about. */
export function notConcerned(profiles: readonly string[]): string {
  return `nothing here touches a profiled lifecycle (profiles: ${profiles.join(", ") || "none"})`;
}
