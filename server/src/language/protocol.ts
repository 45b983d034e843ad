/** What Lastput adds to the language server protocol. */
import { NotificationType, NotificationType0, RequestType, type Range } from "vscode-languageserver";
import type { Verdict } from "../review/review";
import type { Place } from "./places";

/** Reads a document that the editor has open, whatever it looks like; answers when its review is complete. */
export const CheckRequest = new RequestType<CheckParams, CheckResult, void>("lastput/check");
/** One interleaving, step by step; null when the document's present review does not have it. */
export const TraceRequest = new RequestType<TraceParams, Trace | null, void>("lastput/trace");
/** Why lines of an open document are there; cancelled like any request. Null when the text changed or it was cancelled. */
export const WhyRequest = new RequestType<WhyParams, WhyResult | null, void>("lastput/why");
/** Which single changes take a finding away; the same. */
export const RepairsRequest = new RequestType<TraceParams, RepairsResult | null, void>("lastput/repairs");
/** The person trusts the workspace from now on; there is no way back but a new start. */
export const TrustNotification = new NotificationType0("lastput/trust");
/** How far the run on a document is. */
export const StatusNotification = new NotificationType<StatusParams>("lastput/status");

/** Opens the trace in the editor's own panel: for editors that set `tracePanel` in their initialization options. */
export const OPEN_TRACE = "lastput.openTrace";
/** Shows the trace as a table of text; every editor that can run a server's command can do that. */
export const SHOW_TRACE = "lastput.showTrace";

/** The same for questions: what the editor itself offers, when it says `tracePanel`, and what every editor can run. */
export const OPEN_WHY = "lastput.openWhy";
export const SHOW_WHY = "lastput.why";
export const OPEN_REPAIRS = "lastput.openRepairs";
export const SHOW_REPAIRS = "lastput.repairs";

export interface WhyParams {
  readonly uri: string;
  /** Lines of which those that act are asked about; without it all of the document. */
  readonly range?: Range;
}

export interface WhyResult {
  /** One line for a person. */
  readonly message: string;
  readonly lines: readonly {
    readonly range: Range;
    readonly summary: string;
    /** Fingerprint of the interleaving that shows it, for `lastput/trace`; null when nothing breaks. */
    readonly fingerprint: string | null;
  }[];
}

export interface RepairsResult {
  readonly message: string;
  /** What it is about. */
  readonly range: Range;
  readonly repairs: readonly { readonly title: string; readonly diff: readonly string[] }[];
}

export interface CheckParams {
  readonly uri: string;
  /** Instead of that with which the document was opened: `c` for a C file that the editor holds for plain text. */
  readonly languageId?: string;
}

export interface CheckResult {
  /** Null when the text changed before there was one. */
  readonly verdict: Verdict | null;
  /** One line for a person. */
  readonly message: string;
}

export interface TraceParams {
  readonly uri: string;
  readonly fingerprint: string;
}

export interface Trace {
  readonly title: string;
  readonly verdict: Verdict;
  readonly code: string;
  readonly message: string;
  readonly threads: readonly string[];
  /** Objects and locks with a state, in the order in which they first show. */
  readonly objects: readonly string[];
  readonly steps: readonly TraceStep[];
}

export interface TraceStep {
  /** Index into `threads`. */
  readonly thread: number;
  readonly text: string;
  readonly location: Place | null;
  /** The functions that it stands in, outermost first. */
  readonly functions: readonly string[];
  /** After the step: object -> field -> value. */
  readonly state: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `object.field`. */
  readonly changed: readonly string[];
  readonly blocked: readonly { readonly thread: number; readonly reason: string }[];
}

export interface StatusParams {
  readonly uri: string;
  readonly stage: "syntax" | "partial" | "complete" | "stopped";
  /** Scenarios. */
  readonly done: number;
  readonly total: number;
  readonly states: number;
}
