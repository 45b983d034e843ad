/** Findings that say the same of the same place in several scenarios are shown once. */
import type { Finding, Review } from "../review/review";

export interface FindingGroup {
  /** The one with the fewest steps. */
  readonly shown: Finding;
  /** Titles of the other scenarios in which it was found. */
  readonly alsoIn: readonly string[];
  /** Title of the scenario of the shown one; null for what the syntax alone tells. */
  readonly scenario: string | null;
  /** The facts of the base that matter to it, with their values. */
  readonly facts: readonly string[];
  /** Its interleaving is the shortest among the errors of its patch, or the warnings when there are no errors. */
  readonly isShortest: boolean;
}

/** In the order of the review. */
export function groupFindings(review: Review): FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of review.findings) {
    const { code, severity, status, origin, patch, range } = finding;
    const key = [code, severity, status, origin, patch, range.start, range.end].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  const titles = new Map(review.scenarios.map(({ id, title }) => [id, title]));
  const titleOf = ({ scenario }: Finding) => (scenario === null ? null : (titles.get(scenario) ?? null));
  const shortestOnes = shortestOfEachPatch(review.findings);
  return [...groups.values()].map((findings) => {
    const shown = findings.reduce((best, each) => (isBetter(each, best) ? each : best));
    const scenario = titleOf(shown);
    const others = findings.map(titleOf).filter((title) => title !== null && title !== scenario);
    const telling = tellingFacts(review, shown.patch);
    const facts = Object.entries(shown.base ?? {}).filter(([fact]) => telling.has(fact));
    return {
      shown,
      scenario,
      alsoIn: [...new Set(others)].filter((title) => title !== null),
      facts: facts.map(([fact, value]) => `${fact} = ${value}`),
      isShortest: shortestOnes.has(shown),
    };
  });
}

/** One interleaving tells most of what is wrong with a patch. What it fixes, and information, needs none. */
function shortestOfEachPatch(findings: readonly Finding[]): ReadonlySet<Finding> {
  const best = new Map<number, Finding>();
  for (const finding of findings) {
    if (finding.severity === "info" || finding.status === "fixed" || finding.steps.length === 0) continue;
    const had = best.get(finding.patch);
    if (had === undefined || isBetter(finding, had)) best.set(finding.patch, finding);
  }
  return new Set(best.values());
}

/** Errors before warnings, new ones before old ones, then the shorter one, then the one with fewer threads. */
function isBetter(one: Finding, other: Finding): boolean {
  const order = (finding: Finding) => [
    finding.severity === "error" ? 0 : 1,
    finding.status === "persists" ? 1 : 0,
    finding.steps.length,
    finding.threads.length,
  ];
  const [a, b] = [order(one), order(other)];
  const first = a.findIndex((value, index) => value !== b[index]);
  return first >= 0 && (a[first] ?? 0) < (b[first] ?? 0);
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
