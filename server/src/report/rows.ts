/** The steps of a trace as the rows of a table: one cell in the column of a thread, and what changed beside it. */
import type { Finding, FindingStep } from "../review/review";
import { changesOf } from "./changes";
import { asciiLine, plural } from "./visible";

export interface Row {
  /** Line of the document, when the step stands there. */
  readonly line: number | null;
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

/** `lineOf` gives the line of the document in which a step stands. */
export function traceRows(finding: Finding, lineOf: (step: FindingStep) => number | null): Trace {
  const { steps } = finding;
  const changes = changesOf(steps);
  const rows: Row[] = [];
  const open = new Map<number, readonly string[]>();
  for (let at = 0; at < steps.length;) {
    const step = steps[at];
    if (step === undefined) break;
    const { thread } = step;
    const skipped = foldable(steps, changes.of, at);
    const stack = step.functions ?? [];
    if (skipped >= WORTH_FOLDING) {
      const text = `[${plural(skipped, "step")} that ${skipped === 1 ? "changes" : "change"} nothing]`;
      rows.push({ line: null, thread, kind: "fold", depth: depthOf(step), text, changes: [] });
      at += skipped;
      continue;
    }
    rows.push(...heads(thread, open.get(thread) ?? [], stack));
    open.set(thread, stack);
    rows.push({
      line: lineOf(step),
      thread,
      kind: "step",
      depth: depthOf(step),
      text: asciiLine(step.text),
      changes: changes.of[at] ?? [],
    });
    rows.push(...notes(step));
    at++;
  }
  return { rows, object: changes.object };
}

/** Fewer lines are not worth the question what they were. */
const WORTH_FOLDING = 3;

function depthOf(step: FindingStep): number {
  return step.functions?.length ?? 0;
}

/** The names of the functions that were entered since the thread's last row. */
function heads(thread: number, before: readonly string[], now: readonly string[]): Row[] {
  let same = 0;
  while (same < now.length && before[same] === now[same]) same++;
  return now.slice(same).map((name, index) => ({
    line: null,
    thread,
    kind: "call",
    depth: same + index,
    text: `${asciiLine(name)}()`,
    changes: [],
  }));
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
 * object or lock, and neither the first nor the last before another thread moves.
 */
function foldable(steps: readonly FindingStep[], changes: readonly (readonly string[])[], from: number): number {
  const thread = steps[from]?.thread;
  if (from === 0 || steps[from - 1]?.thread !== thread) return 0;
  let at = from;
  while (at + 1 < steps.length && steps[at + 1]?.thread === thread && isDull(steps[at], changes[at])) at++;
  return at - from;
}

function isDull(step: FindingStep | undefined, changes: readonly string[] | undefined): boolean {
  if (step === undefined || step.location.kind === "document") return false;
  return step.changed.length === 0 && step.notes.length === 0 && (changes?.length ?? 0) === 0;
}
