/** The one result that every face shows. `docs/json.md` describes its JSON form; DESIGN.md calls it a stream. */
import type { Authorship, DocumentKind } from "../text/document";
import type { Span } from "../text/mapped";
import type { Placement } from "./series/placement";

export type Verdict = "safe" | "violated" | "depends" | "incomplete" | "not-exercised" | "not-applicable";
export type Severity = "error" | "warning" | "info";

export interface Review {
  /** `syntax`: read, nothing run yet. `partial`: some scenarios are done. `stopped`: by the person; what is known stands. */
  readonly stage: "syntax" | "partial" | "complete" | "stopped";
  readonly kind: DocumentKind;
  readonly verdict: Verdict;
  readonly problems: readonly ReviewProblem[];
  readonly patches: readonly PatchReview[];
  readonly series: readonly SeriesReview[];
  readonly scenarios: readonly ScenarioReview[];
  /** Worst first; findings of the quoted text are marked by `origin`. */
  readonly findings: readonly Finding[];
  /** How many more there are that a baseline silences. */
  readonly accepted: number;
  readonly assumptions: readonly Assumption[];
  readonly coverage: Coverage;
  readonly bounds: readonly { readonly what: string; readonly limit: number; readonly reached: boolean }[];
  /** For hovers: what is known of the lines shown. Sorted by start; may nest. */
  readonly lines: readonly LineFacts[];
  /** What nobody checked, in a few words each: `TLB flushing`. */
  readonly notChecked: readonly string[];
  /** The profiles that exist, for the quiet line when none applies. */
  readonly profiles: readonly string[];
  /** Scenarios done and to do, for progress. */
  readonly progress: { readonly done: number; readonly total: number; readonly states: number };
}

/** `CONFIG_X` -> how it is. */
export type Configuration = Readonly<Record<string, "on" | "off">>;

export interface ReviewProblem {
  readonly code: string;
  readonly message: string;
  readonly range: Span | null;
}

/** Patches of which each was laid on the one before. */
export interface SeriesReview {
  /** Indices into `patches`, in the order of the series. */
  readonly patches: readonly number[];
  /** What holds at its end. */
  readonly verdict: Verdict;
  /** The same in a sentence, and whether it is right in between. */
  readonly statement: string;
}

export interface PatchReview {
  readonly subject: string | null;
  readonly messageId: string | null;
  readonly part: string | null;
  readonly baseCommit: string | null;
  readonly range: Span;
  readonly origin: Authorship;
  /** Where it belongs among the others of the document. */
  readonly placement: Placement;
  readonly verdict: Verdict;
  /** One sentence worded as DESIGN.md asks: what was done, or on which fact it turns, or why nothing can be said. */
  readonly statement: string;
  /** The same for the code before the patch; null when there is no before. */
  readonly beforeStatement: string | null;
  readonly before: Verdict | null;
  /** The facts on which a `depends` turns, with the verdict for each value. */
  readonly turnsOn: readonly {
    readonly fact: string;
    readonly value: string;
    readonly title: string;
    readonly verdict: Verdict;
  }[];
  /** The other configurations that were run, with what came of the code after the patch in them. */
  readonly configurations: readonly { readonly options: Configuration; readonly verdict: Verdict }[];
  /** `the built-in base (root lifecycle): put = ..., fast zap = list walk or queue`, for a person. */
  readonly base: string | null;
  readonly files: readonly {
    readonly path: string;
    readonly source: "workspace" | "blob" | "base" | "hunks";
    /** Of a blob: `blob 1a2b3c4d5e6f`, `commit 1a2b3c4d5e6f`. */
    readonly revision?: string;
    readonly functions: readonly FunctionReview[];
  }[];
}

export interface FunctionReview {
  readonly name: string;
  /** Its lines in the document. */
  readonly range: Span | null;
  readonly before: Verdict | null;
  readonly after: Verdict | null;
}

export interface ScenarioReview {
  readonly id: string;
  /** `load+put ∥ fast zap`. */
  readonly title: string;
  readonly threads: readonly string[];
  readonly objects: number;
  readonly memoryModel: "sc" | "tso";
  /** Fact -> value. */
  readonly base: Readonly<Record<string, string>>;
  /** Kernel options that are not as they are taken to be; null when all are. */
  readonly configuration: Configuration | null;
  /** Index into `patches`. */
  readonly patch: number;
  /** Id of the scenario that this one was scaled from; null where it has only the threads and objects of its own. */
  readonly scaledFrom: string | null;
  readonly before: ScenarioRun | null;
  readonly after: ScenarioRun | null;
}

export interface ScenarioRun {
  readonly verdict: Verdict;
  readonly states: number;
  /** Who explored it when our own search was not enough: `SPIN 6.5.2, bitstate`. */
  readonly verifier: string | null;
  /** Null when it was explored to the end. */
  readonly unexplored: Unexplored | null;
}

/** What a bound left out. */
export interface Unexplored {
  /** States that were reached and not gone on from. */
  readonly states: number;
  readonly bounds: readonly { readonly what: string; readonly limit: number }[];
  /** How many acting steps its threads have. */
  readonly steps: number;
  /** Those of them that never ran, each statement once. */
  readonly notRun: readonly { readonly function: string | null; readonly text: string; readonly location: Location }[];
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly status: "introduced" | "fixed" | "persists" | "present";
  readonly origin: Authorship;
  readonly fingerprint: string;
  readonly message: string;
  /** Always in the document: the line that does it, or the nearest shown line that leads to it. */
  readonly range: Span;
  readonly function: string | null;
  readonly patch: number;
  /** `3/7`, or `a reply to 3/7`. */
  readonly introducedBy: string | null;
  /** The first patch of the series after which it is not there any more. */
  readonly fixedBy: string | null;
  /** What ends it, when a later patch of the series does: its index, and the line if it is known. */
  readonly fixedAt: { readonly patch: number; readonly range: Span } | null;
  /** Id of the scenario; null for findings of the syntax alone. */
  readonly scenario: string | null;
  readonly base: Readonly<Record<string, string>> | null;
  /** Kernel options without which it is not there; null when it is there in a kernel as it is taken to be. */
  readonly configuration: Configuration | null;
  readonly assumptions: readonly string[];
  readonly replay: string | null;
  readonly steps: readonly FindingStep[];
  /** Columns of the table: `CPU 0: vCPU load+put`. */
  readonly threads: readonly string[];
}

export interface FindingStep {
  /** Index into `threads`. */
  readonly thread: number;
  /** The statement, in one line. */
  readonly text: string;
  readonly location: Location;
  /** The calls and macro uses that led here, innermost first. */
  readonly via: readonly Location[];
  /** Names of the functions that it stands in, outermost first; for the heads in the table. */
  readonly functions?: readonly string[];
  /** `root 1` -> field -> value, after the step. */
  readonly state: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly changed: readonly string[];
  /** Thread index -> why it cannot move now. */
  readonly blocked: Readonly<Record<string, string>>;
  /** What this step set off: `refcount_t: underflow; use-after-free.` */
  readonly notes: readonly string[];
}

/** Lines and columns are 1-based; columns count UTF-16 units; ends are exclusive. */
export type Location =
  | { readonly kind: "document"; readonly range: Span }
  | {
      readonly kind: "workspace" | "blob" | "base" | "harness";
      readonly path: string;
      readonly line: number;
      readonly column: number;
      readonly endLine: number;
      readonly endColumn: number;
    };

export interface Assumption {
  readonly id: string;
  readonly kind:
    | "gap-from-base"
    | "gap"
    | "unknown-call"
    | "free-choice"
    | "base-fact"
    | "pinned"
    | "bound"
    | "applied-already"
    | "offset"
    | "revision"
    | "fuzz"
    | "placed-in"
    | "configuration"
    | "from-tree"
    | "stand-in";
  readonly text: string;
  readonly range: Span | null;
}

/** Acting lines are the shown lines with a step that touches an object, a lock or the world outside its thread. */
export interface Coverage {
  readonly actingLines: number;
  readonly executed: number;
  /**
   * Statements of the changed functions that act on what a profile tracks, told by declarations and names alone; and how many
   * of them became steps, whether a scenario runs them or not. The rest is in `notModelled`. Both 0 until all is explored.
   */
  readonly actingStatements: number;
  readonly modelledStatements: number;
  readonly notModelled: readonly { readonly text: string; readonly range: Span | null }[];
  /** The acting lines that no scenario ran. */
  readonly notRun: readonly NotRun[];
}

export interface NotRun {
  /** What acts on the line first. */
  readonly range: Span;
  readonly function: string;
  readonly why: string;
}

/** What a hover says of one statement in the document. Plain sentences and names; a face does the styling. */
export interface LineFacts {
  readonly range: Span;
  readonly function: string | null;
  /** What it does to the object: `Takes a reference unless the count is 0 (refcount_inc_not_zero)`. */
  readonly does: readonly string[];
  /** Field -> value, the states in which it can run. */
  readonly states: readonly Readonly<Record<string, string>>[];
  readonly moreStates: boolean;
  /** `CPU 1: fast zap`: who may run meanwhile. */
  readonly meanwhile: readonly string[];
  readonly side: "before" | "after" | "both";
  /** False: no scenario ran this line. */
  readonly executed: boolean;
}
