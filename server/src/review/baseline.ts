/** What a project has accepted: findings by their fingerprints, in a file that people review like any other. */
import { elementOffsets } from "./json-places";
import type { Finding, Review } from "./review";

export const BASELINE_VERSION = 1;

/** One finding. Only the fingerprint silences; the rest is for whoever reads the file. */
export interface Accepted {
  readonly fingerprint: string;
  readonly code: string;
  readonly function: string | null;
  readonly message: string;
}

export interface Baseline {
  readonly accepted: readonly Accepted[];
}

/** Where the file is wrong, 1-based. */
export interface BaselineError {
  readonly line: number;
  readonly message: string;
}

/** A file that is wrong anywhere silences nothing. */
export function readBaseline(text: string): Baseline | BaselineError {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = /position (\d+)/.exec(error.message)?.[1];
    return { line: lineAt(text, at === undefined ? text.trimEnd().length : Number(at)), message: "this is no JSON" };
  }
  const { baselineVersion, accepted } = isObject(content) ? content : {};
  if (baselineVersion !== BASELINE_VERSION) {
    const told = baselineVersion === undefined ? "none" : JSON.stringify(baselineVersion);
    return {
      line: lineOf(text, '"baselineVersion"'),
      message: `"baselineVersion" is ${told}, not ${BASELINE_VERSION}`,
    };
  }
  if (!Array.isArray(accepted)) return { line: lineOf(text, '"accepted"'), message: '"accepted" is no list' };
  const read: Accepted[] = [];
  for (const [index, entry] of (accepted as readonly unknown[]).entries()) {
    const wrong = complaint(entry);
    if (wrong !== null) return { line: lineAt(text, elementOffsets(text, "accepted")[index] ?? 0), message: wrong };
    read.push(entry as Accepted);
  }
  return { accepted: read };
}

export function isBaselineError(read: Baseline | BaselineError): read is BaselineError {
  return "line" in read;
}

/** One line for each finding, in an order that does not depend on what was checked first: its changes read well as a diff. */
export function baselineText(findings: readonly Finding[]): string {
  const entries = new Map<string, Accepted>();
  for (const { fingerprint, code, function: inFunction, message } of findings.filter(isAcceptable)) {
    entries.set(fingerprint, { fingerprint, code, function: inFunction, message });
  }
  const sorted = [...entries.values()].sort(
    (a, b) =>
      compare(a.code, b.code) || compare(a.function ?? "", b.function ?? "") || compare(a.fingerprint, b.fingerprint),
  );
  const lines = sorted.map((entry) => `    ${JSON.stringify(entry)}`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`;
  return `{\n  "baselineVersion": ${BASELINE_VERSION},\n  "accepted": ${list}\n}\n`;
}

/** The review without what is accepted; how much that is stays known. What a patch fixes is told all the same. */
export function withoutAccepted(review: Review, baseline: Baseline): Review {
  const known = new Set(baseline.accepted.map(({ fingerprint }) => fingerprint));
  const findings = review.findings.filter((finding) => !(isAcceptable(finding) && known.has(finding.fingerprint)));
  return { ...review, findings, accepted: review.findings.length - findings.length };
}

/** That some are kept out of sight. */
export function acceptedWords(count: number): string {
  return count === 1
    ? "1 accepted finding is not shown"
    : `${count.toLocaleString("en-US")} accepted findings are not shown`;
}

/** Entries that no finding of the reviews has: those whose function was looked at, and the others. */
export function unmatched(
  baseline: Baseline,
  reviews: readonly Review[],
): { stale: Accepted[]; elsewhere: Accepted[] } {
  const found = new Set(reviews.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint)));
  const functions = new Set(reviews.flatMap(functionsIn));
  const left = baseline.accepted.filter(({ fingerprint }) => !found.has(fingerprint));
  const hasSeries = reviews.some(({ series }) => series.length > 0);
  const isStale = ({ code, function: name }: Accepted): boolean =>
    name === null ? hasSeries || !code.startsWith("series.") : functions.has(name);
  return { stale: left.filter(isStale), elsewhere: left.filter((entry) => !isStale(entry)) };
}

function functionsIn({ patches, lines }: Review): string[] {
  const changed = patches.flatMap(({ files }) => files.flatMap((file) => file.functions.map(({ name }) => name)));
  return [...changed, ...lines.flatMap((line) => line.function ?? [])];
}

function isAcceptable({ status }: Finding): boolean {
  return status !== "fixed";
}

function complaint(entry: unknown): string | null {
  if (!isObject(entry)) return "an entry is an object with fingerprint, code, function and message";
  const { fingerprint, code, function: inFunction, message } = entry;
  if (typeof fingerprint !== "string" || !/^[0-9a-f]{16}$/.test(fingerprint)) {
    return `"fingerprint" is 16 hexadecimal digits, not ${JSON.stringify(fingerprint ?? null)}`;
  }
  if (typeof code !== "string") return '"code" is missing';
  if (inFunction !== null && typeof inFunction !== "string") return '"function" is a name or null';
  return typeof message === "string" ? null : '"message" is missing';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function lineOf(text: string, word: string): number {
  return lineAt(text, Math.max(0, text.indexOf(word)));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
