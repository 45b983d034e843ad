/** What an exploration hands on to the review. */

/** One scheduling decision: the thread that moved, and which alternative it took (0 where there is only one). */
export interface Decision {
  readonly thread: number;
  readonly alternative: number;
}

export interface Violation {
  readonly code: string;
  /** In the kernel's own words where it has some: `refcount_t: underflow; use-after-free.` */
  readonly message: string;
  readonly severity: "error" | "warning" | "info";
  readonly thread: number;
  /** The step of the thread's program that did it; for states that no step made (a deadlock, a leak at the end) the last step. */
  readonly step: number;
  /** Type and number of the object concerned. */
  readonly object: { readonly type: number; readonly number: number } | null;
  /**
   * Shortest, then with the fewest context switches. What counts are the steps that others could notice: a thread's
   * own affairs (locals, branches) come along with the step before them.
   */
  readonly decisions: readonly Decision[];
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** States that were stored and whose successors nobody looked at: not 0 only where the bound on states was reached, or the run was stopped. */
  readonly unexpanded: number;
  /** False when a bound was reached or the run was stopped: then no absence of violations is claimed. */
  readonly complete: boolean;
  readonly bounds: readonly { readonly what: string; readonly limit: number }[];
  /** What `unknown` steps were reached. */
  readonly unknowns: readonly { readonly program: number; readonly step: number }[];
  /** The first (shortest) violation of each code and step. */
  readonly violations: readonly Violation[];
  /** executed[program] holds the steps that ran at least once. */
  readonly executed: readonly ReadonlySet<number>[];
  /** facts[program][step]; empty arrays unless asked for. */
  readonly facts: readonly (readonly (StepFacts | undefined)[])[];
}

/** In which states a step can run. */
export interface StepFacts {
  /** Distinct states of the object that the step acts on, as shown text per field, at most 16; `more` when there were others. */
  readonly objectStates: readonly Readonly<Record<string, string>>[];
  readonly more: boolean;
  /** Threads that can be under way (begun and not ended) at the same time. */
  readonly meanwhile: readonly number[];
}

/** One step of a trace, with all that a face shows beside it. */
export interface TraceStep {
  readonly thread: number;
  readonly program: number;
  readonly step: number;
  /** After the step. Object name -> field -> value, as shown: `root 1` -> `tdp_mmu_root_count` -> `0`. Locks under their own names -> `held` -> `CPU 0 (write)`. */
  readonly state: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `root 1.tdp_mmu_root_count` ... that differ from the step before. */
  readonly changed: readonly string[];
  /** Threads that cannot move now -> why: `waits for mmu_lock (held for write by CPU 0)`. */
  readonly blocked: Readonly<Record<number, string>>;
  /** Findings that this step made, warnings that did not end the path included. */
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}
