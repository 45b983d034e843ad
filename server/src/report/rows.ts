/** The steps of a trace as the rows of a table: one cell in the column of a thread, and what changed beside it. */
import type { Finding, FindingStep, Location } from "../review/review";
import { changesOf, GHOST } from "./changes";
import { asciiLine, plural } from "./visible";

export interface Row {
  /** Line of the document, when the step stands there. */
  readonly line: number | string | null;
  /** Index into the threads of the finding. */
  readonly thread: number;
  /** `call` is the head of a function, `note` what the step above set off; `fold` stands for steps that are left out. */
  readonly kind: "call" | "step" | "note" | "fold";
  /** How deep the calls are. */
  readonly depth: number;
  readonly text: string;
  readonly changes: readonly string[];
}

export interface Trace {
  readonly rows: readonly Row[];
  /** The one object that changes; null when there are several. */
  readonly object: string | null;
}

/** Gives the line of the document in which a step stands. */
export type LineOf = (step: FindingStep) => number | string | null;

export function traceRows(finding: Finding, lineOf: LineOf): Trace {
  const { steps } = finding;
  const changes = changesOf(steps);
  const rows: Row[] = [];
  const open = new Map<number, readonly string[]>();
  for (let at = 0; at < steps.length;) {
    const step = steps[at];
    if (step === undefined) break;
    const { thread } = step;
    const skipped = foldable(steps, at);
    if (skipped >= WORTH_FOLDING || (skipped > 0 && isGlue(step))) {
      const functions = commonStack(steps.slice(at, at + skipped + 1));
      rows.push(...heads({ ...step, functions }, open.get(thread) ?? [], lineOf));
      open.set(thread, functions);
      const text = `... (${plural(skipped, "step")})`;
      rows.push({ line: null, thread, kind: "fold", depth: functions.length, text, changes: [] });
      at += skipped;
      continue;
    }
    rows.push(...heads(step, open.get(thread) ?? [], lineOf));
    open.set(thread, step.functions ?? []);
    if (!isGlue(step) || step.notes.length === 0) {
      const text = asciiLine(step.text);
      const beside = changes.of[at] ?? [];
      const line = lineOf({ ...step, location: standsIn(step) });
      rows.push({ line, thread, kind: "step", depth: depthOf(step), text, changes: beside });
    }
    rows.push(...notes(step));
    at++;
  }
  return { rows, object: changes.object };
}

/** Fewer lines are not worth the question what they were. */
const WORTH_FOLDING = 2;

function depthOf(step: FindingStep): number {
  return step.functions?.length ?? 0;
}

/** The names of the functions that were entered since the thread's last row, with the lines of the calls. */
function heads(step: FindingStep, before: readonly string[], lineOf: LineOf): Row[] {
  const now = step.functions ?? [];
  let same = 0;
  while (same < now.length && before[same] === now[same]) same++;
  return now.slice(same).map((name, index) => {
    const depth = same + index;
    // The calls stand last in `via`, the outermost one at its end; nobody called the outermost function.
    const call = depth === 0 ? undefined : step.via[step.via.length - depth];
    const line = call === undefined ? null : lineOf({ ...step, location: call });
    return { line, thread: step.thread, kind: "call", depth, text: `${asciiLine(name)}()`, changes: [] };
  });
}

/** The functions that all of the steps stand in. */
function commonStack(steps: readonly FindingStep[]): readonly string[] {
  return steps
    .map(({ functions }) => functions ?? [])
    .reduce((common, stack) => {
      const end = common.findIndex((name, depth) => stack[depth] !== name);
      return end < 0 ? common : common.slice(0, end);
    });
}

function notes(step: FindingStep): Row[] {
  const { thread } = step;
  const depth = depthOf(step);
  return step.notes.map((note) => ({
    line: null,
    thread,
    kind: "note",
    depth,
    text: `! ${asciiLine(note)}`,
    changes: [],
  }));
}

/**
 * How many steps from here on nobody needs to see: outside the document, of one thread, without an effect on any
 * object or lock, and not the last before another thread moves.
 */
function foldable(steps: readonly FindingStep[], from: number): number {
  const thread = steps[from]?.thread;
  if (from === 0) return 0;
  let at = from;
  while (at + 1 < steps.length && steps[at + 1]?.thread === thread && isDull(steps[at])) at++;
  return at - from;
}

function isDull(step: FindingStep | undefined): boolean {
  if (step === undefined || standsIn(step).kind === "document" || step.notes.length > 0) return false;
  return step.changed.every((name) => name.endsWith(GHOST));
}

/** Its own place, or the use of the macro that it comes from when that is in the document. */
function standsIn({ location, via, functions }: FindingStep): Location {
  const calls = Math.max((functions?.length ?? 0) - 1, 0);
  const macros = via.slice(0, Math.max(via.length - calls, 0));
  return [location, ...macros].find(({ kind }) => kind === "document") ?? location;
}

/** A primitive of our base and harness, which no kernel has: what a reader needs is the note beside it. */
function isGlue({ text, location }: FindingStep): boolean {
  return location.kind !== "document" && text.startsWith("lastput_");
}
