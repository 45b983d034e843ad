/** A check that is turned round, or not made: the code goes on as if it had come out one way. */
import type { Program } from "../ir";
import { setBy, usesOf } from "../passes/flow";
import type { Change } from "./change";
import { waysInto } from "./graph";
import { rerouting } from "./rewrite";
import { rawPrograms } from "./run";
import { homeOf, type IsHome } from "./home";
import type { Site } from "./site";

/**
 * Conditions that the function itself spells out and that turn on something shared. The condition of an assertion is
 * none of them: who leaves that out does nothing different.
 */
export function otherWay(site: Site, isHome: IsHome): readonly Change[] {
  const { sample, model } = site;
  if (sample.action.kind !== "branch" || !isSpelledOut(site, isHome)) return [];
  const raws = rawPrograms([model]);
  if (raws.some((raw) => leadsToAssertion(site, raw))) return [];
  if (!raws.some((raw) => site.in(raw).some((at) => turnsOnShared(raw, at)))) return [];
  return [
    ["negated", rerouting(site, ([yes = 0, no = 0]) => [no, yes])],
    ["taken for true", rerouting(site, ([yes = 0]) => [yes, yes])],
    ["taken for false", rerouting(site, ([, no = 0]) => [no, no])],
  ];
}

function isSpelledOut({ sample }: Site, isHome: IsHome): boolean {
  return sample.place?.via === null && homeOf(sample, isHome)?.depth === sample.stack.length - 1;
}

function leadsToAssertion(site: Site, program: Program): boolean {
  return site.in(program).some((at) =>
    program.steps[at]?.next.some((to) => {
      const kind = program.steps[to]?.action.kind;
      return kind === "assert" || kind === "bound" || kind === "unknown";
    }),
  );
}

/** Whether a value that the branch tests may have come from a step that acts. */
function turnsOnShared(program: Program, branch: number): boolean {
  const before = waysInto(program);
  const seen = new Set<string>();
  const asked = (at: number): readonly (readonly [step: number, local: number])[] => {
    const step = program.steps[at];
    const uses = step === undefined ? [] : usesOf(step.action);
    return uses.flatMap((local) => (before[at] ?? []).map((from) => [from, local] as const));
  };
  const pending = [...asked(branch)];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [at, local] = next;
    const key = `${at} ${local}`;
    const step = program.steps[at];
    if (step === undefined || seen.has(key)) continue;
    seen.add(key);
    if (setBy(step.action) !== local) pending.push(...(before[at] ?? []).map((from) => [from, local] as const));
    else if (step.acting) return true;
    else pending.push(...asked(at));
  }
  return false;
}
