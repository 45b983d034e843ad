/** `--baseline` and `--write-baseline`: reads what a project has accepted, and writes down what is found now. */
import { readFile, writeFile } from "node:fs/promises";
import { oneLine, type BaselineTold } from "../report";
import {
  type Baseline,
  baselineText,
  isBaselineError,
  readBaseline,
  unmatched,
  withoutAccepted,
} from "../review/baseline";
import type { Review } from "../review/review";
import { OutputError } from "./output";

export class Acceptance {
  private readonly reviews: Review[] = [];

  private constructor(
    private readonly file: string | null,
    private readonly baseline: Baseline | null,
    private readonly target: string | null,
  ) {}

  /** Never throws for what is in the file or on the disk: that is told, and nothing is silenced. */
  static async from(file: string | null, target: string | null): Promise<Acceptance> {
    return new Acceptance(file, file === null ? null : await load(file), target);
  }

  /** A baseline was named and could not be used. */
  get hasFailed(): boolean {
    return this.file !== null && this.baseline === null;
  }

  /** All that is found is written down. */
  get acceptsAll(): boolean {
    return this.target !== null;
  }

  /** The review as it is shown. */
  shown(review: Review): Review {
    this.reviews.push(review);
    return this.baseline === null ? review : withoutAccepted(review, this.baseline);
  }

  /** Entries that nothing matches; null without a baseline. */
  get told(): BaselineTold | null {
    if (this.file === null || this.baseline === null) return null;
    return { path: this.file, ...unmatched(this.baseline, this.reviews) };
  }

  /** @throws OutputError */
  async write(): Promise<void> {
    if (this.target === null) return;
    const text = baselineText(this.reviews.flatMap(({ findings }) => findings));
    await writeFile(this.target, text).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new OutputError(`the baseline cannot be written to ${oneLine(this.target ?? "")}: ${why}`);
    });
  }
}

async function load(file: string): Promise<Baseline | null> {
  const tell = (where: string, what: string): null => {
    process.stderr.write(`lastput: ${where}: ${oneLine(what)}; nothing is silenced\n`);
    return null;
  };
  try {
    const read = readBaseline(await readFile(file, "utf8"));
    return isBaselineError(read) ? tell(`${oneLine(file)}:${read.line}`, read.message) : read;
  } catch (error) {
    return tell(oneLine(file), error instanceof Error ? error.message : String(error));
  }
}
