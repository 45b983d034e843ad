/** Small changes of a model, to see whether its scenarios would notice. */
import type { Action, Model, Step } from "./ir";

export interface Mutant {
  /** What was done, for a person: `without list_del_rcu(&root->link)`. */
  readonly title: string;
  apply(model: Model): Model;
}

/** One mutant for each distinct statement that acts on an object inside a function: the statement is left out. */
export function deletions(models: readonly Model[], functionName: string): Mutant[] {
  const found = new Map<string, Mutant>();
  for (const model of models) {
    for (const program of model.programs) {
      for (const step of program.steps) {
        if (step.stack[step.stack.length - 1]?.function !== functionName || !isWorthDeleting(step.action)) continue;
        const key = keyOf(step);
        if (found.has(key)) continue;
        found.set(key, { title: `without ${step.text}`, apply: (of) => without(of, key) });
      }
    }
  }
  return [...found.values()];
}

/** Deleting a lock or an assertion says little; deleting what changes an object should always be noticed somewhere. */
function isWorthDeleting(action: Action): boolean {
  switch (action.kind) {
    case "refcount":
      return action.op !== "read";
    case "list":
      return action.op !== "first" && action.op !== "next" && action.op !== "empty" && action.op !== "on_list";
    case "work":
    case "callRcu":
    case "free":
    case "rmw":
    case "store":
      return true;
    default:
      return false;
  }
}

function keyOf(step: Step): string {
  const { place } = step;
  return place === null ? "" : `${place.file}:${place.start}:${place.end}:${step.text}`;
}

function without(model: Model, key: string): Model {
  const programs = model.programs.map((program) => ({
    ...program,
    steps: program.steps.map((step): Step => {
      if (keyOf(step) !== key || !isWorthDeleting(step.action)) return step;
      const into = "into" in step.action ? step.action.into : null;
      const zero = { kind: "const", value: 0 } as const;
      const next = step.next[0] ?? 0;
      if (into === null) return { ...step, action: { kind: "branch", test: zero }, next: [next, next], acting: false };
      return { ...step, action: { kind: "assign", into, value: zero }, next: [next], acting: false };
    }),
  }));
  return { ...model, programs };
}
