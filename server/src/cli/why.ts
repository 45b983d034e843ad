/** `lastput why`: leaves lines out, one at a time, and reports what breaks. */
import { type AskedDocument, LineIndex, oneLine, whyJson, whyMarkdown, whyText } from "../report";
import { DEFAULT_OPTIONS } from "../review/api";
import type { WhyAnswer } from "../review/why";
import type { WhyCommand } from "./arguments";
import { listenForInterrupt } from "./check";
import { textOptions } from "./colour";
import { type Input, readInput } from "./input";
import { fileOutput, standardOutput } from "./output";
import type { Platform } from "./platform";
import { Progress } from "./progress";
import { ReviewFailure, Reviewer } from "./reviewer";
import { STATUS } from "./status";

export async function why(command: WhyCommand, platform: Platform): Promise<number> {
  const reviewer = new Reviewer(platform.reviewThread, command.root);
  const interrupt = new AbortController();
  const ears = listenForInterrupt(() => {
    interrupt.abort();
    reviewer.stop();
  });
  try {
    const input = await readInput(command.file, interrupt.signal);
    if (input === null) return STATUS.interrupted;
    if ("review" in input) return refused(command.file, input.review === null ? input.message : "it cannot be read");
    const lines = new LineIndex(input.text);
    const at = command.line === null ? null : lines.span(command.line);
    if (command.line !== null && at === null) {
      return refused(command.file, `there is no line ${command.line}; it has ${lines.count}`);
    }
    const answer = await ask(input, { kind: "why", at }, command, reviewer);
    if (answer === null) return STATUS.interrupted;
    if (answer === "failed") return STATUS.failed;
    await report({ ...input, answer, line: command.line }, command, platform);
    return reviewer.isStopped ? STATUS.interrupted : statusOf(answer);
  } finally {
    ears.close();
    await reviewer.close();
  }
}

async function ask(
  { path, text }: Input,
  question: { readonly kind: "why"; readonly at: WhyAnswer["lines"][number]["range"] | null },
  command: WhyCommand,
  reviewer: Reviewer,
): Promise<WhyAnswer | "failed" | null> {
  const progress = new Progress(process.stderr);
  const maxStates = command.maxStates ?? DEFAULT_OPTIONS.maxStates;
  const options = { ...DEFAULT_OPTIONS, lineFacts: false, maxStates, scale: command.scale };
  try {
    const answer = await reviewer.ask({ name: path, text, language: "auto", options }, question, (each) =>
      progress.count(path, each.stage === "review" ? "scenario" : "change", each.progress),
    );
    return answer?.kind === "why" ? answer : null;
  } catch (error) {
    if (!(error instanceof ReviewFailure)) throw error;
    process.stderr.write(`lastput: ${oneLine(path)}: ${error.details}\n`);
    return "failed";
  } finally {
    progress.clear();
  }
}

async function report(document: AskedDocument, command: WhyCommand, { tool }: Platform): Promise<void> {
  const { format, colour, allTraces } = command;
  const output = command.output === null ? standardOutput() : fileOutput(command.output);
  const options = textOptions(colour, command.output !== null, allTraces);
  if (format === "json") await output.write(whyJson(document, tool));
  else await output.write(format === "text" ? whyText(document, options) : whyMarkdown(document));
  await output.end();
}

/** That something breaks without a line is what the line is there for, and nothing wrong. */
function statusOf({ refusal, lines }: WhyAnswer): number {
  if (refusal !== null) return STATUS.unreadable;
  return lines.some(({ outcome }) => outcome === "incomplete") ? STATUS.incomplete : STATUS.nothingWrong;
}

function refused(file: string, reason: string): number {
  process.stderr.write(`lastput: ${oneLine(file)}: ${oneLine(reason)}\n`);
  return STATUS.unreadable;
}
