/** Which locals a step uses and sets, and which are still needed behind it. */
import type { Action, Program, Value } from "../ir";

export function usesOf(action: Action): number[] {
  const uses: number[] = [];
  const value = (v: Value | null): void => {
    if (v === null || v.kind === "const") return;
    if (v.kind === "local") uses.push(v.local);
    else if (v.kind === "unary") value(v.operand);
    else {
      value(v.left);
      value(v.right);
    }
  };
  switch (action.kind) {
    case "assign":
    case "storeGlobal":
    case "markListed":
    case "markAll":
      value(action.value);
      break;
    case "branch":
    case "assert":
      value(action.test);
      break;
    case "load":
      value(action.from.object);
      break;
    case "store":
      value(action.to.object);
      value(action.value);
      break;
    case "rmw":
      value(action.on.object);
      value(action.value);
      value(action.expected);
      break;
    case "rmwGlobal":
      value(action.value);
      value(action.expected);
      break;
    case "refcount":
      value(action.on.object);
      value(action.amount);
      break;
    case "callRcu":
    case "work":
      value(action.on.object);
      break;
    case "list":
    case "free":
    case "done":
      value(action.object);
      break;
    case "lock":
    case "assertHeld":
      value(action.of);
      break;
    default:
      break;
  }
  return uses;
}

export function setBy(action: Action): number | null {
  return "into" in action ? action.into : null;
}

/** live[i] holds the locals whose value is needed after step i, as a bit set. */
export function liveAfter(program: Program): bigint[] {
  const { steps } = program;
  const before = steps.map(() => 0n);
  const after = steps.map(() => 0n);
  const previous = steps.map(() => [] as number[]);
  steps.forEach((step, index) => {
    for (const next of step.next) previous[next]?.push(index);
  });
  const pending = steps.map((_, index) => index);
  while (pending.length > 0) {
    const index = pending.pop() ?? 0;
    const step = steps[index];
    if (step === undefined) continue;
    let live = 0n;
    for (const next of step.next) live |= before[next] ?? 0n;
    after[index] = live;
    const set = setBy(step.action);
    if (set !== null) live &= ~(1n << BigInt(set));
    for (const use of usesOf(step.action)) live |= 1n << BigInt(use);
    if (live === before[index]) continue;
    before[index] = live;
    pending.push(...(previous[index] ?? []));
  }
  return after;
}
