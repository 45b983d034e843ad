/** One line on a terminal that tells how far a long review is. */
import type { WriteStream } from "node:tty";
import { oneLine, plural } from "../report";
import type { Review } from "../review/review";

/** Most reviews are done before this many milliseconds, and then nothing is shown. */
const SHOW_AFTER = 500;

export class Progress {
  private readonly started = Date.now();
  private isShown = false;

  /** @param stream where nothing is written unless it is a terminal */
  constructor(private readonly stream: WriteStream | NodeJS.WriteStream) {}

  show(path: string, { progress }: Review): void {
    const { done, total, states } = progress;
    this.tell(`${oneLine(path)}: ${done} of ${plural(total, "scenario")}, ${plural(states, "state")}`);
  }

  private tell(line: string): void {
    if (!this.stream.isTTY || Date.now() - this.started < SHOW_AFTER) return;
    this.stream.write(`\r\u001b[K${line.slice(0, (this.stream.columns || 80) - 1)}`);
    this.isShown = true;
  }

  /** `done` of `total` things; of none when nothing is known yet. */
  count(path: string, what: string, { done, total }: { readonly done: number; readonly total: number }): void {
    this.tell(`${oneLine(path)}: ${done} of ${plural(total, what)}`);
  }

  clear(): void {
    if (this.isShown) this.stream.write("\r\u001b[K");
    this.isShown = false;
  }
}
