/** A review in one line. */
import type { Review } from "../review/review";
import { groupFindings } from "./finding-groups";

export function summaryOf(review: Review): string {
  if (review.verdict === "not-applicable") return notApplicable(review);
  const found = groupFindings(review).filter(({ finding }) => finding.status !== "fixed");
  if (found.length > 0) {
    const codes = [...new Set(found.map(({ finding }) => finding.code))];
    return `${found.length} ${found.length === 1 ? "finding" : "findings"}: ${codes.join(", ")}`;
  }
  return review.patches[0]?.statement ?? "nothing to check was found";
}

export function notApplicable({ patches, profiles }: Review): string {
  if (patches.length === 0) return "no kernel C was found in it";
  return `touches no lifecycle that has a profile (there ${profiles.length === 1 ? "is" : "are"}: ${profiles.join(", ")})`;
}
