/** Who waits for whom, and whether that can ever end. */
import { heldAt, RCU } from "../evidence";

import { aloneWith, armed, type Propose } from "./experiment";

/** It waits under a lock for work that takes the lock, and now it does so without. */
export const waitsUnderLock: Propose = (evidence) => {
  const { a, b, story, subject } = evidence;
  if (!story.isDeadlock) return null;
  for (const before of evidence.own("before", "cancel")) {
    const after = evidence.own("after", "cancel").find((act) => act.member === before.member);
    if (before.member === null || after === undefined) continue;
    const lock = [...heldAt(b, before)].find((name) => name !== RCU && !heldAt(a, after).has(name));
    if (lock === undefined) continue;
    const [param, , prologue] = armed(before.member, before.callee);
    return {
      ...aloneWith(evidence),
      id: "waits",
      trustsMessage: true,
      title: `${subject.focus} ∥ ${before.member}`,
      environment: `${before.member} may be pending, and its function takes ${lock}`,
      harness: `void lastput_fires(${param})
{
	LOCK(${lock});
	UNLOCK(${lock});
}
`,
      prologue,
      codes: ["lock.deadlock"],
    };
  }
  return null;
};
