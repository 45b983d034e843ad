/** `lastput check`: read, review and report one document after the other. */
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { oneLine, type Reported, toldInFull } from "../report";
import { DEFAULT_OPTIONS, type ReviewOptions, type ReviewRequest } from "../review/api";
import { PROFILES } from "../review/builtin";
import type { Review } from "../review/review";
import { reviewedPaths } from "../review/trees";
import type { RepairAnswer } from "../review/why";
import type { CheckCommand } from "./arguments";
import { Acceptance } from "./baseline";
import type { SpinOptions } from "./engine";
import { endAll, findSpin, MissingProgram } from "./spin";
import { type Input, readInput } from "./input";
import type { Platform } from "./platform";
import { Progress } from "./progress";
import { Reporter } from "./reporter";
import { ReviewFailure, Reviewer } from "./reviewer";
import { isDirectory, readSeries } from "./series-input";
import { STATUS, statusOf } from "./status";

export async function check(command: CheckCommand, platform: Platform): Promise<number> {
  const reporter = new Reporter(command, platform.tool);
  if (command.engine !== null) {
    const missing = await missingFor(command.engine);
    if (missing !== null) {
      process.stderr.write(`lastput: ${missing}\n`);
      return STATUS.unavailable;
    }
  }
  const files = command.tree === null ? command.files : await filesInTree(command.tree, command.files);
  if (files === null) return STATUS.unreadable;
  const documents = command.series ? [files] : files.map((file) => [file]);
  const acceptance = await Acceptance.from(command.baseline, command.writeBaseline);
  const folder = command.engine === null ? null : await mkdtemp(path.join(tmpdir(), "lastput-engine-"));
  const engine = command.engine === null || folder === null ? null : { spin: command.engine, folder };
  const reviewer = new Reviewer(platform.reviewThread, command.root, engine);
  const interrupt = new AbortController();
  const ears = listenForInterrupt(() => {
    interrupt.abort();
    reviewer.stop();
  });
  try {
    let isRead = true;
    for (const each of documents) {
      const read = await reviewFile(each, command, reviewer, interrupt.signal);
      const isShown = read === null || read.review === null;
      const document = isShown ? read : { ...read, review: acceptance.shown(read.review) };
      if (document !== null) isRead = await reporter.add(document);
      if (!isRead || reviewer.isStopped) break;
    }
    await reporter.end(reviewer.isStopped ? null : acceptance.told);
    if (!reviewer.isStopped) {
      await acceptance.write();
      return statusOf(reporter.reported, acceptance);
    }
    const left = documents.slice(reporter.reported.length).flat();
    if (left.length > 0) process.stderr.write(`lastput: stopped; not checked: ${left.map(oneLine).join(" ")}\n`);
    return STATUS.interrupted;
  } finally {
    ears.close();
    await reviewer.close();
    if (folder !== null) await endAll(folder);
  }
}

/** Those that were named, else those that the tree is about; null, and a word on why, when it is no tree that a profile can read. */
async function filesInTree(tree: string, files: readonly string[]): Promise<readonly string[] | null> {
  const wanted = reviewedPaths(PROFILES);
  const found = wanted.map((file) => path.join(tree, file)).filter((file) => existsSync(file));
  if (found.length > 0) return files.length > 0 ? files : found;
  process.stderr.write(`lastput: ${oneLine(tree)} is no kernel tree: there is no ${wanted.join(" and no ")} in it\n`);
  return null;
}

/** Better told before anything is run than after. */
async function missingFor(engine: SpinOptions): Promise<string | null> {
  try {
    await findSpin(engine);
    return null;
  } catch (error) {
    if (error instanceof MissingProgram) return error.message;
    throw error;
  }
}

/** Null when it was stopped before anything was known. */
export async function reviewInput(
  input: Input,
  options: ReviewOptions,
  reviewer: Reviewer,
  withRepairs = false,
): Promise<Reported | null> {
  const progress = new Progress(process.stderr);
  const { path, text, files, sha256 } = input;
  try {
    const cuts = files === undefined ? {} : { cuts: files.map(({ start }) => start) };
    const request = { name: path, text, ...cuts, language: "auto", options } as const;
    const review = await reviewer.review(request, (each) => progress.show(path, each));
    if (review === null) return null;
    const repairs = withRepairs
      ? await repairsOf(request, review, reviewer, progress)
      : new Map<string, RepairAnswer>();
    const told = { ...review, problems: [...input.problems, ...review.problems] };
    return { path, text, ...(files === undefined ? {} : { files }), sha256, review: told, repairs };
  } catch (error) {
    if (!(error instanceof ReviewFailure)) throw error;
    process.stderr.write(`lastput: ${oneLine(path)}: ${error.details}\n`);
    return { path, review: null, code: "internal.failed", message: `Lastput itself failed on it (${error.message})` };
  } finally {
    progress.clear();
  }
}

/** Of the findings that are told with an interleaving. */
async function repairsOf(
  request: ReviewRequest,
  review: Review,
  reviewer: Reviewer,
  progress: Progress,
): Promise<Map<string, RepairAnswer>> {
  const found = new Map<string, RepairAnswer>();
  for (const fingerprint of review.stage === "complete" ? toldInFull(review) : []) {
    const answer = await reviewer.ask(request, { kind: "repairs", fingerprint }, (each) =>
      progress.count(request.name, "change", each.progress),
    );
    if (answer?.kind === "repairs") found.set(fingerprint, answer);
  }
  return found;
}

/** A directory is a series, and so are files of which that was said. */
async function reviewFile(
  paths: readonly string[],
  command: CheckCommand,
  reviewer: Reviewer,
  signal: AbortSignal,
): Promise<Reported | null> {
  const [file = "-"] = paths;
  const isSeries = command.series || (await isDirectory(file));
  const input = await (isSeries ? readSeries(paths, signal) : readInput(file, signal));
  if (input === null || "review" in input) return input;
  const maxStates = command.maxStates ?? DEFAULT_OPTIONS.maxStates;
  const options = {
    ...DEFAULT_OPTIONS,
    lineFacts: false,
    maxStates,
    scale: command.scale,
    memoryModel: command.memoryModel,
    races: command.races,
  };
  return reviewInput(input, options, reviewer, command.repairs);
}

/** The first Ctrl-C asks to stop, a second one does not wait. */
export function listenForInterrupt(stop: () => void): { close(): void } {
  let asked = false;
  const heard = () => {
    if (asked) process.exit(STATUS.interrupted);
    asked = true;
    stop();
  };
  process.on("SIGINT", heard);
  return { close: () => process.off("SIGINT", heard) };
}
