/** What the server understands beside the language server protocol; `lastput/trace` is in ./trace. */

/** Reads a document that is open, whatever it looks like; answers when its review is complete. */
export const CHECK_REQUEST = "lastput/check";

export interface CheckParams {
  readonly uri: string;
}

export interface CheckResult {
  /** One line for a person. */
  readonly message: string;
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
