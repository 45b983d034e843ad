/** What the command line gets from the entry that starts it. */
import type { Tool } from "../report";

export interface Platform {
  readonly tool: Tool;
  /** The file that a review thread runs; it calls `serveReviews`. */
  readonly reviewThread: string;
  /** Serves an editor over standard input and output until it says `exit`. */
  readonly startServer: () => Promise<void>;
  /** Prints what the stages cost on the named files, or on the bundled ones. */
  readonly bench: (files: readonly string[]) => Promise<number>;
}
