/** The command line from its words to its exit status. */
import { type Command, readArguments, UsageError } from "./arguments";
import { check } from "./check";
import { demo } from "./demo";
import { HELP } from "./help";
import { OutputError, standardOutput } from "./output";
import type { Platform } from "./platform";
import { STATUS } from "./status";
import { why } from "./why";

/** Sets the exit status when all is written. Whatever happens is told in one line, a mistake of ours with its place. */
export async function main(words: readonly string[], platform: Platform): Promise<void> {
  try {
    const status = await run(readArguments(words), platform);
    if (status !== null) finish(status);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`lastput: ${error.message}\nSee lastput --help.\n`);
      finish(STATUS.usage);
    } else {
      process.stderr.write(`lastput: ${error instanceof OutputError ? error.message : traceOf(error)}\n`);
      finish(STATUS.failed);
    }
  }
}

/** Null when the command goes on by itself. */
async function run(command: Command, platform: Platform): Promise<number | null> {
  switch (command.kind) {
    case "check":
      return check(command, platform);
    case "why":
      return why(command, platform);
    case "demo":
      return demo(command, platform);
    case "export":
      return platform.exportModel(command);
    case "litmus":
      return platform.litmus(command.files);
    case "bench":
      return platform.bench(command);
    case "server":
      await platform.startServer();
      return null;
    case "help":
      await standardOutput().write(HELP);
      return STATUS.nothingWrong;
    case "version":
      await standardOutput().write(`${platform.tool.name} ${platform.tool.version}\n`);
      return STATUS.nothingWrong;
  }
}

/** A read that never ends, as of standard input after Ctrl-C, must not keep the process alive. */
function finish(status: number): void {
  process.exitCode = status;
  if (status === STATUS.interrupted) process.exit();
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
