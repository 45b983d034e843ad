/** Which violations happen whatever the conditions are that nobody tracks: those are errors, the others warnings. */
import type { Model, Step } from "../model/ir";
import { traceOf } from "../simulate";
import type { Exploration, Violation } from "../simulate/result";

/** With no untracked condition at all. */
type ExploreStrictly = (model: Model) => Promise<Exploration | null>;

/** More conditions than this on one trace are too many to try each as true and as false. */
const MOST_CONDITIONS = 2;

/**
 * Codes that are reached when nothing untracked decides, or with each of the values that the conditions of their trace
 * can have, the same one each time that it is asked for; null when it was stopped. A violation that needs a condition
 * to be true, or to be true at one time and false at another, is not among them.
 */
export async function certainCodes(
  model: Model,
  { violations }: Exploration,
  explore: ExploreStrictly,
): Promise<ReadonlySet<string> | null> {
  if (violations.length === 0 || !hasFreeChoice(model)) return codesOf(violations);
  const strict = await explore(model);
  if (strict === null) return null;
  const certain = codesOf(strict.violations);
  for (const conditions of conditionsOf(model, violations, certain)) {
    let always = [...codesOf(violations)];
    for (const fixed of assignments(conditions)) {
      if (always.length === 0) break;
      const found = await explore(withFixed(model, fixed));
      if (found === null) return null;
      const codes = codesOf(found.violations);
      always = always.filter((code) => codes.has(code));
    }
    for (const code of always) certain.add(code);
  }
  return certain;
}

function hasFreeChoice(model: Model): boolean {
  return model.programs.some((program) => program.steps.some((step) => conditionOf(step) !== null));
}

function codesOf(violations: readonly Violation[]): Set<string> {
  return new Set(violations.map((violation) => violation.code));
}

/** What the shortest trace of each code that is not certain yet rests on, each set of conditions once. */
function conditionsOf(model: Model, violations: readonly Violation[], certain: ReadonlySet<string>): string[][] {
  const shortest = new Map<string, Violation>();
  for (const violation of violations) {
    const had = shortest.get(violation.code);
    if (certain.has(violation.code) || (had !== undefined && had.decisions.length <= violation.decisions.length))
      continue;
    shortest.set(violation.code, violation);
  }
  const all = [...shortest.values()].map((violation) => {
    const made = traceOf(model, violation.decisions).flatMap((traced) => {
      const step = model.programs[traced.program]?.steps[traced.step];
      return (step === undefined ? null : conditionOf(step)) ?? [];
    });
    return [...new Set(made)].toSorted();
  });
  const few = all.filter((conditions) => conditions.length > 0 && conditions.length <= MOST_CONDITIONS);
  return [...new Map(few.map((conditions) => [JSON.stringify(conditions), conditions])).values()];
}

function conditionOf({ action }: Step): string | null {
  return action.kind === "choose" && action.nature === "free" ? action.what : null;
}

/** Every way to give each condition one of its two values. */
function assignments(conditions: readonly string[]): ReadonlyMap<string, boolean>[] {
  let all = [new Map<string, boolean>()];
  for (const condition of conditions)
    all = all.flatMap((some) => [new Map(some).set(condition, true), new Map(some).set(condition, false)]);
  return all;
}

function withFixed(model: Model, fixed: ReadonlyMap<string, boolean>): Model {
  const programs = model.programs.map((program) => ({
    ...program,
    steps: program.steps.map((step): Step => {
      const value = fixed.get(conditionOf(step) ?? "");
      if (value === undefined || step.next.length !== 2) return step;
      return { ...step, action: { kind: "branch", test: { kind: "const", value: value ? 1 : 0 } } };
    }),
  }));
  return { ...model, programs };
}
