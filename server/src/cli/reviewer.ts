/**
 * Reviews in a thread of their own, so that Ctrl-C is heard while a large text is being parsed, and so that a review
 * that runs out of memory takes no other with it.
 */
import { Worker } from "node:worker_threads";
import type { Root } from "./arguments";
import type { SpinOptions } from "./engine";
import type { ReviewRequest } from "../review/api";
import type { Review } from "../review/review";
import type { Answer, Question } from "../review/why";

/** What the thread is started with. */
export interface ThreadData {
  /** Where the files lie that a document names. */
  readonly root: Root;
  /** One 32-bit number; not 0 asks to stop. */
  readonly stop: SharedArrayBuffer;
  readonly engine: { readonly spin: SpinOptions; readonly folder: string } | null;
}

export interface ToThread {
  readonly request: ReviewRequest;
  /** Null asks for the review itself. */
  readonly question: Question | null;
}

export type FromThread =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "review"; readonly review: Review }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly reason: string };

/** A review ended by a mistake of ours. */
export class ReviewFailure extends Error {
  override readonly name = "ReviewFailure";

  /** @param details for who looks for the mistake: the first line tells what happened, the others where */
  constructor(readonly details: string) {
    super(details.split("\n", 1)[0] ?? "");
  }
}

/** After Ctrl-C, milliseconds until what was told last is taken for the end. */
const PATIENCE = 400;

export class Reviewer {
  private readonly stopping = new Int32Array(new SharedArrayBuffer(4));
  private worker: Worker | null = null;
  private giveUp: (() => void) | null = null;

  /** @param script what the thread runs: it has to call `serveReviews` */
  constructor(
    private readonly script: string,
    private readonly root: Root,
    private readonly engine: ThreadData["engine"] = null,
  ) {}

  /**
   * The last that is known, null when that is nothing because it was stopped before. One at a time.
   *
   * @throws ReviewFailure
   */
  async review(request: ReviewRequest, progressed: (review: Review) => void): Promise<Review | null> {
    return this.send<Review>({ request, question: null }, stopped, (message) => {
      if (message.kind !== "review") return null;
      progressed(message.review);
      return message.review;
    });
  }

  /**
   * The answer to a question about a document, which is reviewed first; null when it was stopped before.
   *
   * @throws ReviewFailure
   */
  async ask(request: ReviewRequest, question: Question, progressed: (answer: Answer) => void): Promise<Answer | null> {
    const stop = (answer: Answer): Answer => ({ ...answer, stage: "stopped" });
    return this.send<Answer>({ request, question }, stop, (message) => {
      if (message.kind !== "answer") return null;
      progressed(message.answer);
      return message.answer;
    });
  }

  private async send<Told>(
    asked: ToThread,
    stop: (latest: Told) => Told,
    hearTold: (message: FromThread) => Told | null,
  ): Promise<Told | null> {
    if (this.isStopped) return null;
    const worker = (this.worker ??= this.start());
    let latest: Told | null = null;
    let hear: (message: FromThread) => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const outcome = new Promise<Told | null>((resolve, reject) => {
      this.giveUp = () => resolve(latest === null ? null : stop(latest));
      hear = (message) => {
        if (message.kind === "done") resolve(latest);
        else if (message.kind === "failed") reject(new ReviewFailure(message.reason));
        else latest = hearTold(message) ?? latest;
      };
      fail = (error) => {
        this.worker = null;
        reject(new ReviewFailure(reasonOf(error)));
      };
    });
    worker.on("message", hear).on("error", fail);
    worker.postMessage(asked);
    try {
      return await outcome;
    } finally {
      this.giveUp = null;
      worker.off("message", hear).off("error", fail);
    }
  }

  /** The review under way ends soon, with what is known. */
  stop(): void {
    Atomics.store(this.stopping, 0, 1);
    setTimeout(() => this.giveUp?.(), PATIENCE).unref();
  }

  get isStopped(): boolean {
    return Atomics.load(this.stopping, 0) !== 0;
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
    this.worker = null;
  }

  private start(): Worker {
    const workerData: ThreadData = { root: this.root, stop: this.stopping.buffer, engine: this.engine };
    return new Worker(this.script, { workerData });
  }
}

/** Before the first scenario nothing is known of a patch, not even that it is of no concern. */
function stopped(latest: Review): Review {
  if (latest.stage !== "syntax") return { ...latest, stage: "stopped" };
  const statement = "nothing can be said: it was stopped before anything was run";
  const patches = latest.patches.map((patch) => ({ ...patch, verdict: "incomplete" as const, statement }));
  return { ...latest, stage: "stopped", verdict: "incomplete", patches };
}

function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  return code === "ERR_WORKER_OUT_OF_MEMORY"
    ? "ran out of memory; try --max-states with a smaller number"
    : (error.stack ?? error.message);
}
