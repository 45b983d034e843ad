/** What an editor says of a finding beside the finding itself. */
import type { Finding, PatchReview, Review } from "../review/review";
import { sameFindings } from "../review/same-findings";

export interface FindingGroup {
  /** The one that stands for all that say the same. */
  readonly finding: Finding;
  /** Titles of its scenario and of the others, each once. */
  readonly title: string | null;
  readonly alsoIn: readonly string[];
  /** `3/7`, what the patch that it stands in is called. */
  readonly label: string | null;
  /** The values of facts that it needs, when the verdict turns on some: `fast-zap = list-walk (it walks the list)`. */
  readonly onlyIf: readonly string[];
}

export function groupFindings(review: Review): FindingGroup[] {
  return sameFindings(review).map(({ shown, all, scenario, alsoIn }) => {
    const patch = review.patches[shown.patch];
    return {
      finding: shown,
      title: scenario,
      alsoIn,
      label: patch?.placement.label ?? null,
      onlyIf: conditions(all, patch),
    };
  });
}

/** `1 step`, `44 steps` */
export function stepCount({ steps }: Finding): string {
  return steps.length === 1 ? "1 step" : `${steps.length} steps`;
}

/** The values of the facts on which the patch's verdict turns, if all findings of the group share them. */
function conditions(findings: readonly Finding[], patch: PatchReview | undefined): string[] {
  if (patch?.verdict !== "depends") return [];
  return patch.turnsOn
    .filter(({ fact, value }) => findings.every(({ base }) => base?.[fact] === value))
    .map(({ fact, value, title }) => `${fact} = ${value}${title === "" ? "" : ` (${title})`}`);
}
