/** Findings that say the same of the same place in several scenarios are shown once. */
import type { Finding, Review } from "../review/review";

export interface FindingGroup {
  /** The one with the fewest steps. */
  readonly shown: Finding;
  /** Titles of the other scenarios in which it was found. */
  readonly alsoIn: readonly string[];
  /** Title of the scenario of the shown one; null for what the syntax alone tells. */
  readonly scenario: string | null;
  /** The facts of the base that this finding's scenarios chose between, with the value of the shown one. */
  readonly facts: readonly string[];
}

/** In the order of the review. */
export function groupFindings(review: Review): FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of review.findings) {
    const { code, severity, status, origin, patch, range } = finding;
    const key = [code, severity, status, origin, patch, range.start, range.end].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  const scenarios = new Map(review.scenarios.map((scenario) => [scenario.id, scenario]));
  const titleOf = (finding: Finding) =>
    finding.scenario === null ? null : (scenarios.get(finding.scenario)?.title ?? null);
  return [...groups.values()].map((findings) => {
    const shown = findings.reduce((best, each) => (each.steps.length < best.steps.length ? each : best));
    const scenario = titleOf(shown);
    const others = findings.map(titleOf).filter((title) => title !== null && title !== scenario);
    const open = openFacts(review, shown.patch);
    const facts = Object.entries(shown.base ?? {}).filter(([fact]) => open.has(fact));
    return {
      shown,
      scenario,
      alsoIn: [...new Set(others)].filter((title) => title !== null),
      facts: facts.map(([fact, value]) => `${fact} = ${value}`),
    };
  });
}

/** The facts of which more than one value was tried for the patch. */
function openFacts(review: Review, patch: number): ReadonlySet<string> {
  const values = new Map<string, Set<string>>();
  for (const scenario of review.scenarios) {
    if (scenario.patch !== patch) continue;
    for (const [fact, value] of Object.entries(scenario.base)) {
      values.set(fact, (values.get(fact) ?? new Set()).add(value));
    }
  }
  return new Set([...values].filter(([, tried]) => tried.size > 1).map(([fact]) => fact));
}
