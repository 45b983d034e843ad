/** What lies where in the linear memory of one search: addresses in bytes. The index and the states come last. */
import type { Compiled } from "../../machine/compile";
import { THREAD_BYTES } from "./core";

export interface MemoryMap {
  /** What is known of each thread. */
  readonly threads: number;
  /** The order in which they are looked at: a word each. */
  readonly order: number;
  /** A word for each site: address of the byte that marks its step as run; by thread, a byte for each step. */
  readonly marks: number;
  readonly executed: readonly number[];
  /** A byte for each: 1 once it was told. */
  readonly findings: number;
  readonly notes: number;
  readonly index: number;
}

export function mapOf({ threads, machine }: Compiled): MemoryMap {
  let end = 64;
  const take = (bytes: number): number => {
    const at = end;
    end += (bytes + 3) & ~3;
    return at;
  };
  const sites = threads.reduce((sum, { rests }) => sum + rests.length, 0);
  return {
    threads: take(threads.length * THREAD_BYTES),
    order: take(4 * threads.length),
    marks: take(4 * sites),
    executed: threads.map(({ program }) => take(program.steps.length)),
    findings: take(machine.findings.length),
    notes: take(machine.notes.length),
    index: take(0),
  };
}
