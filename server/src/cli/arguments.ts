/** What the person typed, taken apart and checked before anything is done. */
import { parseArgs } from "node:util";
import { MOST_OBJECTS, MOST_THREADS, type Scale } from "../model/scale";
import { engineOf, type SpinOptions } from "./engine";
import { UsageError } from "./usage";

export { UsageError } from "./usage";

export type Format = "text" | "json" | "markdown";
export type MemoryModel = "sc" | "tso";
export type ColourWhen = "auto" | "always" | "never";

/** Where the files lie that a diff names. */
export interface Root {
  readonly folder: string;
  /** Whether the git repository that the folder is in may be asked, too: its own settings can make git run programs. */
  readonly asksGit: boolean;
}

/** What one happens to stand in may be anybody's repository; a folder that was named is meant. */
export const HERE: Root = { folder: ".", asksGit: false };

export interface CheckCommand {
  readonly kind: "check";
  /** Look for single changes that remove the findings that are told in full. */
  readonly repairs: boolean;
  /** As typed; `-` is standard input. None: the files of the tree that are reviewed. */
  readonly files: readonly string[];
  readonly format: Format;
  readonly colour: ColourWhen;
  /** Where the files lie that a diff names. */
  readonly root: Root;
  /** A kernel tree, which is the root then; null when none was named. */
  readonly tree: string | null;
  readonly output: string | null;
  /** The interleaving of every finding in the text format. */
  readonly allTraces: boolean;
  /** States per scenario; null for the default. */
  readonly maxStates: number | null;
  readonly scale: Scale;
  readonly memoryModel: MemoryModel;
  /** Look for data races, too. */
  readonly races: boolean;
  /** The file of accepted findings, and the one to write those into that are found now. */
  readonly baseline: string | null;
  readonly writeBaseline: string | null;
  /** The files are the patches of one series. */
  readonly series: boolean;
  /** What takes over where our own search gives up; null: nothing. */
  readonly engine: SpinOptions | null;
}

export interface ExportCommand {
  readonly kind: "export";
  readonly file: string;
  /** Id of a scenario as in a review; null asks which there are. */
  readonly scenario: string | null;
  /** Of the code before or after the patch. */
  readonly side: "before" | "after";
  readonly scale: Scale;
  /** `tso`: the scenarios with store buffers are there as well. */
  readonly memoryModel: MemoryModel;
  readonly root: Root;
  readonly output: string | null;
}

export interface WhyCommand {
  readonly kind: "why";
  readonly file: string;
  /** 1-based, of the document; null for all lines that act. */
  readonly line: number | null;
  readonly format: Format;
  readonly colour: ColourWhen;
  readonly root: Root;
  readonly output: string | null;
  readonly allTraces: boolean;
  readonly maxStates: number | null;
  readonly scale: Scale;
}

export const BENCH_PARTS = ["latency", "spin", "stages", "scale"] as const;
/** `ours` is what the comparison with SPIN starts for itself; `quiet` needs two trees. */
export type BenchPart = (typeof BENCH_PARTS)[number] | "ours" | "quiet";

export interface BenchCommand {
  readonly kind: "bench";
  readonly parts: readonly BenchPart[];
  /** Patches whose stages are measured, or models that are compared with SPIN's; none: all that there are. */
  readonly files: readonly string[];
  /** The root of a kernel tree; null looks for one. */
  readonly tree: string | null;
  /** The trees of two releases, whose difference was accepted; null where none were named. */
  readonly releases: { readonly before: string; readonly after: string } | null;
  /** Measurements of which the median is told. */
  readonly runs: number;
  /** Keep the tables in the repository's page. */
  readonly write: boolean;
}

export type Command =
  | CheckCommand
  | WhyCommand
  | ExportCommand
  | { readonly kind: "demo"; readonly colour: ColourWhen }
  | { readonly kind: "server" }
  | { readonly kind: "litmus"; readonly files: readonly string[] }
  | BenchCommand
  | { readonly kind: "help" }
  | { readonly kind: "version" };

/** @throws UsageError */
export function readArguments(words: readonly string[]): Command {
  const { values, positionals } = parse(words);
  if (values.help === true) return { kind: "help" };
  if (values.version === true) return { kind: "version" };
  const [name, ...files] = positionals;
  if (name !== undefined && name !== "check") refuseOptions(name, values);
  switch (name) {
    case "check":
      return check(files, values);
    case "demo":
      noFiles(name, files);
      return { kind: name, colour: oneOf("--color", values.color ?? "auto", ["auto", "always", "never"]) };
    case "export":
      return exporting(files, values);
    case "why":
      return why(files, values);
    case "server":
      noFiles(name, files);
      if (values.stdio !== true)
        throw new UsageError("the server talks over standard input and output: lastput server --stdio");
      return { kind: name };
    case "bench":
      return bench(files, values);
    case "litmus":
      if (files.length === 0) throw new UsageError("name the litmus tests: lastput litmus FILE...");
      return { kind: name, files };
    case "help":
      return { kind: name };
    case undefined:
      throw new UsageError("say what to do, for example: lastput check FILE");
    default:
      throw new UsageError(`there is no command ${name}; to check a file: lastput check ${name}`);
  }
}

type Values = ReturnType<typeof parse>["values"];

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        format: { type: "string", short: "f" },
        "max-states": { type: "string" },
        engine: { type: "string" },
        threads: { type: "string" },
        objects: { type: "string" },
        "memory-model": { type: "string" },
        races: { type: "boolean" },
        series: { type: "boolean" },
        baseline: { type: "string" },
        "write-baseline": { type: "string" },
        color: { type: "string" },
        "all-traces": { type: "boolean" },
        repairs: { type: "boolean" },
        root: { type: "string" },
        tree: { type: "string" },
        scenario: { type: "string" },
        // Of an export it is a side, of a bench a tree.
        before: { type: words[0] === "bench" ? "string" : "boolean" },
        after: { type: "string" },
        output: { type: "string", short: "o" },
        stdio: { type: "boolean" },
        write: { type: "boolean" },
        runs: { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "V" },
      },
    });
  } catch (error) {
    // Its second sentence is advice on how to pass such a word as a file.
    if (error instanceof TypeError) throw new UsageError(error.message.replace(/\. .*$/s, ""));
    throw error;
  }
}

function check(files: readonly string[], values: Values): CheckCommand {
  const tree = values.tree ?? null;
  if (files.length === 0 && tree === null)
    throw new UsageError("name the files to check, or a kernel --tree; - is standard input");
  if (tree !== null && values.root !== undefined)
    throw new UsageError("--tree says where the files lie that a diff names; leave --root out");
  if (files.filter((file) => file === "-").length > 1) throw new UsageError("standard input (-) can be read only once");
  if (values.stdio === true) throw new UsageError("--stdio belongs to lastput server");
  if (values.write === true || values.runs !== undefined) {
    throw new UsageError("--write and --runs belong to lastput bench");
  }
  const exporting = (["scenario", "before"] as const).find((name) => values[name] !== undefined);
  if (exporting !== undefined) throw new UsageError(`--${exporting} belongs to lastput export`);
  if (values.after !== undefined) throw new UsageError("--after belongs to lastput bench");
  return {
    kind: "check",
    files,
    memoryModel: memoryModelOf(values),
    races: values.races === true,
    series: values.series === true,
    baseline: values.baseline ?? null,
    writeBaseline: values["write-baseline"] ?? null,
    repairs: values.repairs === true,
    engine: values.engine === undefined ? null : engineOf(values.engine),
    tree,
    ...reporting(values),
    ...(tree === null ? {} : { root: { folder: tree, asksGit: true } }),
  };
}

function exporting(files: readonly string[], values: Values): ExportCommand {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new UsageError("name one file: lastput export FILE");
  oneOf("--format", values.format ?? "promela", ["promela"]);
  return {
    kind: "export",
    file,
    scenario: values.scenario ?? null,
    side: values.before === true ? "before" : "after",
    scale: scaleOf(values),
    memoryModel: memoryModelOf(values),
    root: rootOf(values),
    output: values.output ?? null,
  };
}

function memoryModelOf(values: Values): MemoryModel {
  return oneOf("--memory-model", values["memory-model"] ?? "sc", ["sc", "tso"]);
}

function why(files: readonly string[], values: Values): WhyCommand {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new UsageError("name one line: lastput why FILE:LINE");
  const place = /^(.+?):(\d+)(?::\d+)?$/s.exec(file);
  return {
    kind: "why",
    file: place?.[1] ?? file,
    line: place?.[2] === undefined ? null : positive("the line", place[2]),
    ...reporting(values),
  };
}

function rootOf({ root }: Values): Root {
  return root === undefined ? HERE : { folder: root, asksGit: true };
}

/** The options of those who report on a review. */
function reporting(values: Values) {
  return {
    format: oneOf("--format", values.format ?? "text", ["text", "json", "markdown"]),
    colour: oneOf("--color", values.color ?? "auto", ["auto", "always", "never"]),
    root: rootOf(values),
    output: values.output ?? null,
    allTraces: values["all-traces"] === true,
    maxStates: values["max-states"] === undefined ? null : positive("--max-states", values["max-states"]),
    scale: scaleOf(values),
  };
}

const RUNS = 5;

/** The words before the first file that are parts name what to run; none: all. */
function bench(words: readonly string[], values: Values): BenchCommand {
  const isPart = (word: string): word is BenchPart =>
    word === "ours" || word === "quiet" || BENCH_PARTS.some((part) => part === word);
  const parts = words.filter(isPart);
  const { before, after } = values;
  const isComplete = typeof before === "string" && after !== undefined;
  if (
    parts.includes("quiet") !== (before !== undefined || after !== undefined) ||
    (before !== undefined && !isComplete)
  )
    throw new UsageError("two trees belong to one part of it: lastput bench quiet --before DIR --after DIR");
  return {
    kind: "bench",
    parts: parts.length === 0 ? BENCH_PARTS : parts,
    files: words.filter((word) => !isPart(word)),
    tree: values.root ?? null,
    releases: isComplete ? { before, after } : null,
    runs: values.runs === undefined ? RUNS : positive("--runs", values.runs),
    write: values.write === true,
  };
}

function oneOf<Word extends string>(option: string, word: string, words: readonly Word[]): Word {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new UsageError(`${option} is one of ${words.join(", ")}, not ${word}`);
  return found;
}

function scaleOf({ threads, objects }: Values): Scale {
  return {
    threads: threads === undefined ? null : upTo("--threads", threads, MOST_THREADS),
    objects: objects === undefined ? null : upTo("--objects", objects, MOST_OBJECTS),
  };
}

function upTo(option: string, digits: string, most: number): number {
  const number = positive(option, digits);
  if (number > most) throw new UsageError(`${option} is at most ${most}, not ${digits}`);
  return number;
}

function positive(option: string, digits: string): number {
  const number = Number(digits);
  if (!/^\d+$/.test(digits) || number < 1 || !Number.isSafeInteger(number)) {
    throw new UsageError(`${option} is a number of 1 or more, not ${digits}`);
  }
  return number;
}

function refuseOptions(command: string, values: Values): void {
  const allowed = OPTIONS_OF[command] ?? [];
  const other = Object.keys(values).find((name) => !allowed.includes(name));
  if (other !== undefined) throw new UsageError(`--${other} does not belong to lastput ${command}`);
}

/** Of all commands but `check`, which has most of them. */
const OPTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  demo: ["color"],
  server: ["stdio"],
  export: ["format", "scenario", "before", "root", "output", "threads", "objects", "memory-model"],
  why: ["format", "color", "root", "output", "all-traces", "max-states", "threads", "objects"],
  bench: ["root", "before", "after", "write", "runs"],
};

function noFiles(command: string, files: readonly string[]): void {
  if (files.length > 0) throw new UsageError(`lastput ${command} takes no files`);
}
