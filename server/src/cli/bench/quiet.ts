/**
 * Whether it is quiet where it has to be: what lies between two releases of a stable kernel was accepted, so that nothing
 * in it may be told to be brought in, and what is told to be mended is worth a look by hand.
 */
import type { CParser } from "../../c/syntax";
import { reviewDocument } from "../../review";
import { DEFAULT_OPTIONS } from "../../review/api";
import type { Finding, Review } from "../../review/review";
import { markdownTable, quantile, shown } from "./table";
import { patchesBetween, type FilePatch } from "./tree-diff";

const FOLDERS = [
  "arch/x86/kvm",
  "virt",
  "block",
  "drivers",
  "fs",
  "include",
  "io_uring",
  "ipc",
  "kernel",
  "lib",
  "mm",
  "net",
  "security",
  "sound",
];

/** Milliseconds of CPU; a review that takes longer counts as one that does not come to an end. */
const PATIENCE = 60_000;
/** What a parser was used for is remembered for as long as it lives. */
const PATCHES_A_PARSER = 200;

export async function quietTables(
  before: string,
  after: string,
  createParser: () => Promise<CParser>,
  told: (line: string) => void,
): Promise<string> {
  const rows: string[][] = [];
  const sum: Outcome[] = [];
  let parser = await createParser();
  for (const folder of FOLDERS) {
    const outcomes: Outcome[] = [];
    for (const patch of await patchesBetween(before, after, folder)) {
      if ((sum.length + outcomes.length + 1) % PATCHES_A_PARSER === 0) parser = await createParser();
      const outcome = await reviewed(patch, parser);
      for (const line of linesOf(patch, outcome)) told(line);
      outcomes.push(outcome);
    }
    if (outcomes.length > 0) rows.push(rowOf(folder, outcomes));
    sum.push(...outcomes);
  }
  return markdownTable(HEAD, [...rows, rowOf("all", sum)]);
}

const HEAD = [
  "folder",
  "patches",
  "of no concern",
  "decided",
  "told to bring something in",
  "told to mend something",
  "exceptions",
  "no end",
  "median, ms of CPU",
  "99 %",
  "most",
];

interface Outcome {
  readonly review: Review | null;
  /** What was thrown; null where nothing was. */
  readonly thrown: string | null;
  readonly cpu: number;
}

async function reviewed({ path, text }: FilePatch, parser: CParser): Promise<Outcome> {
  const start = process.cpuUsage();
  const cpu = (): number => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const surroundings = {
    parser,
    workspace: { read: async () => Promise.resolve(undefined) },
    breathe: async () => Promise.resolve(cpu() < PATIENCE),
  };
  const request = { name: path, text, language: "auto", options: { ...DEFAULT_OPTIONS, lineFacts: false } } as const;
  let review: Review | null = null;
  try {
    for await (const each of reviewDocument(request, surroundings)) review = each;
    return { review, thrown: null, cpu: cpu() };
  } catch (error) {
    return { review, thrown: String(error), cpu: cpu() };
  }
}

function rowOf(folder: string, outcomes: readonly Outcome[]): string[] {
  const count = (is: (outcome: Outcome) => boolean): string => outcomes.filter(is).length.toLocaleString("en-US");
  const times = outcomes.map(({ cpu }) => cpu);
  return [
    folder,
    count(() => true),
    count(({ review }) => review?.verdict === "not-applicable"),
    count(({ review }) => review !== null && DECIDED.has(review.verdict)),
    count((outcome) => alarms(outcome).some(({ status }) => status !== "fixed")),
    count((outcome) => alarms(outcome).some(({ status }) => status === "fixed")),
    count(({ thrown }) => thrown !== null),
    count(({ review }) => review?.stage === "stopped"),
    ...[0.5, 0.99, 1].map((share) => shown(quantile(times, share))),
  ];
}

const DECIDED: ReadonlySet<string> = new Set(["safe", "violated", "depends"]);

function alarms({ review }: Outcome): readonly Finding[] {
  return review?.findings.filter(({ severity }) => severity !== "info") ?? [];
}

/** For who looks at each of them by hand. */
function linesOf({ path }: FilePatch, outcome: Outcome): string[] {
  const findings = alarms(outcome).map((each) => `${each.status}: ${each.code} in ${each.function ?? "?"}()`);
  const failed = outcome.thrown === null ? [] : [outcome.thrown];
  const slow = outcome.review?.stage === "stopped" ? ["no end"] : [];
  return [...findings, ...failed, ...slow].map((line) => `${path}: ${line}`);
}
