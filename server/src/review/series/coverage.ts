/** Which lines ran, where a later patch of a series may run what an earlier one adds. */
import type { Coverage, PatchReview } from "../review";
import type { PatchState } from "../state";
import { idleLines, membersOf } from "./end";
import type { Plan } from "./plan";

type Lines = Pick<Coverage, "actingLines" | "executed" | "notModelled" | "notRun">;

/** A line is one line, in however many patches of a series its function is changed; one of them is enough to run it. */
export function coverageOf(judged: readonly PatchState[], states: readonly PatchState[], plan: Plan): Lines {
  const acting = new Set(judged.flatMap(({ coverage }) => coverage.actingLines));
  const idle = new Set(judged.flatMap((state) => idleLines(state, othersIn(state, states, plan))));
  return {
    actingLines: acting.size,
    executed: acting.size - idle.size,
    notModelled: judged.flatMap((state) => {
      const later = laterIn(state, states, plan);
      return state.coverage.notModelled((name) => later.some((each) => each.coverage.calls(name)));
    }),
    notRun: judged.flatMap((state) => {
      const left = new Set(idleLines(state, othersIn(state, states, plan)));
      return state.coverage.notRun(left);
    }),
  };
}

/** A function that its callers follow in a later patch is looked at there. */
export function withLaterLines(
  patch: PatchReview,
  state: PatchState,
  states: readonly PatchState[],
  plan: Plan,
): PatchReview {
  const later = laterIn(state, states, plan);
  if (patch.verdict !== "not-exercised" || later.length === 0) return patch;
  const { idle, acting, uncalled } = state.coverage;
  const isReached = (_: unknown, at: number): boolean => {
    const reached = later.slice(0, at + 1);
    const areCalled = [...uncalled].every((name) => reached.some(({ coverage }) => coverage.calls(name)));
    return areCalled && idleLines(state, reached).length === 0;
  };
  const label = later[later.findIndex(isReached)]?.placement.label ?? null;
  if (label === null || (idle.length === 0 && uncalled.size === 0)) return patch;
  const names = [...uncalled].map((name) => `${name}()`).join(", ");
  const lines = `${idle.length} of its ${acting} acting lines ${idle.length === 1 ? "runs" : "run"} only with ${label}`;
  const why = idle.length > 0 ? lines : `nothing calls ${names} before ${label}`;
  return { ...patch, statement: `nothing can be said of it alone: ${why}` };
}

function othersIn({ index }: PatchState, states: readonly PatchState[], plan: Plan): PatchState[] {
  const members = plan.series.find((series) => series.includes(index)) ?? [];
  return membersOf(
    members.filter((other) => other !== index),
    states,
  );
}

function laterIn({ index }: PatchState, states: readonly PatchState[], plan: Plan): PatchState[] {
  const members = plan.series.find((series) => series.includes(index)) ?? [];
  return membersOf(members.slice(members.indexOf(index) + 1), states);
}
