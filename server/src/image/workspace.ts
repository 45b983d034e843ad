/** Makes the images of a file of which the workspace has one of the two states. */
import type { FileDiff, Hunk, HunkLine } from "../text/document";
import { concat, mapped, type MappedText, unmapped } from "../text/mapped";
import { type Application, applyHunks, type FileLines, type Fitted, linesOf } from "./apply";
import { changedFunctions } from "./changed";
import { NO_FIT } from "./fit";
import type { FileImages, ImageAssumption } from "./image";

/** The hunk that does not fit, in neither state. */
export interface Misfit {
  readonly failed: Hunk;
}

export function imagesFromWorkspace(diff: FileDiff, path: string, text: string): FileImages | Misfit {
  const lines = linesOf(text);
  const application = applyHunks(lines, diff.hunks);
  if (application.found === null) return { failed: application.failed };
  const writer = new Writer(path, text, lines);
  const own = writer.untouched(0, lines.lines.length);
  const isNew = diff.oldPath === null && diff.newPath !== null;
  const isDeleted = diff.newPath === null && diff.oldPath !== null;
  const before = isNew ? null : diff.hunks.length === 0 ? concat(own) : writer.write(application, "before");
  const after = isDeleted ? null : diff.hunks.length === 0 ? concat(own) : writer.write(application, "after");
  return {
    path,
    source: "workspace",
    before: before === null ? null : { path: diff.oldPath ?? path, code: before },
    after: after === null ? null : { path, code: after },
    changed: changedFunctions(before, after),
    fit: NO_FIT,
    assumptions: assumptionsOf(application, path),
  };
}

class Writer {
  private readonly starts: readonly number[];
  private readonly lineEnd: string;
  private readonly endsWithNewline: boolean;

  constructor(
    private readonly path: string,
    private readonly text: string,
    private readonly file: FileLines,
  ) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.starts = starts;
    this.lineEnd = /\r\n/.test(text.slice(0, 20_000)) ? "\r\n" : "\n";
    this.endsWithNewline = text.endsWith("\n");
  }

  write({ hunks }: Application, side: "before" | "after"): MappedText {
    const parts: MappedText[] = [];
    let at = 0;
    for (const fitted of hunks) {
      parts.push(...this.untouched(at, fitted.start));
      const isEnd = fitted.end === this.file.lines.length;
      parts.push(...this.shown(fitted, side, isEnd));
      at = fitted.end;
    }
    parts.push(...this.untouched(at, this.file.lines.length));
    return concat(parts);
  }

  /** Lines of the file as they are, their ends included. */
  untouched(from: number, to: number): MappedText[] {
    if (from >= to) return [];
    const start = this.starts[from] ?? this.text.length;
    const end = this.starts[to] ?? this.text.length;
    return [mapped(this.text.slice(start, end), `workspace:${this.path}`, start, "workspace")];
  }

  /** The hunk's lines that stand on one side, but for context that the file has otherwise. */
  private shown(
    { hunk, skippedAtStart, skippedAtEnd }: Fitted,
    side: "before" | "after",
    isEnd: boolean,
  ): MappedText[] {
    const hidden = side === "before" ? "added" : "removed";
    const lines = hunk.lines
      .slice(skippedAtStart, hunk.lines.length - skippedAtEnd)
      .filter((line) => line.kind !== hidden);
    return lines.flatMap((line, i) => {
      const isLast = isEnd && i === lines.length - 1;
      return isLast && this.lacksNewline(line) ? [line.code] : [line.code, unmapped(this.lineEnd)];
    });
  }

  /** What git says of the last line; for context, which it may have left out, what the file has. */
  private lacksNewline(line: HunkLine): boolean {
    return line.noNewline || (line.kind === "context" && !this.endsWithNewline);
  }
}

function assumptionsOf({ found, hunks }: Application, path: string): ImageAssumption[] {
  const assumptions: ImageAssumption[] = [];
  if (found === "after") {
    const text = `${path} is as the patch leaves it: what it was before is made by taking the patch back.`;
    assumptions.push({ kind: "applied-already", text, span: hunks[0]?.hunk.headerSpan ?? null, function: null });
  }
  for (const { hunk, skippedAtStart, skippedAtEnd, ignoresSpace } of hunks) {
    const skipped = skippedAtStart + skippedAtEnd;
    if (skipped === 0 && !ignoresSpace) continue;
    const how = skipped > 0 ? `without ${skipped} of its lines of context` : "only when white space is ignored";
    const text = `This hunk fits ${path} ${how}.`;
    assumptions.push({ kind: "fuzz", text, span: hunk.headerSpan ?? hunk.span, function: null });
  }
  return assumptions;
}
