/** Makes of a violation what a face shows: the steps with their places, and the one place in the document to mark. */
import { CODES } from "../model/codes";
import type { Model, Step } from "../model/ir";
import { encodeReplay, traceOf } from "../simulate";
import type { TraceStep, Violation } from "../simulate/result";
import type { Span } from "../text/mapped";
import { fingerprint } from "./fingerprint";
import type { Locator } from "./locate";
import type { FindingStep } from "./review";
import { severityFor } from "./severity";

export interface Told {
  readonly code: string;
  readonly message: string;
  readonly severity: "error" | "warning" | "info";
  readonly range: Span | null;
  readonly function: string | null;
  readonly steps: readonly FindingStep[];
  readonly threads: readonly string[];
  readonly replay: string;
  readonly fingerprint: string;
  /** Functions that the trace goes through, and whether the base speaks for some of their lines. */
  readonly functions: ReadonlySet<string>;
  /** The free choices that the trace makes. */
  readonly choices: readonly string[];
}

/** `scenario` is part of the fingerprint. */
export function tell(model: Model, violation: Violation, isCertain: boolean, locator: Locator, scenario: string): Told {
  const trace = traceOf(model, violation.decisions);
  const steps: FindingStep[] = [];
  const functions = new Set<string>();
  const choices: string[] = [];
  for (const traced of trace) {
    const step = stepOf(model, traced);
    if (step === undefined) continue;
    for (const frame of step.stack) functions.add(frame.function);
    if (step.action.kind === "choose" && step.action.nature === "free") choices.push(step.action.what);
    if (isShown(step, traced)) steps.push(shownStep(traced, step, locator));
  }
  const marked = mark(model, violation, trace, locator);
  const severity = severityFor(violation.severity, isCertain);
  const named = choices.length > 0 && !isCertain ? ` (only if: ${[...new Set(choices)].join("; ")})` : "";
  return {
    code: violation.code,
    message: `${violation.message}${named}`,
    severity,
    range: marked.range,
    function: marked.function,
    steps,
    threads: model.threads.map((thread) => thread.name),
    replay: encodeReplay(scenario, violation.decisions),
    fingerprint: fingerprint([violation.code, marked.function ?? "", objectOf(model, violation), marked.text, scenario]),
    functions,
    choices,
  };
}

/** What a lens says of a code. */
export function shortName(code: string): string {
  return CODES[code]?.short ?? code.slice(code.indexOf(".") + 1).replaceAll("-", " ");
}

function stepOf(model: Model, traced: TraceStep): Step | undefined {
  return model.programs[traced.program]?.steps[traced.step];
}

/** Arithmetic over locals is between the lines; everything that others can see is a step. */
function isShown(step: Step, traced: TraceStep): boolean {
  return step.acting ? step.action.kind !== "done" : step.action.kind === "choose" || traced.findings.length > 0;
}

function shownStep(traced: TraceStep, step: Step, locator: Locator): FindingStep {
  const calls = step.stack.map((frame) => frame.call);
  const place = step.place ?? calls.findLast((call) => call !== null) ?? null;
  return {
    thread: traced.thread,
    text: step.text,
    location: place === null ? { kind: "harness", path: "", line: 1, column: 1, endLine: 1, endColumn: 1 } : locator.location(place),
    via: locator.ways(step.place, calls),
    functions: step.stack.map((frame) => frame.function),
    state: traced.state,
    changed: traced.changed,
    blocked: Object.fromEntries(Object.entries(traced.blocked)),
    notes: traced.findings.map((finding) => finding.message),
  };
}

interface Mark {
  readonly range: Span | null;
  readonly function: string | null;
  readonly text: string;
}

/**
 * The step itself where the document shows it; else what leads to it and is shown: the calls around it, then the steps
 * before it, those of its own thread and on changed lines first.
 */
function mark(model: Model, violation: Violation, trace: readonly TraceStep[], locator: Locator): Mark {
  const program = model.programs[model.threads[violation.thread]?.program ?? -1];
  const last = program?.steps[violation.step];
  const text = last?.text ?? "";
  const direct = last === undefined ? null : markStep(last, locator);
  if (direct !== null) return { ...direct, text };
  const before = [...trace].reverse();
  const own = before.filter((traced) => traced.thread === violation.thread);
  for (const candidates of [own, before]) {
    const steps = candidates.flatMap((traced) => stepOf(model, traced) ?? []).filter((step) => step.acting);
    const changed = steps.find((step) => step.place !== null && locator.isChanged(step.place));
    const found = changed ?? steps.find((step) => markStep(step, locator) !== null);
    const marked = found === undefined ? null : markStep(found, locator);
    if (marked !== null) return { ...marked, text };
  }
  return { range: null, function: last?.stack[last.stack.length - 1]?.function ?? null, text };
}

function markStep(step: Step, locator: Locator): { range: Span; function: string | null } | null {
  const own = locator.shown(step.place);
  if (own !== null) return { range: own, function: step.stack[step.stack.length - 1]?.function ?? null };
  for (let index = step.stack.length - 1; index > 0; index--) {
    const range = locator.shown(step.stack[index]?.call ?? null);
    if (range !== null) return { range, function: step.stack[index - 1]?.function ?? null };
  }
  return null;
}

function objectOf(model: Model, violation: Violation): string {
  return violation.object === null ? "" : (model.types[violation.object.type]?.name ?? "");
}
