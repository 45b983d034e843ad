/** `lastput litmus`: what the simulator says of a litmus test, under both memory models. */
import type { CParser } from "../c/syntax";
import { readLitmus, type Litmus } from "../model/litmus/litmus";
import { LitmusProblem } from "../model/litmus/problem";
import { withStoreBuffers } from "../model/passes/tso";
import { oneLine } from "../report";
import { DEFAULT_OPTIONS } from "../review/api";
import { KERNEL } from "../review/builtin";
import { endsOf, type Look } from "../simulate/outcomes";
import { readInput } from "./input";
import { standardOutput } from "./output";
import { STATUS } from "./status";

/** The exit status: 2 when some file could not be read, 3 when some exploration was cut short. */
export async function litmus(files: readonly string[], parser: CParser): Promise<number> {
  const output = standardOutput();
  let status: number = STATUS.nothingWrong;
  for (const file of files) {
    const input = await readInput(file, new AbortController().signal);
    if (input === null) return STATUS.interrupted;
    const told =
      "review" in input ? (input.review === null ? input.message : "it cannot be read") : tell(input.text, parser);
    if (typeof told === "string") {
      process.stderr.write(`lastput: ${oneLine(file)}: ${oneLine(told)}\n`);
      status = STATUS.unreadable;
    } else {
      await output.write(`${oneLine(told.name)}\n${told.lines.map((line) => `  ${line}\n`).join("")}`);
      if (!told.complete && status === STATUS.nothingWrong) status = STATUS.incomplete;
    }
  }
  await output.end();
  return status;
}

interface Told {
  readonly name: string;
  readonly lines: readonly string[];
  readonly complete: boolean;
}

/** A string says why it cannot be read. */
function tell(text: string, parser: CParser): Told | string {
  let test: Litmus;
  try {
    test = readLitmus(text, parser, KERNEL);
  } catch (error) {
    if (error instanceof LitmusProblem) return error.message;
    throw error;
  }
  const models = [
    ["sequentially consistent", test.model],
    ["x86-TSO", withStoreBuffers(test.model)],
  ] as const;
  const told = models.map(([name, model]) => {
    const look = test.observed.map((one): Look => ({
      name: one.name,
      at: one.kind === "register" ? { global: one.global } : { type: 0, object: one.object, field: 0 },
    }));
    const { ends, states, complete } = endsOf(model, look, { reduce: true, maxStates: DEFAULT_OPTIONS.maxStates });
    const met = ends.filter(test.meets).length;
    const count = `${met} of ${ends.length} ends, ${states} states`;
    const line = `${name}: ${complete || met > 0 ? answer(test.asks, met, ends.length) : "not known"} (${count})`;
    return { line: complete ? line : `${line}; not explored to the end`, complete };
  });
  return { name: test.name, lines: told.map(({ line }) => line), complete: told.every(({ complete }) => complete) };
}

function answer(asks: Litmus["asks"], met: number, all: number): string {
  const how = met === 0 ? "never" : met === all ? "always" : "sometimes";
  const isAsSaid = asks === "exists" ? met > 0 : asks === "never" ? met === 0 : met === all;
  return `${how}: the clause ${isAsSaid ? "holds" : "does not hold"}`;
}
