/** The answer to `lastput/trace`. */
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding, FindingStep, Review } from "../review/review";
import { placeOf, type UriOf } from "./places";
import type { Trace, TraceStep } from "./protocol";

/** @param others findings that are none of the review, but of changes that were tried */
export function traceOf(
  review: Review,
  fingerprint: string,
  document: TextDocument,
  uriOf: UriOf,
  others: readonly Finding[] = [],
): Trace | null {
  const finding = [...review.findings, ...others].find((other) => other.fingerprint === fingerprint);
  if (finding === undefined || finding.steps.length === 0) return null;
  const scenario = review.scenarios.find(({ id }) => id === finding.scenario);
  return {
    title: scenario?.title ?? finding.code,
    verdict: review.patches[finding.patch]?.verdict ?? review.verdict,
    code: finding.code,
    message: finding.message,
    threads: finding.threads,
    objects: objectsOf(finding),
    steps: finding.steps.map((step) => stepOf(step, document, uriOf)),
  };
}

function stepOf(step: FindingStep, document: TextDocument, uriOf: UriOf): TraceStep {
  return {
    thread: step.thread,
    text: [step.text, ...step.notes].join("\n"),
    location: placeOf(step.location, document, uriOf),
    functions: step.functions ?? [],
    state: step.state,
    changed: step.changed,
    blocked: Object.entries(step.blocked).map(([thread, reason]) => ({ thread: Number(thread), reason })),
  };
}

function objectsOf(finding: Finding): string[] {
  return [...new Set(finding.steps.flatMap(({ state }) => Object.keys(state)))];
}
