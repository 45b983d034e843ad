/** The function around a changed statement, as IR: what a reason for a mutant rests on. */
import type { Model, Program, Step } from "../ir";
import type { IsHome } from "./home";
import { rawPrograms, runsOf } from "./run";

/**
 * For each function at home a text of all the forms that it takes in the models, with everything that is put in place of its calls.
 * Nothing in it depends on lines, on the numbers of locals, or on what other functions do.
 */
export function surroundings(models: readonly Model[], isHome: IsHome): ReadonlyMap<string, string> {
  const forms = new Map<string, Set<string>>();
  for (const raw of rawPrograms(models)) {
    for (const { name, depth, start, end } of bodiesOf(raw, isHome)) {
      const text = raw.steps
        .slice(start, end)
        .map((step, at) => spell(step, depth, at + start))
        .join("\n");
      forms.set(name, (forms.get(name) ?? new Set()).add(text));
    }
  }
  return new Map([...forms].map(([name, texts]) => [name, [...texts].sort().join("\n\n")]));
}

interface Body {
  readonly name: string;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
}

/** The calls of functions at home, and the programs' own functions where they are at home. */
function bodiesOf(raw: Program, isHome: IsHome): readonly Body[] {
  const everywhere = runsOf(raw, () => true);
  return everywhere.flatMap(({ callee, depth, start, end }) =>
    callee !== null && isHome(callee) ? [{ name: callee, depth: depth + 1, start, end }] : [],
  );
}

function spell(step: Step, depth: number, at: number): string {
  const inside = step.stack.slice(depth).map((frame) => frame.function);
  const { action } = step;
  const op = "op" in action ? `${action.kind} ${action.op}` : action.kind;
  return [inside.join(">"), op, step.text, step.next.map((to) => to - at).join()].join("|");
}
