/** A report to paste where markdown is read: what was found, with the interleaving as a block of code. */
import { numberAssumptions } from "./assumptions";
import { asideWords, circumstanceWords, labelOf, remarkSentences } from "./finding-text";
import { type FindingGroup, groupFindings } from "./groups";
import { LineIndex } from "./lines";
import { repairDiff, repairIntroduction } from "./repairs";
import type { ReadDocument, Reported } from "./reported";
import { acceptedWords } from "../review/baseline";
import type { PatchReview, Review } from "../review/review";
import type { RepairAnswer } from "../review/why";
import { traceTable } from "./table";
import { oneLine, plural } from "./visible";
import { isPassedOver, isQuiet, notConcerned, placeOf, readingOrder, VERDICTS } from "./words";

export function markdownReport(documents: readonly Reported[]): string {
  return documents.map((document) => documentBlocks(document).join("\n\n") + "\n").join("\n");
}

const TABLE_WIDTH = 96;

function documentBlocks(document: Reported): string[] {
  const heading = `## ${code(document.path)}`;
  if (document.review === null) return [heading, prose(document.message)];
  const { review } = document;
  const lines = new LineIndex(document.text, document.files);
  const problems = review.problems.map(({ code: name, message, range }) => {
    const place = range === null ? "" : `Line ${lines.label(range.start)}: `;
    return `- ${place}${prose(message)} (${code(name)})`;
  });
  if (isQuiet(review)) {
    return [heading, prose(notConcerned(review.profiles)), ...(problems.length === 0 ? [] : [problems.join("\n")])];
  }
  return [
    heading,
    ...(review.stage === "stopped" ? ["Stopped before the end: this is what is known so far."] : []),
    ...(problems.length === 0 ? [] : [problems.join("\n")]),
    ...readingOrder(review)
      .flatMap((index) => review.patches[index] ?? [])
      .filter((patch) => patch.verdict !== "not-applicable")
      .map((patch) => patchBlock(patch, review, lines)),
    ...review.series
      .filter(({ verdict }) => verdict !== "not-applicable")
      .map(({ statement }) => `**The series**: ${prose(statement)}`),
    ...groupFindings(review).flatMap((group) => findingBlocks(group, document, lines)),
    ...closing(document, lines),
  ];
}

function patchBlock(patch: PatchReview, review: Review, lines: LineIndex): string {
  const { file, line, endLine } = lines.range(patch.range);
  const inFile = file === undefined ? "" : `${code(file)} `;
  const subject = `${patch.subject === null ? "" : `**${prose(patch.subject)}**, `}${inFile}`;
  if (isPassedOver(patch)) return `${subject}lines ${line}-${endLine}: ${prose(patch.statement)}`;
  const place = placeOf(patch, review);
  const functions = patch.files.flatMap((file) => file.functions.map(({ name }) => code(`${name}()`)));
  const what = functions.length === 0 ? "" : `: ${functions.join(", ")}`;
  const before = patch.beforeStatement === null ? [] : [`- Before: ${prose(patch.beforeStatement)}`];
  const turns = patch.turnsOn.map(
    ({ fact, value, title, verdict }) => `  - ${VERDICTS[verdict]} if ${code(`${fact} = ${value}`)}: ${prose(title)}`,
  );
  const after = patch.beforeStatement === null ? "Result" : "After";
  return [
    `${subject}lines ${line}-${endLine}${patch.origin === "quoted" ? " (quoted)" : ""}${place === "" ? "" : `, ${prose(place)}`}${what}`,
    "",
    ...(patch.base === null ? [] : [`- Base: ${prose(patch.base)}`]),
    ...before,
    `- ${after}: ${prose(patch.statement)}`,
    ...turns,
  ].join("\n");
}

function findingBlocks(group: FindingGroup, document: ReadDocument, lines: LineIndex): string[] {
  const { range, message, code: name } = group.shown;
  const { file = document.path, line, column } = lines.position(range.start);
  const place = code(`${file}:${line}:${column}`);
  const label = labelOf(group);
  const head = `**${label}** at ${place}: ${asideWords(group, document)}${prose(message)} (${code(name)})`;
  if (group.weight === "aside" || group.weight === "unchanged") return [head];
  if (group.weight === "fixes" && !group.isShortest) return [head];
  const circumstances = circumstanceWords(group, document).map(prose).join("; ");
  const lead = group.weight === "fixes" ? ["Without the patch, and not possible with it:"] : [];
  const table = group.isShortest
    ? [...lead, fenced(traceTable(group.shown, { width: TABLE_WIDTH, lineOf: null }))]
    : [];
  const remarks = remarkSentences(group, numberAssumptions(document.review)).map(prose).join(" ");
  return [
    [head, circumstances].filter((part) => part !== "").join("  \n"),
    ...table,
    ...(remarks === "" ? [] : [remarks]),
    ...repairBlocks(document.repairs?.get(group.shown.fingerprint)),
  ];
}

function repairBlocks(answer: RepairAnswer | undefined): string[] {
  if (answer === undefined) return [];
  const changes = answer.repairs.flatMap((repair) => [`- ${prose(repair.title)}`, fenced(repairDiff(repair))]);
  return [prose(repairIntroduction(answer)), ...changes];
}

function closing({ review }: ReadDocument, lines: LineIndex): string[] {
  const { coverage, notChecked } = review;
  const { listed } = numberAssumptions(review);
  const run = `${coverage.executed} of ${plural(coverage.actingLines, "acting line")} were run.`;
  const unchecked = notChecked.length === 0 ? "" : ` Not checked: ${notChecked.map(prose).join("; ")}.`;
  const missing = coverage.notModelled.map(({ text }) => code(text));
  const unmodelled = missing.length === 0 ? "" : ` Not modelled: ${missing.join(", ")}.`;
  const assumed = listed.map(({ text, range }, index) => {
    const place = range === null ? "" : ` (line ${lines.label(range.start)})`;
    return `${index + 1}. ${prose(text)}${place}`;
  });
  const accepted = review.accepted === 0 ? "" : ` ${acceptedWords(review.accepted)}.`;
  return [
    run + unmodelled + unchecked + accepted,
    ...(assumed.length === 0 ? [] : [["Assumed:", "", ...assumed].join("\n")]),
  ];
}

/** In a fence that is longer than any run of backticks inside. */
export function fenced(lines: readonly string[]): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [fence, ...lines, fence].join("\n");
}

export function code(text: string): string {
  const line = oneLine(text);
  const ticks = "`".repeat(longestRun(line) + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return ticks + padding + line + padding + ticks;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** Nothing in a sentence of ours or of a mail is markup. What cannot be markup where it stands is left readable. */
export function prose(text: string): string {
  return oneLine(text).replaceAll(/[\\`*<]|\](?=[([:])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[#A-Za-z])/g, "\\$&");
}
