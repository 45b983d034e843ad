/**
 * The same mistake shows in several scenarios and on several bases. A person wants to read of it once: one code at one
 * place, with its shortest interleaving standing for all.
 */
import type { Finding, Review } from "./review";

export interface SameFindings {
  /** The one that stands for all. */
  readonly shown: Finding;
  readonly all: readonly Finding[];
  /** Title of the scenario of the shown one; null for what the syntax alone tells. */
  readonly scenario: string | null;
  /** Titles of the other scenarios in which it was found, each once. */
  readonly alsoIn: readonly string[];
}

/** In the order of the review. */
export function sameFindings(review: Review): SameFindings[] {
  const titles = new Map(review.scenarios.map(({ id, title }) => [id, title]));
  const titleOf = ({ scenario }: Finding): string | null => (scenario === null ? null : (titles.get(scenario) ?? null));
  const groups = new Map<string, Finding[]>();
  for (const finding of review.findings) {
    const { code, status, origin, patch, range } = finding;
    const key = [code, status, origin, patch, range.start, range.end].join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].map((all) => {
    const shown = all.reduce((best, each) => (isTellingMore(each, best) ? each : best));
    const scenario = titleOf(shown);
    const others = all.map(titleOf).filter((title) => title !== null && title !== scenario);
    return { shown, all, scenario, alsoIn: [...new Set(others)].filter((title) => title !== null) };
  });
}

const SEVERITIES = { error: 0, warning: 1, info: 2 };

/** The worse first, new ones before old ones, then the shorter one, then the one with fewer threads. */
export function isTellingMore(one: Finding, other: Finding): boolean {
  const order = (finding: Finding): readonly number[] => [
    SEVERITIES[finding.severity],
    finding.status === "persists" ? 1 : 0,
    finding.steps.length,
    finding.threads.length,
  ];
  const [a, b] = [order(one), order(other)];
  const first = a.findIndex((value, index) => value !== b[index]);
  return first >= 0 && (a[first] ?? 0) < (b[first] ?? 0);
}
