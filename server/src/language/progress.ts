/** Tells the editor how far the runs are: `lastput/status`, and work-done progress for the long ones. */
import type { Connection, WorkDoneProgressServerReporter } from "vscode-languageserver";
import type { Review } from "../review/review";
import { StatusNotification, type StatusParams } from "./protocol";

const BETWEEN_MESSAGES = 200;
/** Shorter runs are over before a person has read of them. */
const LONG_RUN = 1500;

export class Progress {
  private readonly runs = new Map<string, Run>();

  /**
   * @param workDone whether the editor shows work-done progress
   * @param interrupt what its cancel button does
   */
  constructor(
    private readonly connection: Connection,
    private readonly workDone: boolean,
    private readonly interrupt: (uri: string) => void,
  ) {}

  progressed(uri: string, { stage, progress }: Review): void {
    const run = this.runs.get(uri) ?? { begun: Date.now(), told: 0, bar: null, ended: false, status: null };
    this.runs.set(uri, run);
    const now = Date.now();
    run.status = { uri, stage, ...progress };
    if (stage === "complete" || stage === "stopped") {
      this.end(uri, stage);
    } else if (now - run.told >= BETWEEN_MESSAGES) {
      run.told = now;
      this.tell(run.status);
      if (this.workDone && run.bar === null && now - run.begun >= LONG_RUN) run.bar = this.beginBar(run, uri);
      const { done, total, states } = progress;
      const message = `${done} of ${total} scenarios, ${states.toLocaleString("en")} states`;
      void run.bar?.then((bar) => bar.report(total === 0 ? 0 : Math.floor((100 * done) / total), message));
    }
  }

  /** The run was cancelled or failed. */
  stopped(uri: string): void {
    this.end(uri, "stopped");
  }

  private end(uri: string, stage: "complete" | "stopped"): void {
    const run = this.runs.get(uri);
    if (run === undefined) return;
    this.runs.delete(uri);
    run.ended = true;
    if (run.status !== null) this.tell({ ...run.status, stage });
    void run.bar?.then((bar) => bar.done());
  }

  private async beginBar(run: Run, uri: string): Promise<WorkDoneProgressServerReporter> {
    const bar = await this.connection.window.createWorkDoneProgress();
    bar.begin("Lastput", 0, uri.slice(uri.lastIndexOf("/") + 1), true);
    bar.token.onCancellationRequested(() => {
      if (!run.ended) this.interrupt(uri);
    });
    return bar;
  }

  private tell(status: StatusParams): void {
    void this.connection.sendNotification(StatusNotification, status);
  }
}

interface Run {
  readonly begun: number;
  told: number;
  bar: Promise<WorkDoneProgressServerReporter> | null;
  ended: boolean;
  status: StatusParams | null;
}
