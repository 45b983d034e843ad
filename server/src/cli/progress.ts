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
    if (!this.stream.isTTY || Date.now() - this.started < SHOW_AFTER) return;
    const { done, total, states } = progress;
    const line = `${oneLine(path)}: ${done} of ${plural(total, "scenario")}, ${plural(states, "state")}`;
    this.stream.write(`\r\u001b[K${line.slice(0, (this.stream.columns || 80) - 1)}`);
    this.isShown = true;
  }

  clear(): void {
    if (this.isShown) this.stream.write("\r\u001b[K");
    this.isShown = false;
  }
}
