/**
 * What the panel shows, as the server sends it: the answer to the request `lastput/trace`.
 *
 * Lines and characters are those of the language server protocol: from 0, UTF-16, the end exclusive.
 */

export const TRACE_REQUEST = "lastput/trace";

/** The arguments of the code lens's command, and the parameters of the request. */
export interface TraceParams {
  readonly uri: string;
  readonly fingerprint: string;
}

export interface TracePanelData {
  /** `load+put ∥ fast zap` */
  readonly title: string;
  readonly verdict: string;
  /** `lifetime.use-after-free` */
  readonly code: string;
  readonly message: string;
  /** Column heads, such as `CPU 0: put_root`. */
  readonly threads: readonly string[];
  /** The objects and locks whose state is shown, in the order of showing. */
  readonly objects: readonly string[];
  readonly steps: readonly TraceStep[];
}

export interface TraceStep {
  /** An index into `threads`. */
  readonly thread: number;
  /** The statement; further lines are what it set off: `refcount_t: underflow; use-after-free.` */
  readonly text: string;
  readonly location: TraceLocation | null;
  /** The functions that it stands in, outermost first. */
  readonly functions: readonly string[];
  /** After the step: object, field, value. */
  readonly state: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `object.field` of all that this step changed. */
  readonly changed: readonly string[];
  /** Threads that cannot go on after this step, by their index into `threads`. */
  readonly blocked: readonly { readonly thread: number; readonly reason: string }[];
}

export interface TraceLocation {
  readonly uri: string;
  readonly range: TraceRange;
  /** What to call the place: `line 15` in the document that is checked, `tdp_mmu.c:92` or the like elsewhere. */
  readonly label: string;
}

export interface TraceRange {
  readonly start: TracePosition;
  readonly end: TracePosition;
}

export interface TracePosition {
  readonly line: number;
  readonly character: number;
}
