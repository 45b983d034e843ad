/** Squiggles: what a review found, and what it could not read. */
import { DiagnosticSeverity, type Diagnostic, type DiagnosticRelatedInformation } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding, FindingStep, Review, ReviewProblem, Severity } from "../review/review";
import { groupFindings, stepCount, type FindingGroup } from "./finding-groups";
import { labelOf, placeOf, rangeOf, type UriOf } from "./places";

/** More than a person reads; the rest is counted. Editors get slow with tens of thousands. */
const MOST_FINDINGS = 200;
const MOST_PROBLEMS = 50;

const SOURCE = "lastput";

/** How an editor shows a finding; `off`: not at all. */
export type Level = "error" | "warning" | "information" | "hint" | "off";

export interface Showing {
  /** Null where the editor cannot show related locations. */
  readonly uriOf: UriOf | null;
  /** Where a person reads about a code; null where no editor can open it. */
  readonly pageOf: (code: string) => string | null;
  /** What the person set for a code. */
  readonly levels: ReadonlyMap<string, Level>;
}

export function diagnosticsOf(review: Review, document: TextDocument, showing: Showing): Diagnostic[] {
  const groups = groupFindings(review).filter(({ finding }) => showing.levels.get(finding.code) !== "off");
  const problems = review.problems.slice(0, MOST_PROBLEMS);
  const left = Math.max(0, groups.length - MOST_FINDINGS) + review.problems.length - problems.length;
  return [
    ...groups.slice(0, MOST_FINDINGS).map((group) => findingDiagnostic(group, document, showing)),
    ...problems.map((problem) => problemDiagnostic(problem, review, document)),
    ...(left > 0 ? [restDiagnostic(left)] : []),
  ];
}

/** Our own failure, said where the person looks. */
export function failureDiagnostic(failure: string): Diagnostic {
  const [reason] = failure.split("\n");
  const message = `Lastput failed, so nothing here was checked: ${reason}. The server's log has the details.`;
  return { ...atTop, severity: DiagnosticSeverity.Warning, code: "internal.failure", message };
}

const atTop = { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, source: SOURCE };

function findingDiagnostic(group: FindingGroup, document: TextDocument, showing: Showing): Diagnostic {
  const { finding } = group;
  const { uriOf } = showing;
  const page = showing.pageOf(finding.code);
  const range = rangeOf(document, finding.range);
  const diagnostic: Diagnostic = {
    range,
    severity: severityOf(finding, showing.levels.get(finding.code)),
    code: finding.code,
    ...(page === null ? {} : { codeDescription: { href: page } }),
    source: SOURCE,
    message: messageOf(group),
    data: { fingerprint: finding.fingerprint },
  };
  if (uriOf === null) return diagnostic;
  const here = { uri: document.uri, range };
  const steps = finding.steps.map((step, index) => {
    const message = `${index + 1}. ${finding.threads[step.thread] ?? ""}: ${step.text}${stateAfter(step)}`;
    return related(step, message, document, uriOf) ?? { location: here, message: message + elsewhere(step) };
  });
  const relatedInformation = [...steps, ...ending(finding, document)];
  return relatedInformation.length === 0 ? diagnostic : { ...diagnostic, relatedInformation };
}

/** The line of a later patch of the series that ends it. */
function ending({ fixedAt, fixedBy }: Finding, document: TextDocument): DiagnosticRelatedInformation[] {
  if (fixedAt === null) return [];
  const location = { uri: document.uri, range: rangeOf(document, fixedAt.range) };
  return [{ location, message: `gone since ${fixedBy ?? "this patch"}` }];
}

function related(
  step: FindingStep,
  message: string,
  document: TextDocument,
  uriOf: UriOf,
): DiagnosticRelatedInformation | null {
  const place = placeOf(step.location, document, uriOf);
  return place === null ? null : { location: { uri: place.uri, range: place.range }, message };
}

function elsewhere({ location }: FindingStep): string {
  const label = location.kind === "document" ? "" : labelOf(location);
  return label === "" ? "" : ` (${label})`;
}

/** What the step changed: ` [root 1: tdp_mmu_root_count = 0]`. */
function stateAfter(step: FindingStep): string {
  const changes = Object.entries(step.state).flatMap(([object, fields]) =>
    Object.entries(fields)
      .filter(([field]) => step.changed.includes(`${object}.${field}`))
      .map(([field, value]) => `${object}: ${field} = ${value}`),
  );
  return changes.length === 0 ? "" : ` [${changes.join(", ")}]`;
}

function messageOf(group: FindingGroup): string {
  const { finding, title, alsoIn, onlyIf } = group;
  const marks = [...(finding.origin === "quoted" ? ["quoted"] : []), ...statusMarks(group)];
  const isFixed = finding.status === "fixed";
  const what = isFixed ? `Fixes: ${finding.message}` : finding.message;
  const sentences = [what + (marks.length === 0 ? "" : ` (${marks.join(", ")})`)];
  if (onlyIf.length > 0) sentences.push(`Only if ${onlyIf.join(" and ")}.`);
  const interleaving = isFixed ? "Not possible any more: the interleaving" : "Interleaving";
  if (title !== null) sentences.push(`${interleaving} of ${stepCount(finding)}: ${title}.`);
  if (alsoIn.length > 0) sentences.push(`Also in ${few(alsoIn)}.`);
  return sentences.join("\n");
}

/** What this patch itself does to it goes without saying. */
function statusMarks({ finding: { status, introducedBy, fixedBy }, label }: FindingGroup): string[] {
  const introduced = introducedBy === null || introducedBy === label ? [] : [`introduced by ${introducedBy}`];
  const fixed = fixedBy === null || fixedBy === label ? [] : [`gone since ${fixedBy}`];
  return [...(status === "persists" ? ["also before this patch"] : introduced), ...fixed];
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  return shown.join("; ") + (names.length > shown.length ? `; and ${names.length - shown.length} more` : "");
}

const LEVELS: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

const SET_LEVELS: Readonly<Record<Exclude<Level, "off">, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * Quoted text is one level quieter; what the patch did not bring, and what it fixes, is only a hint. What needs a choice
 * that nobody tracks is no error, whatever the person set.
 */
function severityOf(finding: Finding, set: Level | undefined): DiagnosticSeverity {
  if (finding.status === "fixed" || finding.status === "persists") return DiagnosticSeverity.Hint;
  const own = LEVELS[finding.severity];
  const level = set === undefined || set === "off" ? own : SET_LEVELS[set];
  const loudest = finding.severity === "warning" ? Math.max(level, DiagnosticSeverity.Warning) : level;
  const quieter = finding.origin === "quoted" ? 1 : 0;
  return Math.min(loudest + quieter, DiagnosticSeverity.Hint) as DiagnosticSeverity;
}

/** Where no profile applies, what could not be read is of little interest. */
function problemDiagnostic(problem: ReviewProblem, review: Review, document: TextDocument): Diagnostic {
  const quiet = review.verdict === "not-applicable";
  return {
    range: problem.range === null ? atTop.range : rangeOf(document, problem.range),
    severity: quiet ? DiagnosticSeverity.Hint : DiagnosticSeverity.Information,
    code: problem.code,
    source: SOURCE,
    message: problem.message,
  };
}

function restDiagnostic(left: number): Diagnostic {
  const message = `${left} more are not shown here; lastput check prints all of them.`;
  return { ...atTop, severity: DiagnosticSeverity.Information, message };
}
