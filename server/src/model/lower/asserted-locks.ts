/**
 * How an entry point is called, read from what it asserts: a thread that begins in a function whose first lines are
 * lockdep_assert_held*() holds those locks, as its caller would.
 */
import type { Action, LockMode, Program, Step } from "../ir";

type Asserted = Extract<Action, { readonly kind: "assertHeld" }>;

/** The program, with the locks taken before its first step and given back at each of its ends. */
export function withAssertedLocks(program: Program): Program {
  const asserted = leadingAsserts(program.steps);
  if (asserted.length === 0) return program;
  const shift = asserted.length;
  const takes = asserted.map((action, index) => lockStep(action, "acquire", index + 1));
  const steps: Step[] = [
    ...takes,
    ...program.steps.map((step) => ({ ...step, next: step.next.map((next) => next + shift) })),
  ];
  const { length } = steps;
  for (let at = 0; at < length; at++) {
    const step = steps[at];
    if (step?.action.kind !== "end") continue;
    // The end moves behind the steps that give the locks back, the last taken first.
    const first = steps.length;
    const gives = asserted.toReversed().map((action, index) => lockStep(action, "release", first + index));
    steps.push(...gives.slice(1), step);
    steps[at] = gives[0] ?? step;
  }
  return { ...program, steps };
}

/** Assertions of the entry itself, before it does anything else that others could notice. */
function leadingAsserts(steps: readonly Step[]): readonly Asserted[] {
  const found: Asserted[] = [];
  let at = 0;
  for (let step = steps[at]; step !== undefined && found.length < steps.length; step = steps[at]) {
    const { action } = step;
    if (action.kind === "assertHeld" && step.stack.length <= 1 && action.of === null && action.mode !== "none") {
      if (!found.some(({ lock }) => lock === action.lock)) found.push(action);
    } else if (action.kind !== "assign") break;
    at = step.next[0] ?? steps.length;
  }
  return found;
}

function lockStep({ lock, mode, message }: Asserted, op: "acquire" | "release", next: number): Step {
  const held: LockMode = mode === "shared" ? "shared" : "exclusive";
  const what = message.split(": ")[0] ?? "a lock";
  return {
    action: { kind: "lock", op, lock, of: null, mode: held, into: null },
    next: [next],
    place: null,
    text: `${op === "acquire" ? "called with" : "returns to who holds"} what ${what} asks for`,
    stack: [],
    acting: true,
  };
}
