/** One finding: the line a compiler would print, then the interleaving. */
import type { FindingStep, Severity } from "../review/review";
import { type NumberedAssumptions, numberAssumptions } from "./assumptions";
import { type FindingGroup, groupFindings, type Weight } from "./groups";
import type { LineIndex } from "./lines";
import { repairLines } from "./repairs";
import type { ReadDocument } from "./reported";
import { traceTable } from "./table";
import type { TextOptions } from "./style";
import { asciiLine, oneLine, plural } from "./visible";
import { isSeries, statusOf } from "./words";
import { section, wrapSentence } from "./wrap";

/** All that was found: in full what matters, then in a line each what is good to know. */
export function findingsText(document: ReadDocument, lines: LineIndex, options: TextOptions): string[] {
  const groups = groupFindings(document.review);
  const numbers = numberAssumptions(document.review);
  const weighing = (weight: Weight) => groups.filter((group) => group.weight === weight);
  const aside = weighing("aside");
  const races = aside.filter(({ shown }) => shown.code === RACE);
  const others = aside.filter(({ shown }) => shown.code !== RACE);
  return [
    ...weighing("main").flatMap((group) => ["", ...inFull(group, document, lines, numbers, options)]),
    ...weighing("fixes").flatMap((group) => ["", ...fixText(group, document, lines, numbers, options)]),
    ...section(
      weighing("main").length > 0
        ? unchangedLines(weighing("unchanged"), lines, options)
        : weighing("unchanged").flatMap((group) => inLine(group, document, lines, options)),
    ),
    ...section(others.flatMap((group) => inLine(group, document, lines, options))),
    ...section(
      options.allTraces
        ? races.flatMap((group) => inLine(group, document, lines, options))
        : racesInBrief(races, options),
    ),
  ];
}

/** Whoever asked for them gets them with all that belongs to them by --all-traces; released code has many. */
function racesInBrief(races: readonly FindingGroup[], { style, width }: TextOptions): string[] {
  if (races.length === 0) return [];
  const functions = [...new Set(races.map(({ shown }) => shown.function ?? ""))].filter((name) => name !== "");
  const where =
    functions.length === 0
      ? ""
      : ` in ${few(
          functions.map((name) => `${asciiLine(name)}()`),
          "function",
        )}`;
  const text = `info: ${plural(races.length, "place")}${where} ${races.length === 1 ? "has" : "have"} data races; --all-traces tells each`;
  return wrapSentence(text, width, 4).map((line, index) =>
    index === 0 ? line.replace("info:", style.info("info:")) : line,
  );
}

const RACE = "race.plain-access";

function inFull(
  group: FindingGroup,
  document: ReadDocument,
  lines: LineIndex,
  numbers: NumberedAssumptions,
  options: TextOptions,
): string[] {
  const { width } = options;
  const indented = (sentence: string) => wrapSentence(`    ${sentence}`, width, 4);
  const circumstances = circumstanceWords(group, document).join("; ");
  return [
    ...head(group, document, lines, options),
    ...(circumstances === "" ? [] : indented(circumstances)),
    ...(group.isShortest || options.allTraces ? tableLines(group, lines, width) : []),
    ...remarkSentences(group, numbers).flatMap(indented),
    ...repairLines(document.repairs?.get(group.shown.fingerprint), width),
  ];
}

/** What is wrong without the patch, and with the shortest the interleaving that is not possible any more. */
function fixText(
  group: FindingGroup,
  document: ReadDocument,
  lines: LineIndex,
  numbers: NumberedAssumptions,
  options: TextOptions,
): string[] {
  const told = head(group, document, lines, options);
  if (!group.isShortest && !options.allTraces) return told;
  const indented = (sentence: string) => wrapSentence(`    ${sentence}`, options.width, 4);
  return [
    ...told,
    ...indented(circumstanceWords(group, document).join("; ")),
    ...indented("Without the patch, and not possible with it:"),
    ...tableLines(group, lines, options.width),
    ...remarkSentences(group, numbers).flatMap(indented),
  ];
}

function inLine(group: FindingGroup, document: ReadDocument, lines: LineIndex, options: TextOptions): string[] {
  const told = head(group, document, lines, options);
  return options.allTraces ? [...told, ...tableLines(group, lines, options.width)] : told;
}

function tableLines({ shown }: FindingGroup, lines: LineIndex, width: number): string[] {
  const table = traceTable(shown, { width: width - 2, lineOf: documentLine(lines) });
  return table.length === 0 ? [] : ["", ...table.map((line) => `  ${line}`.trimEnd()), ""];
}

/** What was there before is not what a patch is asked about. */
function unchangedLines(groups: readonly FindingGroup[], lines: LineIndex, options: TextOptions): string[] {
  if (groups.length === 0) return [];
  const found = new Map<string, Set<string>>();
  for (const { shown } of groups) {
    const places = found.get(shown.code) ?? new Set();
    found.set(shown.code, places.add(lines.label(shown.range.start)));
  }
  const codes = [...found].map(([code, places]) => {
    const sorted = [...places].toSorted((a, b) => NATURAL.compare(a, b));
    return `${code} (${sorted.length === 1 ? "line" : "lines"} ${sorted.join(", ")})`;
  });
  const told = wrapSentence(`There before as well: ${codes.join("; ")}.`, options.width, 2);
  const tables = options.allTraces ? groups.flatMap((group) => tableLines(group, lines, options.width)) : [];
  return [...told, ...tables];
}

const NATURAL = new Intl.Collator("en", { numeric: true });

export function documentLine(lines: LineIndex): (step: FindingStep) => string | null {
  return ({ location }) => (location.kind === "document" ? lines.label(location.range.start) : null);
}

/** Which scenario it was found in, on which base, and whose doing it is. */
export function circumstanceWords(group: FindingGroup, document: ReadDocument): string[] {
  const { shown, scenario, facts } = group;
  return [
    shown.origin === "quoted" ? "in quoted code" : "",
    group.weight === "fixes" && !isSeries(document.review) ? "" : statusOf(shown, isSeries(document.review)),
    shown.function === null ? "" : `in ${asciiLine(shown.function)}()`,
    scenario === null ? "" : asciiLine(scenario),
    facts.length === 0 ? "" : `base: ${asciiLine(facts.join(", "))}`,
    shown.steps.length === 0 ? "" : plural(shown.steps.length, "step"),
  ].filter((part) => part !== "");
}

/** What it rests on, and where else it was found. */
export function remarkSentences({ shown, alsoIn }: FindingGroup, numbers: NumberedAssumptions): string[] {
  const cited = numbers.numbersOf(shown.assumptions).map((number) => `[${number}]`);
  return [
    ...(cited.length === 0 ? [] : [`Rests on ${cited.join(" ")}.`]),
    ...(alsoIn.length === 0 ? [] : [`Also in ${few(alsoIn.map(asciiLine))}.`]),
  ];
}

function head(group: FindingGroup, document: ReadDocument, lines: LineIndex, { style, width }: TextOptions): string[] {
  const { message, code, range } = group.shown;
  const { file = document.path, line, column } = lines.position(range.start);
  const place = `${oneLine(file)}:${line}:${column}:`;
  const aside = asideWords(group, document);
  const label = labelOf(group);
  const text = wrapSentence(`${place} ${label}: ${aside}${oneLine(message)} [${code}]`, width, 4);
  // A path may hold blanks; then the line is left without colours.
  const start = `${place} ${label}:`;
  const painted = `${style.strong(place)} ${style[label === "fixes" || label === "as before" ? "info" : label](`${label}:`)}`;
  return text.map((each, index) => (index === 0 && each.startsWith(start) ? painted + each.slice(start.length) : each));
}

/** How loud it is, and of what is not the patch's doing what became of it. */
export function labelOf({ shown: { status, severity }, weight }: FindingGroup): Severity | "fixes" | "as before" {
  if (weight === "fixes") return "fixes";
  if (weight === "unchanged") return "as before";
  return status === "fixed" ? "info" : severity;
}

/** What is to be said before the message of a finding that is no more. */
export function asideWords({ shown, weight }: FindingGroup, document: ReadDocument): string {
  return weight === "aside" && shown.status === "fixed" ? `${statusOf(shown, isSeries(document.review))}: ` : "";
}

function few(titles: readonly string[], others = "other scenario"): string {
  if (titles.length > MOST_TITLES) return plural(titles.length, others);
  return titles.join("; ");
}

const MOST_TITLES = 3;
