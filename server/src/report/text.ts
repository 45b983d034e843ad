/** A report for a person in a terminal, or in a mail. */
import { acceptedWords } from "../review/baseline";
import type { Review } from "../review/review";
import { numberAssumptions } from "./assumptions";
import { findingsText } from "./finding-text";
import { LineIndex } from "./lines";
import { patchLines } from "./patch-text";
import type { ReadDocument, Reported } from "./reported";
import type { TextOptions } from "./style";
import { asciiLine, oneLine, plural } from "./visible";
import { isQuiet, KINDS, notConcerned, readingOrder } from "./words";
import { section, wrapSentence } from "./wrap";

export function textReport(documents: readonly Reported[], options: TextOptions): string {
  return documents.map((document) => documentLines(document, options).join("\n") + "\n").join("\n");
}

function documentLines(document: Reported, options: TextOptions): string[] {
  const { style } = options;
  const path = oneLine(document.path);
  if (document.review === null) return [`${style.strong(path)}: ${oneLine(document.message)}`];
  const { review } = document;
  const lines = new LineIndex(document.text, document.files);
  const problems = problemLines(document, lines, options);
  if (isQuiet(review)) {
    // Where nothing could be read, the reason is all that there is to say.
    const isUnread = review.patches.length === 0 && problems.length > 0;
    return isUnread ? problems : [`${style.strong(path)}: ${notConcerned(review.profiles.map(oneLine))}`, ...problems];
  }
  return [
    `${style.strong(path)}: ${headline(review)}`,
    ...problems,
    ...readingOrder(review).flatMap((index) => {
      const patch = review.patches[index];
      return patch === undefined ? [] : patchLines(patch, review, lines, options);
    }),
    ...section(seriesLines(review, options)),
    ...section(summary(review, lines, options)),
    ...findingsText(document, lines, options),
    ...section(assumptionLines(review, lines, options)),
  ];
}

/** What holds at the end of each series. */
function seriesLines({ series, patches, notChecked }: Review, { width, style }: TextOptions): string[] {
  return series.flatMap(({ patches: members, verdict, statement }) => {
    if (verdict === "not-applicable") return [];
    const label = "The series:";
    const what = asciiLine(statement.replace(`; not checked: ${notChecked.join(", ")}`, ""));
    const subject = series.length > 1 ? ` (${oneLine(patches[members[0] ?? -1]?.subject ?? "")} ...)` : "";
    const told = wrapSentence(`${label}${subject} ${what}`, width, 2);
    return told.map((line, index) => (index === 0 ? line.replace(label, style.strong(label)) : line));
  });
}

function headline(review: Review): string {
  const count = review.patches.length;
  const [series, ...others] = review.series;
  const rest = count - (series?.patches.length ?? 0);
  const isOne = series !== undefined && others.length === 0;
  const told = isOne
    ? `a series of ${plural(series.patches.length, "patch", "patches")}${rest > 0 ? ` and ${plural(rest, "other piece")} of code` : ""}`
    : `${plural(count, "piece")} of code`;
  const what = count > 1 ? `${KINDS[review.kind]}, ${told}` : KINDS[review.kind];
  if (review.stage !== "stopped") return what;
  const { done, total } = review.progress;
  if (total === 0) return `${what}; stopped before anything was run`;
  return `${what}; stopped after ${done} of ${plural(total, "scenario")}, what follows is what is known so far`;
}

function problemLines({ path, review }: ReadDocument, lines: LineIndex, { style, width }: TextOptions): string[] {
  return review.problems.flatMap(({ code, message, range }) => {
    const at = range === null ? null : lines.position(range.start);
    const place = at === null ? oneLine(path) : `${oneLine(at.file ?? path)}:${at.line}:${at.column}`;
    const text = wrapSentence(`${place}: note: ${oneLine(message)} [${code}]`, width, 4);
    return text.map((line, index) => (index === 0 ? line.replace("note:", style.info("note:")) : line));
  });
}

function summary(review: Review, places: LineIndex, { width }: TextOptions): string[] {
  const { coverage, notChecked, bounds } = review;
  const lines: string[] = [];
  const say = (text: string) => lines.push(...wrapSentence(text, width, 2));
  if (coverage.actingLines > 0) say(`${coverage.executed} of ${plural(coverage.actingLines, "acting line")} were run.`);
  const { actingStatements: acting, modelledStatements: modelled } = coverage;
  if (modelled < acting) say(`${modelled} of ${plural(acting, "acting statement")} are modelled.`);
  for (const told of notRunWords(coverage.notRun, places)) say(told);
  const missing = coverage.notModelled.map(({ text }) => oneLine(text));
  if (missing.length > 0) say(`Not modelled: ${missing.join("; ")}.`);
  if (notChecked.length > 0) say(`Not checked: ${notChecked.map(oneLine).join("; ")}.`);
  if (review.accepted > 0) say(`${acceptedWords(review.accepted)}.`);
  const reached = bounds
    .filter((bound) => bound.reached)
    .map(({ what, limit }) => oneLine(what) + (limit > 0 ? ` (${limit.toLocaleString("en-US")})` : ""));
  if (reached.length > 0) say(`Reached the bound of: ${reached.join("; ")}.`);
  return lines;
}

/** `Not run, for no scenario comes by here: lines 12, 14.` */
function notRunWords(notRun: Review["coverage"]["notRun"], places: LineIndex): string[] {
  const byWhy = new Map<string, string[]>();
  for (const { why, range } of notRun) byWhy.set(why, [...(byWhy.get(why) ?? []), places.label(range.start)]);
  return [...byWhy].map(
    ([why, labels]) => `Not run (${oneLine(why)}): ${labels.length === 1 ? "line" : "lines"} ${labels.join(", ")}.`,
  );
}

/** Numbered as the findings cite them. */
function assumptionLines(review: Review, lines: LineIndex, { style, width }: TextOptions): string[] {
  const { listed } = numberAssumptions(review);
  if (listed.length === 0) return [];
  const widest = `[${listed.length}]`.length;
  const items = listed.flatMap(({ text, range }, index) => {
    const number = `[${index + 1}]`.padStart(widest);
    const place = range === null ? "" : ` (line ${lines.label(range.start)})`;
    return wrapSentence(`  ${number} ${oneLine(text).replace(/\.$/, "")}${place}`, width, widest + 3);
  });
  return [style.strong("Assumed:"), ...items];
}
