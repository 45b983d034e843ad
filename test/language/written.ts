/** Reviews written by hand, for tests of what the language face makes of them. */
import type { ReviewDocument } from "../../server/src/review/api";
import type {
  Finding,
  FindingStep,
  LineFacts,
  PatchReview,
  Review,
  ScenarioReview,
} from "../../server/src/review/review";
import type { Span } from "../../server/src/text/mapped";

export function review(parts: Partial<Review> = {}): Review {
  return {
    stage: "complete",
    kind: "diff",
    verdict: "safe",
    problems: [],
    patches: [],
    series: [],
    scenarios: [],
    findings: [],
    accepted: 0,
    assumptions: [],
    coverage: { actingLines: 0, executed: 0, actingStatements: 0, modelledStatements: 0, notModelled: [], notRun: [] },
    bounds: [],
    lines: [],
    notChecked: [],
    profiles: ["lamp lifecycle"],
    progress: { done: 2, total: 2, states: 40 },
    ...parts,
  };
}

export function patch(range: Span, parts: Partial<PatchReview> = {}): PatchReview {
  return {
    subject: null,
    messageId: null,
    part: null,
    baseCommit: null,
    range,
    origin: "author",
    placement: { role: "alone", of: null, onto: null, label: null },
    verdict: "safe",
    statement: "no violation in 2 scenarios",
    beforeStatement: null,
    before: null,
    turnsOn: [],
    configurations: [],
    base: null,
    files: [],
    ...parts,
  };
}

export function scenario(id: string, title: string): ScenarioReview {
  const outcome = { verdict: "violated", states: 20, verifier: null, unexplored: null } as const;
  const common = { id, title, threads: [], objects: 1, scaledFrom: null, memoryModel: "sc", base: {} } as const;
  return { ...common, configuration: null, patch: 0, before: null, after: outcome };
}

export function finding(range: Span, parts: Partial<Finding> = {}): Finding {
  return {
    code: "lifetime.use-after-free",
    severity: "error",
    status: "introduced",
    origin: "author",
    fingerprint: `f${range.start}`,
    message: "lamp 1 is used after it was freed",
    range,
    function: "lamp_put",
    patch: 0,
    introducedBy: null,
    fixedBy: null,
    fixedAt: null,
    scenario: "s1",
    configuration: null,
    base: null,
    assumptions: [],
    replay: null,
    steps: [],
    threads: ["CPU 0: put", "CPU 1: look"],
    ...parts,
  };
}

export function step(location: FindingStep["location"], parts: Partial<FindingStep> = {}): FindingStep {
  return { thread: 0, text: "free(lamp)", location, via: [], state: {}, changed: [], blocked: {}, notes: [], ...parts };
}

export function facts(range: Span, parts: Partial<LineFacts> = {}): LineFacts {
  return {
    range,
    function: "lamp_put",
    does: [],
    states: [],
    moreStates: false,
    meanwhile: [],
    side: "both",
    executed: true,
    ...parts,
  };
}

export function spanOf(text: string, part: string): Span {
  const start = text.indexOf(part);
  if (start < 0) throw new Error(`${JSON.stringify(part)} is not in the text`);
  return { start, end: start + part.length };
}

/** The same for every document. */
export function always(make: (text: string) => Review): ReviewDocument {
  return async function* ({ text }) {
    yield make(text);
  };
}
