/** A review in one line. */
import { acceptedWords } from "../review/baseline";
import type { Review } from "../review/review";
import { groupFindings } from "./finding-groups";

export function summaryOf(review: Review): string {
  if (review.verdict === "not-applicable") return notApplicable(review);
  const hidden = review.accepted === 0 ? "" : `; ${acceptedWords(review.accepted)}`;
  const found = groupFindings(review).filter(({ finding }) => finding.status !== "fixed");
  if (found.length > 0) {
    const codes = [...new Set(found.map(({ finding }) => finding.code))];
    return `${found.length} ${found.length === 1 ? "finding" : "findings"}: ${codes.join(", ")}${hidden}`;
  }
  const statement = review.series[0]?.statement ?? review.patches[0]?.statement;
  return statement === undefined ? "nothing to check was found" : `${statement}${hidden}`;
}

export function notApplicable({ patches, profiles }: Review): string {
  if (patches.length === 0) return "no kernel C was found in it";
  return `touches no lifecycle that has a profile (there ${profiles.length === 1 ? "is" : "are"}: ${profiles.join(", ")})`;
}
