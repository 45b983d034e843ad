/** Models that are too large for our own search, given to a verifier. */
import type { Model } from "../model/ir";
import { maySpin, VerifierFailure, verifyModel, type Verifier } from "../simulate";
import type { Exploration, Violation } from "../simulate/result";
import { withCauses } from "./causes";

/** A verifier that fails leaves the model as incomplete as it was, with the reason. */
export async function verified(
  model: Model,
  freeChoices: boolean,
  verifier: Verifier,
  own: Exploration | null,
  breathe: () => Promise<boolean>,
): Promise<Exploration | null> {
  try {
    const found = await verifyModel(model, freeChoices, verifier, breathe);
    if (found === null) return null;
    const theirs = withoutProgress(model, withCauses(model, found), verifier);
    return own === null ? theirs : together(own, theirs);
  } catch (error) {
    if (!(error instanceof VerifierFailure) || own === null) throw error;
    return { ...own, bounds: [...own.bounds, { what: error.message, limit: 0 }] };
  }
}

/** It looks at states, not at ways that never end. */
function withoutProgress(model: Model, exploration: Exploration, { name }: Verifier): Exploration {
  const isSound = exploration.complete && !exploration.violations.some(({ severity }) => severity === "error");
  if (!isSound || !maySpin(model)) return exploration;
  const what = `loops that others may keep from ending, for which ${name} does not look`;
  return { ...exploration, complete: false, bounds: [...exploration.bounds, { what, limit: 0 }] };
}

/** What our own search found before it gave up is on shortest ways, so it stands. */
function together(own: Exploration, theirs: Exploration): Exploration {
  const known = new Set(own.violations.map(kindOf));
  return {
    ...theirs,
    violations: [...own.violations, ...theirs.violations.filter((violation) => !known.has(kindOf(violation)))],
    executed: own.executed.map((steps, program) => new Set([...steps, ...(theirs.executed[program] ?? [])])),
    facts: own.facts,
  };
}

function kindOf({ code, thread, step }: Violation): string {
  return `${code} ${thread} ${step}`;
}
