/** The server's side of the worker: starts runs, passes on what they yield, and replaces a worker that is lost. */
import { NO_HISTORY, type History, type WantedHistory } from "../image/history";
import type { ReviewRequest, Workspace } from "../review/api";
import type { Review } from "../review/review";
import type { Answer, Question } from "../review/why";
import type { FromWorker, ToWorker, WorkerHandle } from "./messages";

/** A cancelled run that does not end within this many milliseconds has stopped listening. */
const PATIENCE = 4000;

export interface RunListener {
  review(review: Review): void;
  /** The last call. `failure` is null unless something of ours went wrong. */
  done(failure: string | null): void;
}

export interface AskListener {
  answer(answer: Answer): void;
  done(failure: string | null): void;
}

export class Runner {
  private worker: WorkerHandle | null = null;
  private readonly runs = new Map<number, Run>();
  private lastRun = 0;

  constructor(
    private readonly startWorker: () => WorkerHandle,
    private readonly files: Required<Workspace>,
  ) {}

  /** Starts a run and gives the function that cancels it; after that its listener is not called any more. */
  start(request: ReviewRequest, listener: RunListener): () => void {
    return this.begin((run) => ({ kind: "review", run, request }), listener);
  }

  /** The same for a question. */
  ask(request: ReviewRequest, question: Question, listener: AskListener): () => void {
    return this.begin((run) => ({ kind: "ask", run, request, question }), listener);
  }

  private begin(message: (run: number) => ToWorker, listener: Listener): () => void {
    const id = ++this.lastRun;
    const run: Run = { message: message(id), listener, patience: null };
    this.runs.set(id, run);
    this.send(run);
    return () => this.cancel(id);
  }

  dispose(): void {
    for (const { patience } of this.runs.values()) if (patience !== null) clearTimeout(patience);
    this.runs.clear();
    this.worker?.terminate();
    this.worker = null;
  }

  private send({ message }: Run): void {
    this.worker ??= this.newWorker();
    this.worker.send(message);
  }

  private newWorker(): WorkerHandle {
    const worker = this.startWorker();
    worker.listen((message) => {
      if (worker === this.worker) this.receive(worker, message);
    });
    worker.onEnd((reason) => {
      if (worker === this.worker) this.lost(reason);
    });
    return worker;
  }

  private receive(worker: WorkerHandle, message: FromWorker): void {
    switch (message.kind) {
      case "review":
        this.runs.get(message.run)?.listener?.review?.(message.review);
        break;
      case "answer":
        this.runs.get(message.run)?.listener?.answer?.(message.answer);
        break;
      case "read":
        void this.answer(worker, message.read, message.path);
        break;
      case "look":
        void this.answerLook(worker, message.read, message.wanted);
        break;
      case "done": {
        const run = this.runs.get(message.run);
        this.runs.delete(message.run);
        if (run?.patience) clearTimeout(run.patience);
        run?.listener?.done(message.failure);
        break;
      }
    }
  }

  /** A file that cannot be read is one that is not there: the review then goes by what the document shows. */
  private async answer(worker: WorkerHandle, read: number, path: string): Promise<void> {
    const text = await this.files.read(path).catch(() => undefined);
    worker.send({ kind: "file", read, text });
  }

  private async answerLook(worker: WorkerHandle, read: number, wanted: WantedHistory): Promise<void> {
    const failed = (error: unknown): History => ({ ...NO_HISTORY, refusal: String(error) });
    worker.send({ kind: "history", read, history: await this.files.history(wanted).catch(failed) });
  }

  private cancel(id: number): void {
    const run = this.runs.get(id);
    if (run === undefined || run.listener === null) return;
    run.listener = null;
    run.patience = setTimeout(() => this.replaceWorker(), PATIENCE);
    this.worker?.send({ kind: "cancel", run: id });
  }

  /** The one way to stop a computation that does not breathe. What else was under way begins anew. */
  private replaceWorker(): void {
    this.worker?.terminate();
    this.worker = null;
    for (const [id, run] of this.runs) {
      if (run.patience !== null) clearTimeout(run.patience);
      if (run.listener === null) this.runs.delete(id);
      else this.send(run);
    }
  }

  private lost(reason: string): void {
    this.worker = null;
    const lost = [...this.runs.values()];
    this.runs.clear();
    for (const { listener, patience } of lost) {
      if (patience !== null) clearTimeout(patience);
      listener?.done(`The worker ended: ${reason}`);
    }
  }
}

/** What runs are heard by: reviews call the one method, answers the other. */
interface Listener {
  review?(review: Review): void;
  answer?(answer: Answer): void;
  done(failure: string | null): void;
}

interface Run {
  readonly message: ToWorker;
  /** Null once it is cancelled. */
  listener: Listener | null;
  patience: NodeJS.Timeout | null;
}
