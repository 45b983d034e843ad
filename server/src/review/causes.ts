/** Causes that a finding by itself does not name. */
import type { Model } from "../model/ir";
import { withoutGracePeriod } from "../simulate";
import type { Exploration, Violation } from "../simulate/result";

/** What happens in one place is often wrong in another, and told there as well: once for each place. */
export function withCauses(model: Model, exploration: Exploration): Exploration {
  const causes = new Map<string, Violation>();
  for (const violation of exploration.violations) {
    const cause = withoutGracePeriod(model, violation);
    if (cause === null) continue;
    const key = `${cause.code} ${model.threads[cause.thread]?.program} ${cause.step}`;
    const had = causes.get(key);
    if (had === undefined || cause.decisions.length < had.decisions.length) causes.set(key, cause);
  }
  return causes.size === 0
    ? exploration
    : { ...exploration, violations: [...exploration.violations, ...causes.values()] };
}
