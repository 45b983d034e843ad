/** What the command line gets from the entry that starts it. */
import type { Tool } from "../report";
import type { BenchCommand, ExportCommand } from "./arguments";

export interface Platform {
  readonly tool: Tool;
  /** The file that a review thread runs; it calls `serveReviews`. */
  readonly reviewThread: string;
  /** Serves an editor over standard input and output until it says `exit`. */
  readonly startServer: () => Promise<void>;
  /** Writes the model of a scenario for another tool. */
  readonly exportModel: (command: ExportCommand) => Promise<number>;
  /** Prints what the simulator says of litmus tests. */
  readonly litmus: (files: readonly string[]) => Promise<number>;
  /** Measures how fast all of it is. */
  readonly bench: (command: BenchCommand) => Promise<number>;
}
