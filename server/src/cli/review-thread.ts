/** The thread's side of the reviewer. */
import { parentPort, workerData } from "node:worker_threads";
import type { CParser } from "../c/syntax";
import type { ReviewDocument, ReviewRequest, Surroundings, Workspace } from "../review/api";
import type { AskFurther, Question } from "../review/why";
import type { Engine, Verifier } from "../simulate";
import type { Root } from "./arguments";
import { findSpin } from "./spin";
import type { FromThread, ThreadData, ToThread } from "./reviewer";

/** All that a review needs of the machine. */
export interface ReviewParts {
  readonly reviewDocument: ReviewDocument;
  readonly askFurther: AskFurther;
  readonly createParser: () => Promise<CParser>;
  readonly workspaceOf: (root: Root) => Workspace;
  readonly engine: Engine;
}

/** Milliseconds between two partial reviews; each costs a copy. */
const BETWEEN_PARTIALS = 100;

/** Answers one request after the other until the thread is ended from outside. */
export function serveReviews(parts: ReviewParts): void {
  const port = parentPort;
  if (port === null) throw new Error("reviews are served in a worker thread only");
  const { root, stop, engine } = workerData as ThreadData;
  const stopping = new Int32Array(stop);
  const send = (message: FromThread) => port.postMessage(message);
  let parser: Promise<CParser> | null = null;
  let verifier: Promise<Verifier> | null = null;
  const surroundings = async (): Promise<Surroundings> => ({
    ...(engine === null ? {} : { verifier: await (verifier ??= findSpin(engine.spin, engine.folder)) }),
    parser: await (parser ??= parts.createParser()),
    workspace: parts.workspaceOf(root),
    engine: parts.engine,
    breathe: async () => Promise.resolve(Atomics.load(stopping, 0) === 0),
  });
  port.on("message", ({ request, question }: ToThread) => {
    (question === null ? review(request) : ask(request, question)).then(
      () => send({ kind: "done" }),
      (error: unknown) =>
        send({ kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });

  async function ask(request: ReviewRequest, question: Question): Promise<void> {
    let sent = 0;
    for await (const answer of parts.askFurther(request, question, await surroundings())) {
      const partial = answer.stage === "review" || answer.stage === "partial";
      if (partial && Date.now() - sent < BETWEEN_PARTIALS) continue;
      sent = Date.now();
      send({ kind: "answer", answer });
    }
  }

  async function review(request: ReviewRequest): Promise<void> {
    let sent = 0;
    for await (const each of parts.reviewDocument(request, await surroundings())) {
      const partial = each.stage === "syntax" || each.stage === "partial";
      if (partial && Date.now() - sent < BETWEEN_PARTIALS) continue;
      sent = Date.now();
      send({ kind: "review", review: each });
    }
  }
}
