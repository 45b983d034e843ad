/** What a review said of one mail, as far as history can be held against it. Plain data: it goes between processes. */
import type { Finding, Review, Verdict } from "../../server/src/review/review";
import { review } from "../review/support";
import { behind, together, type Mail } from "./threads";

export interface Outcome {
  readonly file: string;
  /** `alone`, or the mails that it was read behind. */
  readonly how: string;
  /** Of the author's own code; `prose` where the mail has none. */
  readonly verdict: Verdict | "prose" | "failed";
  readonly why: string;
  readonly findings: readonly Told[];
}

export interface Told {
  readonly code: string;
  readonly severity: Finding["severity"];
  readonly status: Finding["status"];
  readonly origin: Finding["origin"];
  /** From 1, in the mail itself; 0 and less in those before it. */
  readonly line: number;
  /** Where the marked range ends. */
  readonly lastLine: number;
  /** A line that the diff changes is in the range or beside it, or the code is a sketch without a diff's signs. */
  readonly isByChange: boolean;
  readonly text: string;
  /** The function of the place that is marked, and all that the interleaving shows in the document. */
  readonly functions: readonly string[];
}

/**
 * A patch behind those of its series that are there, as it was written on top of them; alone where that decides nothing.
 * A reply alone, and behind the patch that it answers where that decides nothing.
 */
export async function outcomeOf(mail: Mail, all: readonly Mail[]): Promise<Outcome> {
  const before = behind(mail, all);
  const alone = async (): Promise<Outcome> =>
    told(await review(mail.text, { name: mail.entry.file }), mail, mail.text, 1, "alone");
  const inThread = async (): Promise<Outcome> => {
    const { text, lastLine } = together([...before, mail]);
    const how = `behind ${before.map((each) => shortName(each.entry.file)).join(", ")}`;
    return told(await review(text, { name: `${mail.entry.file}.mbox` }), mail, text, lastLine, how);
  };
  try {
    if (before.length === 0) return await alone();
    const first = mail.part === null ? alone : inThread;
    const outcome = await first();
    if (isDecided(outcome)) return outcome;
    const second = mail.part === null ? inThread : alone;
    const other = await second();
    return isDecided(other) || first === inThread ? other : outcome;
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { file: mail.entry.file, how: "alone", verdict: "failed", why, findings: [] };
  }
}

export function isDecided({ verdict }: Outcome): boolean {
  return verdict === "violated" || verdict === "depends" || verdict === "safe";
}

const ORDER: readonly Verdict[] = ["violated", "depends", "incomplete", "not-exercised", "safe", "not-applicable"];

/** Of the patches from that line on. */
function told(found: Review, mail: Mail, text: string, firstLine: number, how: string): Outcome {
  const starts = lineStarts(text);
  const own = found.patches.flatMap((patch, index) => (lineOf(starts, patch.range.start) >= firstLine ? [index] : []));
  const written = own.filter((index) => found.patches[index]?.origin === "author");
  const verdicts = written.flatMap((index) => found.patches[index]?.verdict ?? []);
  const verdict = ORDER.find((each) => verdicts.includes(each));
  const patch = written.map((index) => found.patches[index]).find((each) => each?.verdict === verdict);
  return {
    file: mail.entry.file,
    how,
    verdict: verdict ?? "prose",
    why: patch?.statement ?? "",
    findings: found.findings.flatMap((finding) => {
      if (own.includes(finding.patch)) return [toldOf(finding, text, starts, firstLine)];
      // Told once, of the patch of the thread that brought it in, and still there behind this one.
      const stays =
        mail.part !== null &&
        finding.fixedBy === null &&
        finding.status !== "fixed" &&
        own.every((at) => at > finding.patch);
      return stays ? [{ ...toldOf(finding, text, starts, firstLine), status: "persists" as const }] : [];
    }),
  };
}

function toldOf(finding: Finding, text: string, starts: readonly number[], firstLine: number): Told {
  const line = lineOf(starts, finding.range.start);
  const lastLine = Math.max(line, lineOf(starts, finding.range.end - 1));
  const lines = text.split("\n");
  const inDocument = finding.steps.filter(({ location }) => location.kind === "document");
  const functions = [finding.function ?? "", ...inDocument.flatMap((step) => step.functions ?? [])];
  return {
    code: finding.code,
    severity: finding.severity,
    status: finding.status,
    origin: finding.origin,
    line: line - firstLine + 1,
    lastLine: lastLine - firstLine + 1,
    isByChange:
      finding.origin === "author" &&
      (isSketch(lines, line) || lines.slice(line - 2, lastLine + 1).some((each) => /^(> ?)*[+-]/.test(each))),
    text: text.slice(starts[line - 1], (starts[line] ?? text.length + 1) - 1).trim(),
    functions: [...new Set(functions)].filter((name) => name !== ""),
  };
}

/** No hunk's head stands above it in the mail. */
function isSketch(lines: readonly string[], line: number): boolean {
  const above = lines.slice(0, line).findLastIndex((each) => /^(> ?)*(@@ |From |Message-ID:)/i.test(each));
  return !/@@ /.test(lines[above] ?? "");
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  return starts.findLastIndex((start) => start <= offset) + 1;
}

function shortName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
}
