/** `lastput export`: the model of one scenario as another tool reads it, so that nobody has to believe the simulator. */
import { oneLine } from "../report";
import { DEFAULT_OPTIONS, type Surroundings } from "../review/api";
import { modelsOfDocument, type NamedModel } from "../review/models";
import { writePromela } from "../simulate/promela/write";
import type { ExportCommand } from "./arguments";
import { readInput } from "./input";
import { fileOutput, standardOutput } from "./output";
import { STATUS } from "./status";

export async function exportModel(
  command: ExportCommand,
  surroundings: Pick<Surroundings, "parser" | "workspace">,
): Promise<number> {
  const { file, side, scenario, scale, memoryModel } = command;
  const input = await readInput(file, new AbortController().signal);
  if (input === null) return STATUS.interrupted;
  if ("review" in input) return refused(file, input.review === null ? input.message : "it cannot be read");
  const request = {
    name: file,
    text: input.text,
    language: "auto",
    options: { ...DEFAULT_OPTIONS, scale, memoryModel },
  } as const;
  const models = (await modelsOfDocument(request, surroundings)).filter((model) => model.side === side);
  if (models.length === 0) return refused(file, `no scenario runs what it has ${side} the patch`);
  const output = command.output === null ? standardOutput() : fileOutput(command.output);
  if (scenario === null) {
    for (const { id, title } of models) await output.write(`${oneLine(id)}  ${oneLine(title)}\n`);
  } else {
    const model = models.find(({ id }) => id === scenario);
    if (model === undefined) {
      return refused(file, `there is no scenario ${scenario}; without --scenario those that there are are listed`);
    }
    await output.write(promela(model, file));
  }
  await output.end();
  return STATUS.nothingWrong;
}

function promela({ id, title, side, model }: NamedModel, file: string): string {
  // Without our reductions: what SPIN is asked must not rest on what is to be shown.
  const heading = `${file}, ${side} the patch: ${title} (${id})`;
  return writePromela(model, { reduce: false, freeChoices: true }, heading).text;
}

function refused(file: string, why: string): number {
  process.stderr.write(`lastput: ${oneLine(file)}: ${oneLine(why)}\n`);
  return STATUS.unreadable;
}
