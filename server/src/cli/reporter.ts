/** Writes reports as the documents get done; JSON, which is one object, at the end. */
import {
  baselineLines,
  type BaselineTold,
  jsonReport,
  markdownReport,
  oneLine,
  type Reported,
  type TextOptions,
  textReport,
  type Tool,
} from "../report";
import type { CheckCommand } from "./arguments";
import { textOptions } from "./colour";
import { fileOutput, type Output, standardOutput } from "./output";

export class Reporter {
  private readonly documents: Reported[] = [];
  private readonly output: Output;
  private last = "";

  constructor(
    private readonly command: CheckCommand,
    private readonly tool: Tool,
  ) {
    this.output = command.output === null ? standardOutput() : fileOutput(command.output);
  }

  get reported(): readonly Reported[] {
    return this.documents;
  }

  /** False when nobody reads the report any more. */
  async add(document: Reported): Promise<boolean> {
    this.documents.push(document);
    this.tellOnStandardError(document);
    switch (this.command.format) {
      case "json":
        return true;
      case "markdown":
        return this.write(markdownReport([document]));
      case "text":
        return this.write(textReport([document], this.textOptions()));
    }
  }

  /** @param baseline what is to be said of it, if there is one */
  async end(baseline: BaselineTold | null): Promise<void> {
    if (this.command.format === "json") await this.output.write(jsonReport(this.documents, this.tool, baseline));
    else if (baseline !== null) {
      const lines = baselineLines(baseline);
      if (lines.length > 0) await this.output.write(`\n${lines.join("\n")}\n`);
    }
    await this.output.end();
  }

  private textOptions(): TextOptions {
    const { colour, output, allTraces } = this.command;
    return textOptions(colour, output !== null, allTraces);
  }

  /** A blank line stands between two reports, but not between two lines. */
  private async write(report: string): Promise<boolean> {
    const apart = this.last !== "" && (isLong(this.last) || isLong(report));
    this.last = report;
    return this.output.write(apart ? `\n${report}` : report);
  }

  /** A file that could not be read must not go unnoticed where the report is not looked at. Our own failures are told there always. */
  private tellOnStandardError(document: Reported): void {
    const isSeen = this.command.format === "text" && this.command.output === null;
    if (document.review !== null || isSeen || document.code.startsWith("internal.")) return;
    process.stderr.write(`lastput: ${oneLine(document.path)}: ${oneLine(document.message)}\n`);
  }
}

function isLong(report: string): boolean {
  return report.trimEnd().includes("\n");
}
