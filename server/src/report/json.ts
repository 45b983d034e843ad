/** A report as JSON. Its form is described in docs/json.md and checked by schema/lastput.schema.json. */
import type { Finding, FindingStep, Location, PatchReview, Review, ScenarioRun } from "../review/review";
import type { Span } from "../text/mapped";
import { baselineJson, type BaselineTold } from "./baseline";
import { LineIndex, type Range } from "./lines";
import { repairJson } from "./repairs";
import type { ReadDocument, Reported, Tool, UnreadDocument } from "./reported";

export const SCHEMA_VERSION = 1;

/** Equal input gives equal bytes: nothing here depends on time, place or the order in which work was done. */
export function jsonReport(documents: readonly Reported[], tool: Tool, baseline: BaselineTold | null = null): string {
  const report = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: tool.name, version: tool.version },
    documents: documents.map((document) => (document.review === null ? unread(document) : read(document))),
    ...(baseline === null ? {} : { baseline: baselineJson(baseline) }),
  };
  return JSON.stringify(report, null, 2) + "\n";
}

/** Nothing is known of it but why. */
function unread({ path, code, message }: UnreadDocument) {
  return {
    path,
    kind: null,
    sha256: null,
    verdict: "not-exercised",
    problems: [{ code, message, range: null }],
    patches: [],
    series: [],
    scenarios: [],
    findings: [],
    accepted: 0,
    assumptions: [],
    coverage: { actingLines: 0, executed: 0, actingStatements: 0, modelledStatements: 0, notModelled: [], notRun: [] },
    bounds: [],
  };
}

function read({ path, text, files, sha256, review, repairs }: ReadDocument) {
  const lines = new LineIndex(text, files);
  const rangeOf = (span: Span | null): Range | null => (span === null ? null : lines.range(span));
  return {
    path,
    kind: review.kind,
    sha256,
    ...(files === undefined ? {} : { files: files.map((file) => ({ path: file.path, sha256: file.sha256 })) }),
    verdict: review.verdict,
    problems: review.problems.map(({ code, message, range }) => ({ code, message, range: rangeOf(range) })),
    patches: review.patches.map((patch) => patchOf(patch, rangeOf)),
    series: review.series.map(({ patches, verdict, statement }) => ({ patches, verdict, statement })),
    scenarios: review.scenarios.map((scenario) => scenarioOf(scenario, lines)),
    findings: review.findings.map((finding) => {
      const repaired = repairs?.get(finding.fingerprint);
      return repaired === undefined
        ? findingOf(finding, lines)
        : { ...findingOf(finding, lines), repairs: repaired.repairs.map((repair) => repairJson(repair, lines)) };
    }),
    accepted: review.accepted,
    assumptions: review.assumptions.map(({ id, kind, text, range }) => ({ id, kind, text, range: rangeOf(range) })),
    coverage: {
      actingLines: review.coverage.actingLines,
      executed: review.coverage.executed,
      actingStatements: review.coverage.actingStatements,
      modelledStatements: review.coverage.modelledStatements,
      notModelled: review.coverage.notModelled.map(({ text, range }) => ({ text, range: rangeOf(range) })),
      notRun: review.coverage.notRun.map(({ function: name, why, range }) => ({
        function: name,
        why,
        range: lines.range(range),
      })),
    },
    bounds: review.bounds.map(({ what, limit, reached }) => ({ what, limit, reached })),
  };
}

function patchOf(patch: PatchReview, rangeOf: (span: Span | null) => Range | null) {
  return {
    subject: patch.subject,
    messageId: patch.messageId,
    part: patch.part,
    baseCommit: patch.baseCommit,
    range: rangeOf(patch.range),
    origin: patch.origin,
    role: patch.placement.role,
    of: patch.placement.of,
    verdict: patch.verdict,
    configurations: patch.configurations.map(({ options, verdict }) => ({ options, verdict })),
    files: patch.files.map((file) => ({
      path: file.path,
      source: file.source,
      ...(file.revision === undefined ? {} : { revision: file.revision }),
      functions: file.functions.map(({ name, range, before, after }) => ({
        name,
        range: rangeOf(range),
        before,
        after,
      })),
    })),
  };
}

function scenarioOf(scenario: Review["scenarios"][number], lines: LineIndex) {
  const { id, title, threads, objects, scaledFrom, memoryModel, base, configuration, patch } = scenario;
  const before = runOf(scenario.before, lines);
  const after = runOf(scenario.after, lines);
  return { id, title, threads, objects, scaledFrom, memoryModel, base, configuration, patch, before, after };
}

function runOf(run: ScenarioRun | null, lines: LineIndex) {
  if (run === null) return null;
  const { verdict, states, verifier, unexplored } = run;
  if (unexplored === null) return { verdict, states, verifier, unexplored };
  const notRun = unexplored.notRun.map((step) => ({
    function: step.function,
    text: step.text,
    location: locationOf(step.location, lines),
  }));
  const bounds = unexplored.bounds.map(({ what, limit }) => ({ what, limit }));
  return {
    verdict,
    states,
    verifier,
    unexplored: { states: unexplored.states, bounds, steps: unexplored.steps, notRun },
  };
}

export function findingOf(finding: Finding, lines: LineIndex) {
  return {
    code: finding.code,
    severity: finding.severity,
    status: finding.status,
    origin: finding.origin,
    fingerprint: finding.fingerprint,
    message: finding.message,
    range: lines.range(finding.range),
    function: finding.function,
    patch: finding.patch,
    introducedBy: finding.introducedBy,
    fixedBy: finding.fixedBy,
    fixedAt:
      finding.fixedAt === null ? null : { patch: finding.fixedAt.patch, range: lines.range(finding.fixedAt.range) },
    scenario: finding.scenario,
    base: finding.base,
    configuration: finding.configuration,
    assumptions: finding.assumptions,
    replay: finding.replay,
    steps: finding.steps.map((step) => stepOf(step, finding.threads, lines)),
  };
}

function stepOf(step: FindingStep, threads: readonly string[], lines: LineIndex) {
  const nameOf = (thread: number | string): string => threads[Number(thread)] ?? `thread ${thread}`;
  return {
    thread: nameOf(step.thread),
    text: step.text,
    location: locationOf(step.location, lines),
    via: step.via.map((location) => locationOf(location, lines)),
    state: step.state,
    blocked: Object.fromEntries(Object.entries(step.blocked).map(([thread, why]) => [nameOf(thread), why])),
  };
}

function locationOf(location: Location, lines: LineIndex) {
  if (location.kind === "document") return { kind: location.kind, ...lines.range(location.range) };
  const { kind, path, line, column, endLine, endColumn } = location;
  return { kind, path, line, column, endLine, endColumn };
}
