/** What the server understands beside the language server protocol; `lastput/trace` is in ./trace. */
import type { TraceRange } from "./trace";

/** Reads a document that is open, whatever it looks like; answers when its review is complete. */
export const CHECK_REQUEST = "lastput/check";

export interface CheckParams {
  readonly uri: string;
}

export interface CheckResult {
  /** One line for a person. */
  readonly message: string;
}

/** The person trusts the workspace from now on. */
export const TRUST_NOTIFICATION = "lastput/trust";

/** Why the acting lines of a range are there. Null when it was cancelled. */
export const WHY_REQUEST = "lastput/why";

export interface WhyParams {
  readonly uri: string;
  readonly range?: TraceRange;
}

export interface WhyResult {
  readonly message: string;
  readonly lines: readonly {
    readonly range: TraceRange;
    readonly summary: string;
    /** Of the interleaving that shows it; null when nothing breaks without the line. */
    readonly fingerprint: string | null;
  }[];
}

/** Which single changes remove a finding. */
export const REPAIRS_REQUEST = "lastput/repairs";

export interface RepairsResult {
  readonly message: string;
  readonly range: TraceRange;
  readonly repairs: readonly { readonly title: string; readonly diff: readonly string[] }[];
}

/** How far the run on a document is. */
export const STATUS_NOTIFICATION = "lastput/status";

export interface StatusParams {
  readonly uri: string;
  readonly stage: "syntax" | "partial" | "complete" | "stopped";
  /** Scenarios. */
  readonly done: number;
  readonly total: number;
  readonly states: number;
}
