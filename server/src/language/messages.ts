/**
 * What the server's thread and the worker say to each other. All of it can be cloned, so that the same messages travel
 * between threads, between web workers and, in tests, inside one thread.
 */
import type { History, WantedHistory } from "../image/history";
import type { ReviewRequest } from "../review/api";
import type { Review } from "../review/review";
import type { Answer, Question } from "../review/why";

export type ToWorker =
  /** `run` is chosen by the sender and comes back with every answer. */
  | { readonly kind: "review"; readonly run: number; readonly request: ReviewRequest }
  /** A question about a document; its review comes first where that is not known. */
  | { readonly kind: "ask"; readonly run: number; readonly request: ReviewRequest; readonly question: Question }
  | { readonly kind: "cancel"; readonly run: number }
  | { readonly kind: "file"; readonly read: number; readonly text: string | undefined }
  | { readonly kind: "history"; readonly read: number; readonly history: History };

export type FromWorker =
  | { readonly kind: "review"; readonly run: number; readonly review: Review }
  | { readonly kind: "answer"; readonly run: number; readonly answer: Answer }
  /** The worker wants the text of a workspace file and goes on when it has the answer. */
  | { readonly kind: "read"; readonly read: number; readonly path: string }
  /** The same for what the git repositories have of what a document names. */
  | { readonly kind: "look"; readonly read: number; readonly wanted: WantedHistory }
  /** The last message of a run, a cancelled one included. `failure` is the trace of an error of ours. */
  | { readonly kind: "done"; readonly run: number; readonly failure: string | null };

export interface Port<In, Out> {
  send(message: Out): void;
  listen(receive: (message: In) => void): void;
}

/** The worker as the server's thread sees it. */
export interface WorkerHandle extends Port<FromWorker, ToWorker> {
  /** Called once when the worker ended by itself, with the reason. */
  onEnd(ended: (reason: string) => void): void;
  terminate(): void;
}
