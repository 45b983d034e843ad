/** Where a report goes: standard output, or a file. */
import { writeFile } from "node:fs/promises";

export interface Output {
  /** False when nobody reads any more, as after `| head`. */
  write(text: string): Promise<boolean>;
  /** @throws OutputError */
  end(): Promise<void>;
}

/** The message says which file, and why. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

export function standardOutput(): Output {
  let closed = false;
  // Without a listener the error would end the process with a stack trace.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    closed = true;
  });
  const write = async (text: string): Promise<boolean> => {
    if (closed) return false;
    return new Promise((resolve) =>
      process.stdout.write(text, (error) => resolve(error === null || error === undefined)),
    );
  };
  return { write, end: async () => Promise.resolve() };
}

/** Written at once and at the end: what was there before stays until there is something new. */
export function fileOutput(path: string): Output {
  const texts: string[] = [];
  return {
    write: async (text) => {
      texts.push(text);
      return Promise.resolve(true);
    },
    end: async () => {
      await writeFile(path, texts.join("")).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new OutputError(`the report cannot be written to ${path}: ${why}`);
      });
    },
  };
}
