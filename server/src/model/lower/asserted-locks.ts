/**
 * How an entry point is called, read from what it says itself: a thread that begins in a function whose first lines are
 * lockdep_assert_held*(), or whose head is annotated with __must_hold() and the like, holds those locks, as its caller
 * would.
 */
import type { FunctionDef } from "../../c/syntax";
import type { Action, LockMode, Program, Step } from "../ir";
import type { World } from "./world";

type Asserted = Extract<Action, { readonly kind: "assertHeld" }>;

interface CallersLock {
  readonly lock: number;
  readonly mode: LockMode;
  /** What asks for it. */
  readonly what: string;
  /** Whether it is held at the call, and at the return. */
  readonly before: boolean;
  readonly behind: boolean;
}

/** The program, with the locks taken before its first step and given back at each of its ends. */
export function withAssertedLocks(program: Program, definition: FunctionDef, world: World): Program {
  const annotated = annotatedLocks(definition, world);
  const isAnnotated = ({ lock }: CallersLock): boolean => annotated.some((each) => each.lock === lock);
  const locks = [...annotated, ...leadingAsserts(program.steps).filter((each) => !isAnnotated(each))];
  const before = locks.filter((each) => each.before);
  const behind = locks.filter((each) => each.behind).toReversed();
  if (locks.length === 0) return program;
  const shift = before.length;
  const takes = before.map((each, index) => lockStep(each, "acquire", index + 1));
  const steps: Step[] = [
    ...takes,
    ...program.steps.map((step) => ({ ...step, next: step.next.map((next) => next + shift) })),
  ];
  const { length } = steps;
  for (let at = 0; behind.length > 0 && at < length; at++) {
    const step = steps[at];
    if (step?.action.kind !== "end") continue;
    // The end moves behind the steps that give the locks back, the last taken first.
    const first = steps.length;
    const gives = behind.map((each, index) => lockStep(each, "release", first + index));
    steps.push(...gives.slice(1), step);
    steps[at] = gives[0] ?? step;
  }
  return { ...program, steps };
}

/** Assertions of the entry itself, before it does anything else that others could notice. */
function leadingAsserts(steps: readonly Step[]): CallersLock[] {
  const found: Asserted[] = [];
  let at = 0;
  for (let step = steps[at]; step !== undefined && found.length < steps.length; step = steps[at]) {
    const { action } = step;
    if (action.kind === "assertHeld" && step.stack.length <= 1 && action.of === null && action.mode !== "none") {
      if (!found.some(({ lock }) => lock === action.lock)) found.push(action);
    } else if (action.kind !== "assign") break;
    at = step.next[0] ?? steps.length;
  }
  return found.map(({ lock, mode, message }) => {
    const held = mode === "shared" ? "shared" : "exclusive";
    return { lock, mode: held, what: message.split(": ")[0] ?? "a lock", before: true, behind: true };
  });
}

/** `__must_hold(&vm->lock)`, `__acquires()`, `__releases()` and their `_shared` forms behind the parameters. */
const ANNOTATION = /\b__(must_hold|acquires|releases)(_shared)?\s*\(\s*&?\s*(\w+)(?:\s*(?:->|\.)\s*([\w.]+))?\s*\)/g;

/** Of locks that there is one of: a global, or a member of a parameter that points to a single object. */
function annotatedLocks({ params, place, body }: FunctionDef, world: World): CallersLock[] {
  const head = world.codebase.text({ ...place, end: body.place.start });
  return [...head.matchAll(ANNOTATION)].flatMap(([what, effect, shared, name = "", path]) => {
    const param = params.find((each) => each.name === name);
    const type = param === undefined ? null : world.singleBehind(param.type);
    const global = path === undefined ? world.codebase.global(name) : undefined;
    const member =
      type !== null && path !== undefined
        ? world.member(type, path)
        : global !== undefined
          ? world.global(name, global.type)
          : null;
    if (member?.is !== "lock") return [];
    const mode = shared === undefined ? ("exclusive" as const) : ("shared" as const);
    return [{ lock: member.lock, mode, what, before: effect !== "acquires", behind: effect !== "releases" }];
  });
}

function lockStep({ lock, mode, what }: CallersLock, op: "acquire" | "release", next: number): Step {
  return {
    action: { kind: "lock", op, lock, of: null, mode, into: null },
    next: [next],
    place: null,
    text: `${op === "acquire" ? "called with" : "returns to who holds"} what ${what} asks for`,
    stack: [],
    acting: true,
  };
}
