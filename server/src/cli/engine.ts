/** `--engine`: what takes over the scenarios that our own search gives up. */
import { UsageError } from "./usage";

/** `spin:bitstate:cores=2:seconds=60`. */
export interface SpinOptions {
  /** Two bits for a state instead of the state: many more fit, and some are passed over. */
  readonly bitstate: boolean;
  readonly cores: number;
  /** For each scenario. */
  readonly seconds: number;
}

const MOST_CORES = 64;
const SECONDS = 600;
const MOST_SECONDS = 1_000_000;

/** @throws UsageError */
export function engineOf(words: string): SpinOptions {
  const [name, ...options] = words.split(":");
  if (name !== "spin")
    throw new UsageError(`--engine is spin, with :bitstate, :cores=N or :seconds=N behind it, not ${words}`);
  let spin: SpinOptions = { bitstate: false, cores: 1, seconds: SECONDS };
  for (const option of options) {
    const [, key, digits] = /^(cores|seconds)=(\d{1,7})$/.exec(option) ?? [];
    const number = Number(digits);
    if (option === "bitstate") spin = { ...spin, bitstate: true };
    else if (key === "cores" && number >= 1 && number <= MOST_CORES) spin = { ...spin, cores: number };
    else if (key === "seconds" && number >= 1 && number <= MOST_SECONDS) spin = { ...spin, seconds: number };
    else
      throw new UsageError(`--engine spin knows bitstate, cores=N (up to ${MOST_CORES}) and seconds=N, not ${option}`);
  }
  return spin;
}
