/** One finding: the line a compiler would print, then the interleaving. */
import type { Finding, FindingStep } from "../review/review";
import type { FindingGroup } from "./groups";
import type { LineIndex } from "./lines";
import type { ReadDocument } from "./reported";
import { traceTable } from "./table";
import type { TextOptions } from "./style";
import { asciiLine, oneLine, plural } from "./visible";
import { isSeries, statusOf } from "./words";
import { wrapSentence } from "./wrap";

export function findingLines(
  group: FindingGroup,
  document: ReadDocument,
  lines: LineIndex,
  options: TextOptions,
): string[] {
  const { shown } = group;
  const table =
    options.allTraces || group.isShortest
      ? traceTable(shown, { width: options.width - 2, lineOf: documentLine(lines) })
      : [];
  return [
    ...head(shown, oneLine(document.path), lines, options),
    ...circumstances(group, document, options.width),
    ...(table.length === 0 ? [] : ["", ...table.map((line) => `  ${line}`.trimEnd()), ""]),
    ...remarks(group, document, options.width),
  ];
}

export function documentLine(lines: LineIndex): (step: FindingStep) => number | null {
  return ({ location }) => (location.kind === "document" ? lines.position(location.range.start).line : null);
}

/** Which scenario it was found in, on which base, and whose doing it is. */
export function circumstanceWords(group: FindingGroup, document: ReadDocument): string[] {
  const { shown, scenario, facts } = group;
  return [
    shown.origin === "quoted" ? "in quoted code" : "",
    statusOf(shown, isSeries(document.review)),
    shown.function === null ? "" : `in ${asciiLine(shown.function)}()`,
    scenario === null ? "" : asciiLine(scenario),
    facts.length === 0 ? "" : `base: ${asciiLine(facts.join(", "))}`,
    shown.steps.length === 0 ? "" : plural(shown.steps.length, "step"),
  ].filter((part) => part !== "");
}

/** What it rests on, and where else it was found. */
export function remarkSentences(group: FindingGroup, document: ReadDocument): string[] {
  const { shown, alsoIn } = group;
  if (shown.status === "fixed" || shown.severity === "info") return [];
  const known = document.review.assumptions.map(({ id }) => id);
  const numbers = shown.assumptions.map((id) => known.indexOf(id) + 1).filter((number) => number > 0);
  const cited = numbers.toSorted((a, b) => a - b).map((number) => `[${number}]`);
  return [
    ...(cited.length === 0 ? [] : [`Rests on ${cited.join(" ")}.`]),
    ...(alsoIn.length === 0 ? [] : [`Also in ${few(alsoIn.map(asciiLine))}.`]),
  ];
}

function head(finding: Finding, path: string, lines: LineIndex, { style, width }: TextOptions): string[] {
  const { line, column } = lines.position(finding.range.start);
  const place = `${path}:${line}:${column}:`;
  const severity = `${finding.severity}:`;
  const text = wrapSentence(`${place} ${severity} ${oneLine(finding.message)} [${finding.code}]`, width, 4);
  // A path may hold blanks; then the line is left without colours.
  const start = `${place} ${severity}`;
  const painted = `${style.strong(place)} ${style[finding.severity](severity)}`;
  return text.map((each, index) => (index === 0 && each.startsWith(start) ? painted + each.slice(start.length) : each));
}

function circumstances(group: FindingGroup, document: ReadDocument, width: number): string[] {
  const words = circumstanceWords(group, document);
  return words.length === 0 ? [] : wrapSentence(`    ${words.join("; ")}`, width, 4);
}

function remarks(group: FindingGroup, document: ReadDocument, width: number): string[] {
  return remarkSentences(group, document).flatMap((sentence) => wrapSentence(`    ${sentence}`, width, 4));
}

function few(titles: readonly string[]): string {
  if (titles.length > MOST_TITLES) return plural(titles.length, "other scenario");
  return titles.join("; ");
}

const MOST_TITLES = 3;
