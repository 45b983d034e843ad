/** Generated code where that is allowed, else the slow way with the same results. */
import type { Compiled } from "../machine/compile";
import { interpretTransitions } from "./fallback";
import { generate, type Code, type Listener } from "./javascript";

export function codeFor(compiled: Compiled, listener: Listener, mayGenerate = true): Code {
  if (!mayGenerate) return interpretTransitions(compiled, listener);
  try {
    return generate(compiled, listener);
  } catch (error) {
    // A Content-Security-Policy without 'unsafe-eval' refuses with an EvalError; anything else is a bug of ours.
    if (error instanceof EvalError) return interpretTransitions(compiled, listener);
    throw error;
  }
}
