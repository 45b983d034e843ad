/** Changes of single steps. */
import type { Action, LocalInfo, Step } from "../ir";
import { isActing } from "../lower/builder";
import { constant } from "../lower/values";
import type { Edit } from "./mutant";
import type { Site } from "./site";

/** The actions that take the place of one, in this order. A branch among them goes on with the next one, or past all of them. */
export type Replacement = readonly Action[];

/** A further local of the program, for what lies between the actions. */
export type NewLocal = (info: LocalInfo) => number;

/** Replaces each step of the site; null makes no sense of it, and leaves the program as it is. */
export function replacing(site: Pick<Site, "in">, by: (step: Step, newLocal: NewLocal) => Replacement | null): Edit {
  return (raw) => {
    const places = site.in(raw);
    if (places.length === 0) return null;
    const steps = raw.steps.slice();
    const locals = raw.locals.slice();
    const newLocal: NewLocal = (info) => locals.push(info) - 1;
    for (const at of places) {
      const step = raw.steps[at];
      const actions = step === undefined ? null : by(step, newLocal);
      if (step === undefined || actions === null) return null;
      put(steps, at, step, actions);
    }
    return { ...raw, steps, locals };
  };
}

/** What is left of an operation that is not done: its result is 0. */
export function nothing(action: Action): Replacement {
  const into = "into" in action ? action.into : null;
  return into === null ? [{ kind: "branch", test: constant(1) }] : result(into, 0);
}

/** A result that is always the same, if anybody looks at it. */
export function result(into: number | null, value: number): Replacement {
  return into === null ? [] : [{ kind: "assign", into, value: constant(value) }];
}

/** Other ways out of the steps of the site. */
export function rerouting(site: Pick<Site, "in">, ways: (next: readonly number[]) => readonly number[]): Edit {
  return (raw) => {
    const places = new Set(site.in(raw));
    if (places.size === 0) return null;
    const steps = raw.steps.map((step, at) => (places.has(at) ? { ...step, next: ways(step.next) } : step));
    return { ...raw, steps };
  };
}

/** The first action stands where the step stood, so that every way into it stays; the others stand at the end. */
export function put(steps: Step[], at: number, step: Step, actions: Replacement): void {
  const past = step.next;
  let next = past;
  for (const [index, action] of [...actions.entries()].toReversed()) {
    const ways = action.kind === "branch" ? [next[0] ?? 0, past[0] ?? 0] : next;
    const made: Step = { ...step, action, next: ways, acting: isActing(action) };
    if (index === 0) steps[at] = made;
    else next = [steps.push(made) - 1];
  }
}
