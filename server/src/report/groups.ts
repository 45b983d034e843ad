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
  /**
   * `main` is told in full. `aside` is information and what a patch fixes. `unchanged` is what was there before and still
   * is, beside something that the patch brings.
   */
  readonly weight: Weight;
  /** Told in full, and its interleaving is the shortest among the errors of its patch, else the warnings. */
  readonly isShortest: boolean;
}

export type Weight = "main" | "aside" | "unchanged";

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
  const bringsSome = review.findings.some(isBrought);
  const weightOf = (finding: Finding) => weigh(finding, bringsSome);
  const shortestOnes = shortestOfEachPatch(review.findings.filter((finding) => weightOf(finding) === "main"));
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
      weight: weightOf(shown),
      isShortest: shortestOnes.has(shown),
    };
  });
}

function weigh(finding: Finding, bringsSome: boolean): Weight {
  if (finding.severity === "info" || finding.status === "fixed") return "aside";
  return bringsSome && !isBrought(finding) ? "unchanged" : "main";
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
