/** Asks the worker further about a document, one question at a time for each, with progress that can be cancelled. */
import type { CancellationToken, Connection, WorkDoneProgressServerReporter } from "vscode-languageserver";
import type { ReviewRequest } from "../review/api";
import type { Answer, Question } from "../review/why";
import type { Runner } from "./runner";

export class Questions {
  private readonly cancels = new Map<string, Set<() => void>>();

  /** @param workDone whether the editor shows work-done progress */
  constructor(
    private readonly connection: Connection,
    private readonly workDone: boolean,
    private readonly runner: Runner,
  ) {}

  /**
   * The last answer; null when it was cancelled, by the person, by an edit or by closing.
   *
   * @throws Error with what went wrong in the worker
   */
  async ask(request: ReviewRequest, question: Question, token: CancellationToken): Promise<Answer | null> {
    const uri = request.name;
    const bar = this.workDone ? await this.beginBar(uri) : null;
    let latest: Answer | null = null;
    let cancel = (): void => undefined;
    try {
      return await new Promise<Answer | null>((resolve, reject) => {
        const stop = this.runner.ask(request, question, {
          answer: (answer) => {
            latest = answer;
            const { done, total } = answer.progress;
            const what = answer.stage === "review" ? "scenarios" : "changes";
            bar?.report(total === 0 ? 0 : Math.floor((100 * done) / total), `${done} of ${total} ${what}`);
          },
          done: (failure) => (failure === null ? resolve(latest) : reject(new Error(failure))),
        });
        cancel = () => {
          stop();
          resolve(null);
        };
        const cancels = this.cancels.get(uri) ?? new Set();
        this.cancels.set(uri, cancels.add(cancel));
        token.onCancellationRequested(cancel);
        bar?.token.onCancellationRequested(cancel);
      });
    } finally {
      this.cancels.get(uri)?.delete(cancel);
      bar?.done();
    }
  }

  /** What is being asked about a text that is no more the present one is of no use. */
  cancel(uri: string): void {
    const cancels = this.cancels.get(uri);
    this.cancels.delete(uri);
    for (const cancel of cancels ?? []) cancel();
  }

  private async beginBar(uri: string): Promise<WorkDoneProgressServerReporter & { token: CancellationToken }> {
    const bar = await this.connection.window.createWorkDoneProgress();
    bar.begin("Lastput", 0, uri.slice(uri.lastIndexOf("/") + 1), true);
    return bar;
  }
}
