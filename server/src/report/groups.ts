/** How much is told of each finding. */
import type { Finding, Review } from "../review/review";
import { isTellingMore, sameFindings, type SameFindings } from "../review/same-findings";

export interface FindingGroup extends SameFindings {
  /** The facts of the base that matter to it, with their values. */
  readonly facts: readonly string[];
  /**
   * `main` is told in full, and so is what a patch `fixes` that brings nothing else. `aside` is information, and what is
   * fixed beside something worse. `unchanged` is what was there before and still is.
   */
  readonly weight: Weight;
  /** Told in full, and its interleaving is the shortest among the errors of its patch, else the warnings. */
  readonly isShortest: boolean;
}

export type Weight = "main" | "fixes" | "aside" | "unchanged";

/** The fingerprints of the findings that are told with their interleaving. */
export function toldInFull(review: Review): string[] {
  return groupFindings(review)
    .filter(({ isShortest, weight }) => isShortest && weight === "main")
    .map(({ shown }) => shown.fingerprint);
}

/** In the order of the review. */
export function groupFindings(review: Review): FindingGroup[] {
  const bringing = new Set(review.findings.filter(isBrought).map(({ patch }) => patch));
  const weightOf = (finding: Finding): Weight => weigh(finding, bringing.has(finding.patch));
  const shortestOnes = shortestOfEachPatch(
    review.findings.filter((each) => ["main", "fixes"].includes(weightOf(each))),
  );
  return sameFindings(review).map((same) => {
    const { shown } = same;
    const telling = tellingFacts(review, shown.patch);
    const facts = Object.entries(shown.base ?? {}).filter(([fact]) => telling.has(fact));
    return {
      ...same,
      facts: facts.map(([fact, value]) => `${fact} = ${value}`),
      weight: weightOf(shown),
      isShortest: shortestOnes.has(shown),
    };
  });
}

function weigh(finding: Finding, bringsSome: boolean): Weight {
  if (finding.severity === "info") return "aside";
  if (finding.status === "fixed") return bringsSome ? "aside" : "fixes";
  return finding.status === "persists" ? "unchanged" : "main";
}

function isBrought({ severity, status }: Finding): boolean {
  return severity !== "info" && (status === "introduced" || status === "present");
}

/** One interleaving tells most of what is wrong with a patch. */
function shortestOfEachPatch(findings: readonly Finding[]): ReadonlySet<Finding> {
  const best = new Map<number, Finding>();
  for (const finding of findings) {
    if (finding.steps.length === 0) continue;
    const had = best.get(finding.patch);
    if (had === undefined || isTellingMore(finding, had)) best.set(finding.patch, finding);
  }
  return new Set(best.values());
}

/** Those on which the verdict of the patch turns; else those of which more than one value was tried. */
function tellingFacts(review: Review, patch: number): ReadonlySet<string> {
  const turning = review.patches[patch]?.turnsOn ?? [];
  if (turning.length > 0) return new Set(turning.map(({ fact }) => fact));
  const values = new Map<string, Set<string>>();
  for (const scenario of review.scenarios) {
    if (scenario.patch !== patch) continue;
    for (const [fact, value] of Object.entries(scenario.base)) {
      values.set(fact, (values.get(fact) ?? new Set()).add(value));
    }
  }
  return new Set([...values].filter(([, tried]) => tried.size > 1).map(([fact]) => fact));
}
