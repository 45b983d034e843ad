/**
 * The same mistake shows in several scenarios and bases. A person wants to read of it once: a group is one code at one
 * place, with its shortest trace standing for all.
 */
import type { Finding, PatchReview, Review } from "../review/review";

export interface FindingGroup {
  /** The worst, and of these the one with the fewest steps, then threads. */
  readonly finding: Finding;
  /** Titles of its scenario and of the others, each once. */
  readonly title: string | null;
  readonly alsoIn: readonly string[];
  /** `3/7`, the part of the series that it stands in. */
  readonly part: string | null;
  /** The values of facts that it needs, when the verdict turns on some: `fast-zap = list-walk (it walks the list)`. */
  readonly onlyIf: readonly string[];
}

export function groupFindings(review: Review): FindingGroup[] {
  const titles = new Map(review.scenarios.map(({ id, title }) => [id, title]));
  const groups = new Map<string, Finding[]>();
  for (const finding of review.findings) {
    const { code, status, origin, patch, range } = finding;
    const key = [code, status, origin, patch, range.start, range.end].join("|");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].map((findings) => groupOf(findings, titles, review.patches));
}

/** `1 step`, `44 steps` */
export function stepCount({ steps }: Finding): string {
  return steps.length === 1 ? "1 step" : `${steps.length} steps`;
}

function groupOf(
  findings: readonly Finding[],
  titles: ReadonlyMap<string, string>,
  patches: readonly PatchReview[],
): FindingGroup {
  const finding = findings.reduce((best, other) => (comesBefore(other, best) ? other : best));
  const title = titleOf(finding, titles);
  const patch = patches[finding.patch];
  const alsoIn = new Set(findings.map((other) => titleOf(other, titles)).filter((other) => other !== null));
  if (title !== null) alsoIn.delete(title);
  return { finding, title, alsoIn: [...alsoIn], part: patch?.part ?? null, onlyIf: conditions(findings, patch) };
}

const RANKS = { error: 0, warning: 1, info: 2 };

function comesBefore(one: Finding, other: Finding): boolean {
  const worse = RANKS[one.severity] - RANKS[other.severity];
  const shorter = one.steps.length - other.steps.length;
  return (worse || shorter || one.threads.length - other.threads.length) < 0;
}

function titleOf(finding: Finding, titles: ReadonlyMap<string, string>): string | null {
  return finding.scenario === null ? null : (titles.get(finding.scenario) ?? null);
}

/** The values of the facts on which the patch's verdict turns, if all findings of the group share them. */
function conditions(findings: readonly Finding[], patch: PatchReview | undefined): string[] {
  if (patch?.verdict !== "depends") return [];
  return patch.turnsOn
    .filter(({ fact, value }) => findings.every(({ base }) => base?.[fact] === value))
    .map(({ fact, value, title }) => `${fact} = ${value}${title === "" ? "" : ` (${title})`}`);
}
