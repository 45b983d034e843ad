/** What waits for a grace period happens at once. */
import type { Action } from "../ir";
import type { Change } from "./change";
import { replacing } from "./rewrite";
import type { Site } from "./site";

export function freeAtOnce(site: Site): readonly Change[] {
  if (site.sample.action.kind !== "callRcu") return [];
  const edit = replacing(site, ({ action }) => (action.kind === "callRcu" ? [atOnce(action)] : null));
  return [["call_rcu -> free", edit]];
}

/** A callback that does more than free is left out: what is tried is the missing grace period. */
function atOnce({ on }: Extract<Action, { kind: "callRcu" }>): Action {
  return { kind: "free", type: on.type, object: on.object };
}
