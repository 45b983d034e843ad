/** Writes the before and the after image of one file of the base with everything that a patch puts into it. */
import { concat, mapped, type MappedText, type Span, unmapped } from "../text/mapped";
import type { BaseFile } from "./base";
import type { LaidFile, Run } from "./lay";
import type { Stream } from "./segments";

export function renderLaid(laid: LaidFile): { before: MappedText; after: MappedText } {
  // A sort keeps the order of runs that begin at the same place: it is that of the patch.
  const runs = laid.runs.map((run, order) => ({ run: widened(run), order }));
  runs.sort((a, b) => a.run.start - b.run.start || a.run.end - b.run.end || a.order - b.order);
  const sorted = runs.map(({ run }) => run);
  return { before: render(laid, sorted, "before"), after: render(laid, sorted, "after") };
}

function render(laid: LaidFile, runs: readonly Run[], side: "before" | "after"): MappedText {
  const { file } = laid;
  const cuts = laid.cuts.filter((cut) => cut.side === side || cut.side === "both").map((cut) => cut.span);
  cuts.sort((a, b) => a.start - b.start);
  const parts: MappedText[] = [];
  let at = 0;
  for (const run of runs) {
    const start = Math.max(at, run.start);
    parts.push(...baseText(file, { start: at, end: start }, cuts));
    const last = parts.findLast((part) => part.text !== "");
    if (last !== undefined && !last.text.endsWith("\n")) parts.push(unmapped("\n"));
    parts.push(...runText(run, side));
    at = Math.max(at, run.end);
  }
  parts.push(...baseText(file, { start: at, end: file.text.length }, cuts));
  return concat(parts);
}

/** The base's own text without what is cut out of it. */
function baseText(file: BaseFile, span: Span, cuts: readonly Span[]): MappedText[] {
  const parts: MappedText[] = [];
  let at = span.start;
  const push = (end: number): void => {
    if (end > at) parts.push(mapped(file.text.slice(at, end), `base:${file.path}`, at, "base"));
  };
  for (const cut of cuts) {
    if (cut.end <= at) continue;
    if (cut.start >= span.end) break;
    push(cut.start);
    at = Math.max(at, cut.end);
  }
  push(span.end);
  return parts;
}

/** The lines of a run on one side. */
function runText(run: Run, side: "before" | "after"): MappedText[] {
  const hidden = side === "before" ? "added" : "removed";
  const lines = run.segments.flatMap(({ reading, from, to }) => reading.hunk.lines.slice(from, to));
  const shown = lines.filter((line) => line.kind !== hidden);
  const parts = shown.flatMap((line) => [line.code, unmapped("\n")]);
  const last = shown[shown.length - 1];
  // Only the last line of a file can lack its line end, and only there.
  if (last?.noNewline === true && run.end === run.file.text.length) parts.pop();
  const [first] = run.segments;
  const final = run.segments[run.segments.length - 1];
  if (first === undefined || final === undefined) return parts;
  const opens = isTornOpen(first.reading[side], first.from) && !isInComment(run.file, run.start);
  const closes = isTornShut(final.reading[side], final.to) && !isInComment(run.file, run.end);
  return [...(opens ? [unmapped("/*\n")] : []), ...parts, ...(closes ? [unmapped("*/\n")] : [])];
}

/** The hunk begins inside of a comment, and this run with it. */
function isTornOpen(stream: Stream, from: number): boolean {
  return stream.cut.startsInComment && (stream.lines[0] ?? 0) >= from;
}

function isTornShut(stream: Stream, to: number): boolean {
  return stream.cut.endsInComment && (stream.lines[stream.lines.length - 1] ?? 0) < to;
}

function isInComment(file: BaseFile, offset: number): boolean {
  const open = file.text.lastIndexOf("/*", offset - 1);
  const close = file.text.lastIndexOf("*/", offset - 2);
  return open > close && open >= 0;
}

/** Blank lines and comments at the edges that both the base and the hunk have stand there once. */
function widened(run: Run): Run {
  const { file } = run;
  const edges = triviaOf(run);
  let { start, end } = run;
  const isLineStart = (offset: number): boolean => file.lineStart(file.lineAt(offset)) === offset;
  const isTrivia = (line: number): boolean => line >= 0 && line < file.lineStarts.length && !file.codeLines.has(line);
  if (isLineStart(start)) {
    const { leading } = edges;
    let line = file.lineAt(start);
    let count = 0;
    while (
      count < leading.length &&
      isTrivia(line - 1) &&
      same(file.lineText(line - 1), leading[leading.length - 1 - count])
    ) {
      count++;
      line--;
    }
    start = file.lineStart(line);
    if (edges.isAll && count === leading.length) return { ...run, start };
  }
  if (isLineStart(end)) {
    let line = file.lineAt(end);
    for (const shown of edges.trailing) {
      if (!isTrivia(line) || !same(file.lineText(line), shown)) break;
      line++;
    }
    end = file.lineStart(line);
  }
  return { ...run, start, end };
}

/** The lines without code at both edges of a run, on the side that was found in the base. */
function triviaOf(run: Run): { leading: string[]; trailing: string[]; isAll: boolean } {
  const lines = run.segments.flatMap((segment) => {
    const { lines: all, cut } = segment.reading[run.found];
    const texts = segment.reading.hunk.lines;
    return all.flatMap((line, i) =>
      line >= segment.from && line < segment.to
        ? [{ text: texts[line]?.code.text ?? "", isCode: cut.codeLines.has(i) }]
        : [],
    );
  });
  const first = lines.findIndex((line) => line.isCode);
  const last = lines.findLastIndex((line) => line.isCode);
  const leading = (first < 0 ? lines : lines.slice(0, first)).map((line) => line.text);
  const trailing = lines.slice(last + 1).map((line) => line.text);
  return { leading, trailing, isAll: first < 0 };
}

function same(base: string, shown: string | undefined): boolean {
  return shown !== undefined && base.trimEnd() === shown.trimEnd();
}
