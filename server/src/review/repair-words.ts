/** A repair as a face shows it: the lines as they are and as they would be, and the edit of the document where that is exact. */
import { edited, type Edit } from "../text/edit";
import { DOCUMENT, mapped, sourceSpan, unmapped, slice, type MappedText } from "../text/mapped";
import type { Candidate, CandidateIn } from "./candidates";
import type { Removed } from "./repair";
import type { Finished } from "./review-document";
import type { Repair } from "./why";

export function repairOf(finished: Finished, candidate: Candidate, outcome: Removed): Repair {
  const [first] = candidate.in;
  const { kind, title, range } = candidate;
  const { scenarios, removesAll } = outcome;
  if (first === undefined) return { kind, title, range, was: [], becomes: [], scenarios, removesAll, edits: null };
  const [variant, own] = first;
  const { was, becomes, hull } = linesOf(own);
  const code = variant.variant.images.files.find(({ path }) => path === own.path)?.after?.code;
  const edits = code === undefined ? null : exactEdits(finished.preparing.document.text, code, hull, becomes);
  return { kind, title, range, was, becomes, scenarios, removesAll, edits };
}

interface Lines {
  readonly was: readonly string[];
  readonly becomes: readonly string[];
  /** Of the file: whole lines. */
  readonly hull: { readonly start: number; readonly end: number };
}

/** The lines around all that is changed; a line that becomes empty goes. */
function linesOf({ text, change }: CandidateIn): Lines {
  const first = Math.min(...change.edits.map(({ start }) => start));
  const last = Math.max(...change.edits.map(({ end }) => end));
  const start = text.lastIndexOf("\n", first - 1) + 1;
  const after = text.indexOf("\n", last);
  const end = after < 0 ? text.length : after;
  const code = mapped(text, DOCUMENT, 0, "context");
  const edits = change.edits.map(({ start: from, end: to, text: becomes, from: moved }): Edit => {
    const isLeftOut = /^\s*;?\s*$/.test(becomes);
    const shown = moved !== undefined ? slice(code, moved.start, moved.end) : unmapped(isLeftOut ? GONE : becomes);
    return { start: from, end: to, with: shown };
  });
  const grown = edited(code, edits).text;
  const becomes = grown.slice(start, grown.length - (text.length - end)).split("\n");
  const left = becomes.filter((line) => line.trim() !== GONE).map((line) => line.replaceAll(GONE, "").trimEnd());
  return { was: text.slice(start, end).split("\n"), becomes: left, hull: { start, end } };
}

/** Stands where something was left out, until it is known whether anything else is on the line. */
const GONE = "\u0001";

/**
 * Lines that the patch adds, all of them in one piece, may be exchanged for as many others: the hunk's counts stay. A
 * file of plain C may be edited anyhow.
 */
function exactEdits(
  document: string,
  code: MappedText,
  hull: Lines["hull"],
  becomes: readonly string[],
): Repair["edits"] {
  const lines: { start: number; end: number; origin: string }[] = [];
  for (let at = hull.start; at <= hull.end;) {
    const next = code.text.indexOf("\n", at);
    const end = next < 0 || next > hull.end ? hull.end : next;
    const span = end > at ? sourceSpan(code, { start: at, end }) : null;
    if (span?.source !== DOCUMENT || document.slice(span.start, span.end) !== code.text.slice(at, end)) return null;
    lines.push(span);
    at = end + 1;
  }
  const isC = lines.every(({ origin }) => origin === "context") && code.text === document;
  const first = lines[0];
  const last = lines[lines.length - 1];
  if (first === undefined || last === undefined) return null;
  if (isC) return [{ range: { start: first.start, end: last.end }, text: becomes.join("\n") }];
  if (lines.some(({ origin }) => origin !== "added") || lines.length !== becomes.length) return null;
  return lines.flatMap(({ start, end }, index) => {
    const text = becomes[index] ?? "";
    return document.slice(start, end) === text ? [] : [{ range: { start, end }, text }];
  });
}
