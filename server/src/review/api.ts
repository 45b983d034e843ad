/** The facade's types: how a face asks for a review and receives the stream. */
import type { CParser } from "../c/syntax";
import type { History, WantedHistory } from "../image/history";
import type { Scale } from "../model/scale";
import type { Engine, Verifier } from "../simulate";
import type { MemoryModel } from "./memory-models";
import type { Review } from "./review";

export interface ReviewRequest {
  /** What the person calls the document: a path as typed, a URI, `-`. Shown, never opened. */
  readonly name: string;
  readonly text: string;
  /** Where each of several files begins in the text, for a series that was put together out of them. */
  readonly cuts?: readonly number[];
  /** `c` forces plain C, for an editor that knows the language. */
  readonly language: "auto" | "c";
  readonly options: ReviewOptions;
}

export interface ReviewOptions {
  /** States per scenario. */
  readonly maxStates: number;
  /** `tso`: each scenario runs with store buffers as well. */
  readonly memoryModel: MemoryModel;
  /** Threads and objects that scenarios get beyond their own; absent: none. */
  readonly scale?: Scale;
  /** Look for data races as well, which takes an exploration of its own. Absent: no. */
  readonly races?: boolean;
  /** Collect the facts for hovers. */
  readonly lineFacts: boolean;
}

export const DEFAULT_OPTIONS: ReviewOptions = { maxStates: 2_000_000, memoryModel: "sc", lineFacts: true };

/** All that the core needs from outside. Implemented for node, for the web and for tests in memory. */
export interface Workspace {
  /**
   * Texts of the files that a document names, by their relative path inside the workspace. Paths that are absolute, lead
   * outside (`..`, symbolic links) or name nothing give undefined.
   */
  read(path: string): Promise<string | undefined>;
  /**
   * What the git repository that the workspace is in has of what a document names, never an exception. Absent where nobody
   * may ask it: a repository's own settings can make git run programs, so the person has to trust it.
   */
  readonly history?: (wanted: WantedHistory) => Promise<History>;
}

export interface Surroundings {
  readonly parser: CParser;
  readonly workspace: Workspace;
  /** Called between slices: gives others their turn; false asks to stop and keep what is known. */
  readonly breathe: () => Promise<boolean>;
  /** Explores the models; absent: this thread does. */
  readonly engine?: Engine;
  /** Takes over what has more states than our own search may store; absent: such a scenario stays incomplete. */
  readonly verifier?: Verifier;
}

/** Yields a Review whenever more is known; the last one is `complete` or `stopped`. Never throws for what is in the text. */
export type ReviewDocument = (request: ReviewRequest, surroundings: Surroundings) => AsyncGenerator<Review, void, void>;
