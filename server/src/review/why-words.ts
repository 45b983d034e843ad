/** The one sentence that tells what a line is there for. */
import { extent } from "./statements";
import type { PatchState } from "./state";
import type { Break, WhyLine, WhyWay } from "./why";

export function summaryOf({ outcome, ways, acts }: Omit<WhyLine, "summary">, state: PatchState): string {
  const breaking = ways.filter((way) => way.breaks.some(isSerious));
  const first = breaking[0];
  const break_ = first?.breaks[0];
  if (first !== undefined && break_ !== undefined) return `${first.title}: ${breakWords(break_)}`;
  if (ways.length === 0) return "leaving it out changes nothing in any model: what it does is not tracked";
  const sides = state.variants.flatMap((variant) => variant.after ?? []);
  if (outcome === "incomplete") {
    return "nothing broke without it, but not everything could be explored then: nothing follows from that";
  }
  const information = ways.flatMap((way) => way.breaks)[0];
  const also = information === undefined ? "" : `; for information: ${information.finding.message}`;
  const isViolated = sides.some((side) => side.scenarios.some((s) => s.told.some((told) => told.severity === "error")));
  const hidden = isViolated ? "; but the code is violated as it is, and that may hide what else depends on it" : "";
  const what = acts ? "nothing that we check depends on this line" : "nothing that we check depends on this";
  return `${what}: ${isViolated ? "nothing new goes wrong without it" : "no violation without it either"}, in ${extent(state, sides)}${also}${hidden}`;
}

/** `refcount_t: underflow; use-after-free. in put_root(), 9 steps` */
export function breakWords({ finding, site }: Break): string {
  const { message, steps } = finding;
  const where = site === null ? "" : ` in ${site}()`;
  const choice = finding.severity === "warning" ? " (depends on conditions that nobody tracks)" : "";
  return `${message.replace(/\.$/, "")}${where}, ${steps.length} ${steps.length === 1 ? "step" : "steps"}${choice}`;
}

export function isSerious({ finding }: Break): boolean {
  return finding.severity !== "info";
}

/** What was tried on a line and broke nothing. */
export function quietWays(ways: readonly WhyWay[]): readonly WhyWay[] {
  return ways.filter((way) => !way.breaks.some(isSerious));
}
