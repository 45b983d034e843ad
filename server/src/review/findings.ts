/** Makes of a violation what a face shows: the steps with their places, and the one place in the document to mark. */
import { CODES } from "../model/codes";
import type { Model, Step } from "../model/ir";
import { encodeReplay, traceOf } from "../simulate";
import type { TraceStep, Violation } from "../simulate/result";
import type { Span } from "../text/mapped";
import { fingerprint } from "./fingerprint";
import type { Locator } from "./locate";
import type { FindingStep, Severity } from "./review";
import { severityFor } from "./severity";

/** What a finding says that sequential consistency does not have. */
export const ONLY_TSO = "only with store buffers as x86 has them, not under sequential consistency";

/** A violation as a face tells it. The trace is only made when somebody asks for what needs it. */
export class Told {
  readonly code: string;
  readonly severity: Severity;
  /** In decisions: what is compared when the shortest is looked for. */
  readonly length: number;
  /** Sequential consistency has no such finding. */
  isOnlyTso = false;
  /** `CONFIG_X off`; empty for a kernel that is configured as it is taken to be. */
  configuration = "";
  private knownTrace: readonly TraceStep[] | null = null;
  private knownMark: Mark | null = null;
  private knownSteps: readonly FindingStep[] | null = null;
  private knownFunctions: ReadonlySet<string> | null = null;

  /**
   * @param scenario what the replay token is of
   * @param stable part of the fingerprint: the scenario without the base's facts, for any of them may tell it shortest
   */
  constructor(
    private readonly model: Model,
    private readonly violation: Violation,
    private readonly isCertain: boolean,
    private readonly locator: Locator,
    private readonly scenario: string,
    private readonly stable: string,
  ) {
    this.code = violation.code;
    this.severity = severityFor(violation.severity, isCertain);
    this.length = violation.decisions.length;
  }

  /** A warning names the choices that it rests on. */
  get message(): string {
    const choices = this.isCertain ? [] : this.choices;
    const only = [
      ...(this.configuration === "" ? [] : [`only with ${this.configuration}`]),
      ...(this.isOnlyTso ? [ONLY_TSO] : []),
      ...(choices.length > 0 ? [`only if: ${choices.join("; ")}`] : []),
    ];
    return only.length === 0 ? this.violation.message : `${this.violation.message} (${only.join("; ")})`;
  }

  get range(): Span | null {
    return this.mark.range;
  }

  get function(): string | null {
    return this.mark.function;
  }

  /** The function in which it happens, without asking for the trace: to compare one violation with another. */
  get site(): string | null {
    const { model, violation } = this;
    return siteOf(model.programs[model.threads[violation.thread]?.program ?? -1]?.steps[violation.step]);
  }

  get threads(): string[] {
    return this.model.threads.map((thread) => thread.name);
  }

  get replay(): string {
    return encodeReplay(this.scenario, this.violation.decisions);
  }

  get fingerprint(): string {
    const { object } = this.violation;
    const type = object === null ? "" : (this.model.types[object.type]?.name ?? "");
    return fingerprint([this.code, this.function ?? "", type, this.mark.text, `${this.stable}${this.configuration}`]);
  }

  get steps(): readonly FindingStep[] {
    return (this.knownSteps ??= this.trace.flatMap((traced, index) => {
      const step = stepOf(this.model, traced);
      if (step === undefined || !isShown(step, traced)) return [];
      const way = this.violation.decisions[index]?.alternative ?? 0;
      return [shownStep(traced, step, textOf(step, way), this.locator)];
    }));
  }

  /** Functions that the trace goes through. */
  get functions(): ReadonlySet<string> {
    return (this.knownFunctions ??= new Set(
      this.trace.flatMap((traced) => stepOf(this.model, traced)?.stack.map((f) => f.function) ?? []),
    ));
  }

  /** The free choices that the trace makes, each once. */
  private get choices(): string[] {
    const made = this.trace.flatMap((traced) => {
      const action = stepOf(this.model, traced)?.action;
      return action?.kind === "choose" && action.nature === "free" ? [action.what] : [];
    });
    return [...new Set(made)];
  }

  private get trace(): readonly TraceStep[] {
    return (this.knownTrace ??= traceOnce(this.model, this.violation));
  }

  private get mark(): Mark {
    return (this.knownMark ??= this.findMark());
  }

  private findMark(): Mark {
    const { model, violation, locator } = this;
    const last = model.programs[model.threads[violation.thread]?.program ?? -1]?.steps[violation.step];
    const direct = last === undefined ? null : markStep(last, locator);
    const text = last?.text ?? "";
    if (direct?.isChanged === true) return { ...direct, text };
    return { ...(markEarlier(model, violation, this.trace, locator) ?? direct ?? unmarked(last)), text };
  }
}

/** An exploration is remembered from one review to the next, and so are the traces of what it found. */
const traces = new WeakMap<Model, WeakMap<Violation, readonly TraceStep[]>>();

function traceOnce(model: Model, violation: Violation): readonly TraceStep[] {
  const ofModel = traces.get(model) ?? new WeakMap<Violation, readonly TraceStep[]>();
  traces.set(model, ofModel);
  const made = ofModel.get(violation) ?? traceOf(model, violation.decisions);
  ofModel.set(violation, made);
  return made;
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
  // Which list an object is taken off is a question of ours: the code has only the removal behind it.
  if (step.action.kind === "list" && step.action.op === "on_list") return false;
  return step.acting ? step.action.kind !== "done" : step.action.kind === "choose" || traced.findings.length > 0;
}

/** A choice is only half told without the way that it went. */
function textOf({ action, next, text }: Step, way: number): string {
  return action.kind === "choose" && next.length === 2 ? `${text}: ${way === 0 ? "yes" : "no"}` : text;
}

function shownStep(traced: TraceStep, step: Step, text: string, locator: Locator): FindingStep {
  const calls = step.stack.map((frame) => frame.call);
  const place = step.place ?? calls.findLast((call) => call !== null) ?? null;
  return {
    thread: traced.thread,
    text,
    location:
      place === null
        ? { kind: "harness", path: "", line: 1, column: 1, endLine: 1, endColumn: 1 }
        : locator.location(place),
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

interface Marked {
  readonly range: Span | null;
  readonly function: string | null;
  /** An added or removed line. */
  readonly isChanged: boolean;
}

/**
 * What a patch does wrong shows first in code that it did not touch, as often as not. Then the last step before on a
 * line that it did change is the one to look at, that of the same thread first. Null when there is none and the step
 * itself is shown.
 */
function markEarlier(model: Model, violation: Violation, trace: readonly TraceStep[], locator: Locator): Marked | null {
  const before = [...trace].reverse();
  const own = before.filter((traced) => traced.thread === violation.thread);
  for (const candidates of [own, before]) {
    for (const traced of candidates) {
      const step = stepOf(model, traced);
      const marked = step?.acting === true ? markStep(step, locator) : null;
      if (marked?.isChanged === true) return marked;
    }
  }
  const last = model.programs[model.threads[violation.thread]?.program ?? -1]?.steps[violation.step];
  if (last !== undefined && markStep(last, locator) !== null) return null;
  for (const traced of [...own, ...before]) {
    const step = stepOf(model, traced);
    const marked = step?.acting === true ? markStep(step, locator) : null;
    if (marked !== null) return marked;
  }
  return null;
}

function unmarked(last: Step | undefined): Marked {
  return { range: null, function: siteOf(last), isChanged: false };
}

/** The function that a step stands in. */
function siteOf(step: Step | undefined): string | null {
  return step?.stack[step.stack.length - 1]?.function ?? null;
}

/** The step itself where the patch shows it, else the innermost call to it that is shown. */
export function markStep(step: Step, locator: Locator): Marked | null {
  const places = [step.place, ...step.stack.map((frame) => frame.call).reverse()];
  const functions = step.stack.map((frame) => frame.function).reverse();
  for (const [depth, place] of places.entries()) {
    const range = locator.shownByPatch(place);
    const inFunction = functions[depth] ?? null;
    if (range !== null && place !== null) return { range, function: inFunction, isChanged: locator.isChanged(place) };
  }
  return null;
}
