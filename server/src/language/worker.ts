/** The worker's side: runs reviews and tells what they yield. One at a time computes, the latest that was asked for. */
import type { CParser } from "../c/syntax";
import type { History, WantedHistory } from "../image/history";
import type { ReviewDocument, ReviewRequest, Surroundings } from "../review/api";
import type { AskFurther, Question } from "../review/why";
import type { Engine } from "../simulate";
import type { FromWorker, Port, ToWorker } from "./messages";

/** A review that yields faster than this many milliseconds is not worth a message each time. */
const BETWEEN_PARTIALS = 150;

export interface ReviewFacade {
  readonly reviewDocument: ReviewDocument;
  readonly askFurther: AskFurther;
}

export function serveReviews(
  port: Port<ToWorker, FromWorker>,
  facade: ReviewFacade,
  parser: Promise<CParser>,
  engine: Engine,
): void {
  const worker = new ReviewWorker(port, facade, parser, engine);
  // One that cannot be made fails each review with its reason; it must not take the worker down before.
  parser.catch(() => undefined);
  port.listen((message) => worker.receive(message));
}

interface Run {
  readonly id: number;
  cancelled: boolean;
}

class ReviewWorker {
  /** The last one computes; those before it wait in `breathe` until it is done. */
  private readonly runs: Run[] = [];
  private readonly reads = new Map<number, (text: string | undefined) => void>();
  private readonly looks = new Map<number, (history: History) => void>();
  private waiting: (() => void)[] = [];
  private lastRead = 0;

  constructor(
    private readonly port: Port<ToWorker, FromWorker>,
    private readonly facade: ReviewFacade,
    private readonly parser: Promise<CParser>,
    private readonly engine: Engine,
  ) {}

  receive(message: ToWorker): void {
    switch (message.kind) {
      case "review":
        void this.run(message.run, async (run) => this.review(run, message.request));
        break;
      case "ask":
        void this.run(message.run, async (run) => this.ask(run, message.request, message.question));
        break;
      case "cancel":
        for (const run of this.runs) if (run.id === message.run) run.cancelled = true;
        this.wake();
        break;
      case "file":
        this.reads.get(message.read)?.(message.text);
        this.reads.delete(message.read);
        break;
      case "history":
        this.looks.get(message.read)?.(message.history);
        this.looks.delete(message.read);
        break;
    }
  }

  private async run(id: number, work: (run: Run) => Promise<void>): Promise<void> {
    const run: Run = { id, cancelled: false };
    this.runs.push(run);
    const failure = await work(run).then(
      () => null,
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    this.runs.splice(this.runs.indexOf(run), 1);
    this.wake();
    this.port.send({ kind: "done", run: id, failure });
  }

  private async surroundings(run: Run): Promise<Surroundings> {
    const parser = await this.parser;
    const workspace = {
      read: async (path: string) => this.read(path),
      history: async (wanted: WantedHistory) => this.look(wanted),
    };
    return { parser, workspace, breathe: async () => this.breathe(run), engine: this.engine };
  }

  private async ask(run: Run, request: ReviewRequest, question: Question): Promise<void> {
    const surroundings = await this.surroundings(run);
    let last = 0;
    if (!(await surroundings.breathe())) return;
    for await (const answer of this.facade.askFurther(request, question, surroundings)) {
      const now = Date.now();
      const partial = answer.stage === "review" || answer.stage === "partial";
      if (run.cancelled || (partial && now - last < BETWEEN_PARTIALS)) continue;
      last = now;
      this.port.send({ kind: "answer", run: run.id, answer });
    }
  }

  private async review(run: Run, request: ReviewRequest): Promise<void> {
    const surroundings = await this.surroundings(run);
    let last = 0;
    if (!(await surroundings.breathe())) return;
    for await (const review of this.facade.reviewDocument(request, surroundings)) {
      const now = Date.now();
      const partial = review.stage === "syntax" || review.stage === "partial";
      if (run.cancelled || (partial && now - last < BETWEEN_PARTIALS)) continue;
      last = now;
      this.port.send({ kind: "review", run: run.id, review });
    }
  }

  /** Lets messages come in, and waits while a later review is under way. */
  private async breathe(run: Run): Promise<boolean> {
    await new Promise<void>(nextTurn);
    while (!run.cancelled && this.runs.at(-1) !== run) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return !run.cancelled;
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resume of waiting) resume();
  }

  private async read(path: string): Promise<string | undefined> {
    const read = ++this.lastRead;
    return new Promise((resolve) => {
      this.reads.set(read, resolve);
      this.port.send({ kind: "read", read, path });
    });
  }

  private async look(wanted: WantedHistory): Promise<History> {
    const read = ++this.lastRead;
    return new Promise((resolve) => {
      this.looks.set(read, resolve);
      this.port.send({ kind: "look", read, wanted });
    });
  }
}

/** Browsers have no setImmediate, and in Node a timer would cost a millisecond each time. */
const nextTurn: (go: () => void) => void =
  typeof setImmediate === "function" ? (go) => setImmediate(go) : (go) => setTimeout(go, 0);
