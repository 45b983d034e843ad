/** What lines are there for, as text, markdown and JSON. */
import { breakWords, isSerious, quietWays } from "../review/why-words";
import type { WhyAnswer, WhyLine, WhyWay } from "../review/why";
import { documentLine } from "./finding-text";
import { findingOf, SCHEMA_VERSION } from "./json";
import { LineIndex } from "./lines";
import { code, fenced, prose } from "./markdown";
import type { Tool } from "./reported";
import type { TextOptions } from "./style";
import { traceTable } from "./table";
import { asciiLine, oneLine, plural } from "./visible";
import { wrapSentence } from "./wrap";

export interface AskedDocument {
  /** As the person typed it, or `-`. */
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
  /** The line that was asked about; null for all that act. */
  readonly line: number | null;
  readonly answer: WhyAnswer;
}

export function whyText(document: AskedDocument, options: TextOptions): string {
  const { answer, text, line } = document;
  const lines = new LineIndex(text);
  const told =
    answer.refusal !== null
      ? refusalText(document, lines, options)
      : line === null
        ? listText(document, lines, options)
        : answer.lines.flatMap((each) => lineText(document, each, lines, options));
  return [...told, ...(answer.stage === "stopped" ? ["Stopped: this is what is known so far."] : [])].join("\n") + "\n";
}

function refusalText({ path, line, answer }: AskedDocument, lines: LineIndex, { style, width }: TextOptions): string[] {
  const { refusal } = answer;
  if (refusal === null) return [];
  const place = line === null ? oneLine(path) : `${oneLine(path)}:${line}`;
  const near = refusal.nearest.map((span) => lines.position(span.start).line);
  const told = wrapSentence(`${place}: ${refusal.message}.`, width, 4);
  const nearest = near.length === 0 ? [] : [`Lines near it that act: ${near.join(", ")}.`];
  return [...told.map((each, at) => (at === 0 ? each.replace(place, style.strong(place)) : each)), ...nearest];
}

/** One line of the document a paragraph. */
function listText({ path, answer }: AskedDocument, lines: LineIndex, { style, width }: TextOptions): string[] {
  const head = `${style.strong(oneLine(path))}: ${plural(answer.lines.length, "line")} that ${answer.lines.length === 1 ? "acts" : "act"}, and why each is there`;
  const each = answer.lines.flatMap((line) => {
    const number = String(lines.position(line.range.start).line).padStart(5);
    const words = wrapSentence(`       ${asciiLine(line.summary)}`, width, 7);
    return [`${number}  ${asciiLine(line.text)}`, ...(line.outcome === "breaks" ? words : words.map(style.faint))];
  });
  return [head, "", ...each, "", ...wrapSentence(CAUTION, width)];
}

const CAUTION =
  "Each line was left out by itself, in the scenarios that are run; it says nothing about the rest of the kernel. What can be left out or weakened, and the interleavings: lastput why FILE:LINE.";

function lineText(document: AskedDocument, line: WhyLine, lines: LineIndex, options: TextOptions): string[] {
  const { style, width } = options;
  const place = `${oneLine(document.path)}:${lines.position(line.range.start).line}:`;
  const head = `${style.strong(place)} ${asciiLine(line.text)}`;
  const breaking = line.ways.filter((way) => way.breaks.some(isSerious));
  const aside = line.acts ? [] : ["    It acts on no object by itself."];
  if (breaking.length === 0) return [head, ...aside, ...wrapSentence(`  ${asciiLine(line.summary)}.`, width, 4)];
  const told = breaking.flatMap((way, index) => [
    "",
    ...wayText(way, lines, { ...options, allTraces: options.allTraces || index === 0 }),
  ]);
  const quiet = quietWays(line.ways).map(({ title, scenarios, unfinished }) => {
    const unsure = unfinished > 0 ? `, ${unfinished} of them not explored to the end` : "";
    return `${title}: no violation in ${plural(scenarios, "scenario")}${unsure}`;
  });
  return [
    head,
    `    in ${line.function}()`,
    ...aside,
    ...told,
    ...(quiet.length === 0 ? [] : ["", ...quiet.flatMap((each) => wrapSentence(asciiLine(each), width, 4))]),
  ];
}

/** The shortest is told in full, other codes in a line each. */
function wayText({ title, breaks, broken, scenarios }: WhyWay, lines: LineIndex, options: TextOptions): string[] {
  const { style, width, allTraces } = options;
  const [first, ...others] = breaks;
  if (first === undefined) return [];
  const { finding, scenario } = first;
  const head = wrapSentence(`${title}: ${asciiLine(breakWords(first))} [${finding.code}]`, width, 4);
  const where = `    ${asciiLine(scenario)}; broke in ${broken} of the ${plural(scenarios, "scenario")} run with this change`;
  const table = traceTable(finding, { width: width - 2, lineOf: documentLine(lines) });
  return [
    ...head.map((each, at) => (at === 0 ? each.replace(title, style.strong(title)) : each)),
    ...wrapSentence(where, width, 4),
    ...others.flatMap((each) =>
      wrapSentence(`    also ${asciiLine(breakWords(each))} [${each.finding.code}]`, width, 6),
    ),
    ...(allTraces ? ["", ...table.map((each) => `  ${each}`.trimEnd()), "", `  replay: ${finding.replay}`] : []),
  ];
}

const TABLE_WIDTH = 96;

export function whyMarkdown({ path, text, line, answer }: AskedDocument): string {
  const lines = new LineIndex(text);
  const heading = `## ${code(line === null ? path : `${path}:${line}`)}`;
  const numberOf = (each: WhyLine): number => lines.position(each.range.start).line;
  const { refusal } = answer;
  if (refusal !== null) {
    const near = refusal.nearest.map((span) => lines.position(span.start).line).join(", ");
    const nearest = near === "" ? [] : [`Lines near it that act: ${near}.`];
    return [heading, `${prose(refusal.message)}.`, ...nearest].join("\n\n") + "\n";
  }
  if (line === null) {
    const cell = (each: string): string => each.replaceAll("|", "\\|");
    const rows = answer.lines.map(
      (each) => `| ${numberOf(each)} | ${cell(code(each.text))} | ${cell(prose(each.summary))} |`,
    );
    return [heading, ["| line | statement | why |", "| ---: | --- | --- |", ...rows].join("\n")].join("\n\n") + "\n";
  }
  const blocks = answer.lines.flatMap((each) => {
    const first = each.ways.find((way) => way.breaks.some(isSerious))?.breaks[0];
    const table = first === undefined ? [] : traceTable(first.finding, { width: TABLE_WIDTH, lineOf: null });
    return [`${code(each.text)}: ${prose(each.summary)}.`, ...(table.length === 0 ? [] : [fenced(table)])];
  });
  return [heading, ...blocks].join("\n\n") + "\n";
}

export function whyJson({ path, text, sha256, answer }: AskedDocument, tool: Tool): string {
  const lines = new LineIndex(text);
  const { refusal } = answer;
  const report = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: tool.name, version: tool.version },
    document: { path, sha256 },
    complete: answer.stage === "complete",
    refusal: refusal && { ...refusal, nearest: refusal.nearest.map((span) => lines.range(span)) },
    lines: answer.lines.map((line) => ({
      range: lines.range(line.range),
      text: line.text,
      function: line.function,
      patch: line.patch,
      acts: line.acts,
      outcome: line.outcome,
      summary: line.summary,
      ways: line.ways.map(({ title, scenarios, broken, unfinished, breaks }) => ({
        title,
        scenarios,
        broken,
        unfinished,
        breaks: breaks.map(({ finding, site, scenario }) => ({
          function: site,
          title: scenario,
          finding: findingOf(finding, lines),
        })),
      })),
    })),
  };
  return JSON.stringify(report, null, 2) + "\n";
}
