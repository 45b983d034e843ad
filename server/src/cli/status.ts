/** What the command line tells its caller with one number. */
import type { Reported } from "../report";
import type { Finding, Review } from "../review/review";

export const STATUS = {
  nothingWrong: 0,
  wrong: 1,
  unreadable: 2,
  incomplete: 3,
  usage: 64,
  /** A program that was asked for is not installed. */
  unavailable: 69,
  failed: 70,
  interrupted: 130,
} as const;

/** What became of the baselines that were named. */
export interface Accepting {
  readonly hasFailed: boolean;
  readonly acceptsAll: boolean;
}

/** Over all documents, the first that applies. */
export function statusOf(
  documents: readonly Reported[],
  { hasFailed, acceptsAll }: Accepting = { hasFailed: false, acceptsAll: false },
): number {
  if (documents.some(isOurFailure)) return STATUS.failed;
  const reviews = documents.map(({ review }) => review).filter((review) => review !== null);
  if (!acceptsAll && reviews.some(isWrong)) return STATUS.wrong;
  if (reviews.some(isIncomplete)) return STATUS.incomplete;
  return hasFailed || documents.some(isUnreadable) ? STATUS.unreadable : STATUS.nothingWrong;
}

function isOurFailure(document: Reported): boolean {
  return document.review === null && document.code.startsWith("internal.");
}

/** A reviewer who quotes a bug has not written one: quoted code counts only where there is no other. */
function isWrong(review: Review): boolean {
  const onlyQuoted = review.patches.every(({ origin }) => origin === "quoted");
  return review.findings.some((finding) => countsAsWrong(finding) && (onlyQuoted || finding.origin === "author"));
}

function countsAsWrong({ severity, status }: Finding): boolean {
  return severity !== "info" && (status === "introduced" || status === "present");
}

function isIncomplete({ verdict, patches }: Review): boolean {
  return (
    verdict === "incomplete" || patches.some((patch) => patch.verdict === "incomplete" && patch.origin === "author")
  );
}

function isUnreadable(document: Reported): boolean {
  return document.review === null || document.review.problems.some(({ code }) => PASSED_OVER.has(code));
}

/** Problems that leave something of the document unread. What was read in spite of its form does not count. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  "text.empty",
  "text.binary",
  "text.no-code",
  "text.hunk-truncated",
  "text.hunk-header",
  "text.combined-diff",
  "text.no-hunk",
  "text.html",
  "text.nesting",
  "c.too-large",
  // Of a series: the others were read.
  "io.not-found",
  "io.not-allowed",
  "io.too-large",
  "io.failed",
]);
