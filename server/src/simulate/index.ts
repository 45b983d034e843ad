/** The simulator: explores a model, and tells a found interleaving step by step. */
import type { StartExploring } from "./explore";
import { Explorer } from "./run/explorer";

export { HERE, SLICE, type Engine } from "./engine";
export { withoutGracePeriod } from "./interpret/grace";
export { LivelockSearch } from "./progress/livelock";
export { maySpin } from "./progress/loops";
export { traceOf } from "./interpret/trace";
export { objectStates, type ObserveOptions } from "./run/observe";
export { decodeReplay, encodeReplay, replayId } from "./replay";

export { verifyModel, VerifierFailure, type Verified, type Verifier } from "./promela/verify";

export const startExploring: StartExploring = (model, options) => new Explorer(model, options);
