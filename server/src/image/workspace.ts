/** Makes the images of a file of which the workspace, or the git repository around it, has one of the two states. */
import type { FileDiff, Hunk, HunkLine } from "../text/document";
import { concat, mapped, type MappedText, unmapped } from "../text/mapped";
import { type Application, applyHunks, type FileLines, type Fitted, linesOf, SIDES } from "./apply";
import { changedFunctions } from "./changed";
import { NO_FIT } from "./fit";
import type { FileImages, ImageAssumption } from "./image";
import { nameOfSection } from "./units";

/** The hunk that does not fit, in neither state. */
export interface Misfit {
  readonly failed: Hunk;
}

/** The text of a file that may be what the patch was made on, or made. */
export interface Candidate {
  readonly path: string;
  readonly text: string;
  /** As segments call it. */
  readonly source: string;
  readonly origin: "workspace" | "blob";
  /** How a person calls it. */
  readonly name: string;
  /** The side of the patch that it is known to be of. */
  readonly side: "before" | "after" | null;
}

export function workspaceFile(path: string, text: string): Candidate {
  return { path, text, source: `workspace:${path}`, origin: "workspace", name: path, side: null };
}

export function imagesFromFile(diff: FileDiff, file: Candidate): FileImages | Misfit {
  const lines = linesOf(file.text);
  const application = applyHunks(lines, diff.hunks, file.side === null ? SIDES : [file.side]);
  if (application.found === null) return { failed: application.failed };
  const path = diff.newPath ?? diff.oldPath ?? file.path;
  const writer = new Writer(file, lines);
  const own = writer.untouched(0, lines.lines.length);
  const isNew = diff.oldPath === null && diff.newPath !== null;
  const isDeleted = diff.newPath === null && diff.oldPath !== null;
  const before = isNew ? null : diff.hunks.length === 0 ? concat(own) : writer.write(application, "before");
  const after = isDeleted ? null : diff.hunks.length === 0 ? concat(own) : writer.write(application, "after");
  return {
    path,
    source: file.origin,
    ...(file.origin === "blob" ? { revision: file.name } : {}),
    before: before === null ? null : { path, code: before },
    after: after === null ? null : { path, code: after },
    changed: changedFunctions(before, after),
    fit: NO_FIT,
    assumptions: assumptionsOf(application, lines, file),
  };
}

/** All of its lines are added. */
export function imagesOfNewFile({ hunks }: FileDiff, path: string): FileImages {
  const code = concat(hunks.flatMap(({ lines }) => lines.flatMap((line) => [line.code, unmapped("\n")])));
  return {
    path,
    source: "hunks",
    before: null,
    after: { path, code },
    changed: changedFunctions(null, code),
    fit: NO_FIT,
    assumptions: [],
  };
}

class Writer {
  private readonly starts: readonly number[];
  private readonly lineEnd: string;
  private readonly endsWithNewline: boolean;

  constructor(
    private readonly file: Candidate,
    private readonly lines: FileLines,
  ) {
    const { text } = file;
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
      const isEnd = fitted.end === this.lines.lines.length;
      parts.push(...this.shown(fitted, side, isEnd));
      at = fitted.end;
    }
    parts.push(...this.untouched(at, this.lines.lines.length));
    return concat(parts);
  }

  /** Lines of the file as they are, their ends included. */
  untouched(from: number, to: number): MappedText[] {
    if (from >= to) return [];
    const { text, source, origin } = this.file;
    const start = this.starts[from] ?? text.length;
    const end = this.starts[to] ?? text.length;
    return [mapped(text.slice(start, end), source, start, origin)];
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

/** Where `patch` would apply without a word nothing is said; an offset is worth one when it may be another function. */
function assumptionsOf({ found, hunks }: Application, lines: FileLines, { name }: Candidate): ImageAssumption[] {
  const assumptions: ImageAssumption[] = [];
  const tell = (kind: ImageAssumption["kind"], { hunk }: Fitted, text: string): void => {
    assumptions.push({ kind, text, span: hunk.headerSpan ?? hunk.span, function: null });
  };
  const [first] = hunks;
  if (found === "after" && first !== undefined) {
    const text = `${name} is as the patch leaves it: what it was before is made by taking the patch back.`;
    tell("applied-already", first, text);
  }
  for (const fitted of hunks) {
    const skipped = fitted.skippedAtStart + fitted.skippedAtEnd;
    if (skipped > 0) tell("fuzz", fitted, `This hunk fits ${name} without ${skipped} of its lines of context.`);
    else if (fitted.ignoresSpace) {
      tell("fuzz", fitted, `This hunk fits ${name} only when white space is ignored.`);
    }
    const where = oddPlace(fitted, lines);
    if (where !== null) tell("offset", fitted, `This hunk fits ${name} ${where}.`);
  }
  return assumptions;
}

/** Above this many lines people look twice. */
const FAR = 500;

/** What is odd about where a hunk was found; null where nothing is. */
function oddPlace({ hunk, start, offset }: Fitted, lines: FileLines): string | null {
  if (offset === null || offset === 0) return null;
  const count = Math.abs(offset);
  const far = `${count} ${count === 1 ? "line" : "lines"} ${offset > 0 ? "further down" : "further up"} than it says`;
  const shown = nameIn(hunk.section);
  const found = nameIn(headAbove(lines, start));
  const isOther = shown !== null && found !== null && shown !== found;
  // Some tools name a function of which the hunk has the head itself.
  if (isOther && !hunk.lines.some((line) => line.code.text.includes(shown))) {
    return `${far}, behind ${found}, while its header names ${shown}`;
  }
  return count > FAR ? far : null;
}

function nameIn(head: string | null): string | null {
  return head === null ? null : nameOfSection(head);
}

/** Lines; no function of the kernel has more. */
const LONGEST_BODY = 3000;

/** What git prints behind a hunk's second `@@`: the nearest line above it that begins a declaration. */
function headAbove({ lines }: FileLines, start: number): string | null {
  for (let line = start - 1; line >= Math.max(0, start - LONGEST_BODY); line--) {
    const text = lines[line] ?? "";
    if (/^[A-Za-z_$]/.test(text) && !/^\w+:/.test(text)) return text;
  }
  return null;
}
