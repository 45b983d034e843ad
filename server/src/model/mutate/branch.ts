/** A check that is turned round, or not made: the code goes on as if it had come out one way. */
import type { Program } from "../ir";
import type { Change } from "./change";
import { rerouting } from "./rewrite";
import type { Site } from "./site";

/** The condition of an assertion is none of them: who leaves that out does nothing different. */
export function otherWay(site: Site): readonly Change[] {
  const { sample, model } = site;
  if (sample.action.kind !== "branch" || sample.action.test.kind === "const") return [];
  if (model.programs.some((program) => leadsToAssertion(site, program))) return [];
  return [
    ["negated", rerouting(site, ([yes = 0, no = 0]) => [no, yes])],
    ["always", rerouting(site, ([yes = 0]) => [yes, yes])],
    ["never", rerouting(site, ([, no = 0]) => [no, no])],
  ];
}

function leadsToAssertion(site: Site, program: Program): boolean {
  return site.in(program).some((at) =>
    program.steps[at]?.next.some((to) => {
      const kind = program.steps[to]?.action.kind;
      return kind === "assert" || kind === "bound" || kind === "unknown";
    }),
  );
}
