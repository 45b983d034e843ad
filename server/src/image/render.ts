/** Writes the before and the after image of one file of the base with everything that a patch puts into it. */
import { concat, mapped, type MappedText, slice, type Span, unmapped } from "../text/mapped";
import type { BaseFile } from "./base";
import type { LaidFile, Run } from "./lay";
import { beginsInComment, endsInComment, textOf } from "./segments";

export function renderLaid(laid: LaidFile): { before: MappedText; after: MappedText } {
  const blocks = laid.runs.map((run, order) => ({ ...widened(run, laid.file), order }));
  // Of runs that begin at the same place the order is that of the patch.
  blocks.sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  return { before: render(laid, blocks, "before"), after: render(laid, blocks, "after") };
}

/** A run and the characters of the base that it takes the place of. */
interface Block extends Span {
  readonly run: Run;
}

function render(laid: LaidFile, blocks: readonly Block[], side: "before" | "after"): MappedText {
  const { file } = laid;
  const cuts = laid.cuts.filter((cut) => cut.side === side || cut.side === "both").map((cut) => cut.span);
  cuts.sort((a, b) => a.start - b.start);
  const parts: MappedText[] = [];
  let at = 0;
  for (const block of blocks) {
    const start = Math.max(at, block.start);
    parts.push(...baseText(file, { start: at, end: start }, cuts));
    const last = parts.findLast((part) => part.text !== "");
    if (last !== undefined && !last.text.endsWith("\n")) parts.push(unmapped("\n"));
    parts.push(...runText(block, file, side));
    at = Math.max(at, block.end);
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

/** The lines of a run on one side, and what of our own they need to stand there. */
function runText({ run, start, end }: Block, file: BaseFile, side: "before" | "after"): MappedText[] {
  const parts: MappedText[] = [];
  for (const { segment, placed } of run) {
    const { opened, closed } = placed.braces[side];
    if (opened > 0) parts.push(unmapped("{\n".repeat(opened)));
    parts.push(textOf(segment, side, placed.stays));
    if (closed === 0) continue;
    // Whatever hides behind the last line of a new function, or belongs to a head that stands there, is unknown.
    const last = segment[side].units.at(-1);
    const isOpenHead =
      segment.item === null || last?.kind === "control" || last?.kind === "macro" || last?.kind === "else";
    parts.push(unmapped(`${isOpenHead ? "\t...\n" : ""}${"}\n".repeat(closed)}`));
  }
  const first = run[0]?.segment;
  const final = run.at(-1)?.segment;
  if (first === undefined || final === undefined) return parts;
  const shown = final.reading.hunk.lines.slice(first.from, final.to).filter((line) => line.kind !== HIDDEN[side]);
  // Only the last line of a file can lack its line end, and only there.
  if (shown.at(-1)?.noNewline === true && end === file.text.length) parts.push(...withoutNewline(parts.pop()));
  if (beginsInComment(first, side) && !isInComment(file, start)) parts.unshift(unmapped("/*\n"));
  if (endsInComment(final, side) && !isInComment(file, end)) parts.push(unmapped("*/\n"));
  return parts;
}

const HIDDEN = { before: "added", after: "removed" } as const;

function withoutNewline(part: MappedText | undefined): MappedText[] {
  return part === undefined ? [] : [slice(part, 0, part.text.length - 1)];
}

function isInComment(file: BaseFile, offset: number): boolean {
  const open = file.text.lastIndexOf("/*", offset - 1);
  const close = file.text.lastIndexOf("*/", offset - 2);
  return open > close && open >= 0;
}

/** Blank lines and comments at the edges that both the base and the hunk have stand there once. */
function widened(run: Run, file: BaseFile): Block {
  const edges = triviaOf(run);
  let start = run[0]?.placed.start ?? 0;
  let end = run.at(-1)?.placed.end ?? start;
  const isLineStart = (offset: number): boolean => file.lineStart(file.lineAt(offset)) === offset;
  const isTrivia = (line: number): boolean => line >= 0 && line < file.lineStarts.length && !file.codeLines.has(line);
  if (isLineStart(start)) {
    const shown = edges.leading.toReversed();
    let line = file.lineAt(start);
    let count = 0;
    while (count < shown.length && isTrivia(line - 1) && same(file.lineText(line - 1), shown[count])) {
      count++;
      line--;
    }
    start = file.lineStart(line);
    if (edges.isAll && count === shown.length) return { run, start, end };
  }
  if (isLineStart(end)) {
    let line = file.lineAt(end);
    for (const shown of edges.trailing) {
      if (!isTrivia(line) || !same(file.lineText(line), shown)) break;
      line++;
    }
    end = file.lineStart(line);
  }
  return { run, start, end };
}

/** The lines without code at both edges of a run, on the side that was found in the base. */
function triviaOf(run: Run): { leading: string[]; trailing: string[]; isAll: boolean } {
  const lines = run.flatMap(({ segment: { reading, from, to }, placed }) => {
    const { lines: all, cut } = reading[placed.found];
    return all.flatMap((line, i) =>
      line >= from && line < to
        ? [{ text: reading.hunk.lines[line]?.code.text ?? "", isCode: cut.codeLines.has(i) }]
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
