/**
 * Lenses that ask what the lines of a function are there for, and those that tell it where it is known. A lens on each
 * line that nobody asked about would hide the patch behind it: so one asks for all of a function.
 */
import type { CodeLens, Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { LineFacts, Review } from "../review/review";
import type { WhyLine } from "../review/why";
import { isSerious } from "../review/why-words";
import { tellingBreak, type Known } from "./answers";
import { stepCount } from "./finding-groups";
import { rangeOf } from "./places";
import type { TraceParams, WhyParams } from "./protocol";

export interface WhyCommands {
  /** Asks; takes WhyParams. */
  readonly ask: string;
  /** Opens an interleaving; takes TraceParams. */
  readonly trace: string;
}

export function whyLenses(review: Review, document: TextDocument, known: Known, commands: WhyCommands): CodeLens[] {
  return [...askLenses(review, document, known, commands.ask), ...toldLenses(document, known, commands.trace)];
}

/** Whether something that runs after the patch is done there. */
export function isAskable({ side, executed }: LineFacts): boolean {
  return side !== "before" && executed;
}

/** Only of a complete review: what is asked is compared with it. Stands over the first line that can be asked about. */
function askLenses(review: Review, document: TextDocument, known: Known, command: string): CodeLens[] {
  if (review.stage !== "complete") return [];
  return review.patches.flatMap(({ files, range: patch }) => {
    const changed = files.flatMap(({ functions }) => functions.filter(({ after }) => after !== null));
    return changed.flatMap(({ name }) => {
      const lines = review.lines.filter(
        (each) => each.function === name && isAskable(each) && isWithin(each.range, patch),
      );
      const isKnown = lines.every((line) => known.lines.some(({ range }) => overlap(range, line.range)));
      if (lines.length === 0 || isKnown) return [];
      const start = Math.min(...lines.map(({ range }) => range.start));
      const range = rangeOf(document, { start, end: Math.max(...lines.map((line) => line.range.end)) });
      const params: WhyParams = { uri: document.uri, range };
      const title = `Why is each line of ${name}() here?`;
      return [{ range: lineOf(range), command: { title, command, arguments: [params] } }];
    });
  });
}

function toldLenses(document: TextDocument, { lines }: Known, command: string): CodeLens[] {
  return lines.map((line) => {
    const range = lineOf(rangeOf(document, line.range));
    const finding = tellingBreak(line);
    if (finding === null) return { range, command: { title: shortly(line), command: "" } };
    const params: TraceParams = { uri: document.uri, fingerprint: finding.fingerprint };
    return { range, command: { title: shortly(line), command, arguments: [params] } };
  });
}

/** A lens is one line of the editor; the hover has the rest. */
const LONGEST = 70;

function shortly({ ways, summary }: WhyLine): string {
  const way = ways.find(({ breaks }) => breaks.some(isSerious));
  const finding = way?.breaks.find(isSerious)?.finding;
  if (way === undefined || finding === undefined) return capital(summary.split(":", 1)[0] ?? summary);
  const lead = way.title.split(",", 1)[0] ?? way.title;
  return `${capital(lead)}: ${cut(finding.message.replace(/\.$/, ""))}, in ${stepCount(finding)}`;
}

function cut(words: string): string {
  return words.length <= LONGEST ? words : `${words.slice(0, LONGEST).replace(/\s+\S*$/, "")} …`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function lineOf({ start }: Range): Range {
  return { start: { line: start.line, character: 0 }, end: start };
}

function isWithin(inner: LineFacts["range"], outer: LineFacts["range"]): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function overlap(a: LineFacts["range"], b: LineFacts["range"]): boolean {
  return a.start < b.end && b.start < a.end;
}
