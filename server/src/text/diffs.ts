/** Reads one file of a diff: its headers in git's or plain form, then its hunks. */
import { isGap } from "./codelike";
import type { FileDiff, Hunk } from "./document";
import { isHunkHeader, readHunk } from "./hunks";
import { freshLayout, type Layout } from "./layout";
import { isFileStart } from "./markers";
import { type PathPair, readGitLine, readPath, withoutPrefixes } from "./paths";
import type { Problems } from "./problems";
import type { QuoteLevel } from "./quotes";

export interface FileReading {
  readonly file: FileDiff;
  readonly layout: Layout;
  readonly first: number;
  readonly last: number;
  readonly next: number;
}

/** Whether a file of a diff begins here, be it with nothing but the `@@` of its first hunk. */
export function isDiffStart(level: QuoteLevel, line: number): boolean {
  return isHunkHeader(level, line) || isFileStart(level, line) || isCombinedHunk(level, line);
}

export function readFile(level: QuoteLevel, first: number, problems: Problems): FileReading {
  const header = readFileHeader(level, first);
  const layout = freshLayout();
  if (header.combined) return readCombined(level, first, header, layout, problems);
  const hunks: Hunk[] = [];
  let last = header.next - 1;
  let next = header.next;
  if (header.binary) {
    next = behindBinaryPatch(level, next);
    last = next - 1;
  }
  for (;;) {
    const line = behindGaps(level, next);
    if (!isHunkHeader(level, line)) break;
    const read = readHunk(level, line, layout, problems);
    for (const hunk of read.hunks) hunks.push(hunk);
    last = read.last;
    next = read.next;
  }
  if (hunks.length === 0 && header.promisesText) {
    problems.add("text.no-hunk", "No readable hunk follows this file's header.", level.spanOf(first, last));
  }
  return { file: fileOf(level, first, last, header, hunks), layout, first, last, next };
}

interface FileHeader {
  readonly paths: PathPair;
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly combined: boolean;
  readonly binary: boolean;
  readonly changes: FileDiff["changes"];
  readonly promisesText: boolean;
  readonly next: number;
}

interface Draft {
  git: PathPair | null;
  old: string | null | undefined;
  new: string | null | undefined;
  renamed: PathPair | null;
  created: boolean;
  deleted: boolean;
  blobs: readonly [string | null, string | null];
  binary: boolean;
  changes: Set<FileDiff["changes"][number]>;
  text: boolean;
}

function readFileHeader(level: QuoteLevel, first: number): FileHeader {
  const draft: Draft = {
    git: null,
    old: undefined,
    new: undefined,
    renamed: null,
    created: false,
    deleted: false,
    blobs: [null, null],
    binary: false,
    changes: new Set(),
    text: false,
  };
  let combined = isCombinedHunk(level, first);
  let line = first;
  for (; line < level.count && !combined; line++) {
    const text = level.text(line).slice(0, LONGEST_HEADER);
    if (text.startsWith("diff --git ")) {
      if (line !== first) break;
      draft.git = readGitLine(text.slice("diff --git ".length));
    } else if (/^diff --(cc|combined) /.test(text)) {
      if (line !== first) break;
      const path = readPath(text.slice(text.indexOf(" ", 6) + 1));
      draft.git = { oldPath: path, newPath: path };
      combined = true;
    } else if (!readHeaderLine(text, draft)) break;
    if (draft.binary) {
      line++;
      break;
    }
  }
  const paths = pathsOf(draft);
  const [oldBlob, newBlob] = draft.blobs;
  const { binary, text: promisesText } = draft;
  return { paths, oldBlob, newBlob, combined, binary, changes: [...draft.changes], promisesText, next: line };
}

/** False when the line is none of the lines that stand above the hunks. */
function readHeaderLine(text: string, draft: Draft): boolean {
  for (const [change, line] of CHANGES) if (line.test(text)) draft.changes.add(change);
  const index = /^index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})/.exec(text);
  if (index !== null) draft.blobs = [blob(index[1]), blob(index[2])];
  else if (text.startsWith("--- ") && draft.old === undefined) draft.old = readPath(text.slice(4));
  else if (text.startsWith("+++ ") && draft.new === undefined && draft.old !== undefined) {
    draft.new = readPath(text.slice(4));
    draft.text = true;
  } else if (/^(rename|copy) from /.test(text)) {
    draft.renamed = {
      oldPath: readPath(text.slice(text.indexOf(" from ") + 6)),
      newPath: draft.renamed?.newPath ?? null,
    };
  } else if (/^(rename|copy) to /.test(text)) {
    draft.renamed = {
      newPath: readPath(text.slice(text.indexOf(" to ") + 4)),
      oldPath: draft.renamed?.oldPath ?? null,
    };
  } else if (text.startsWith("new file mode ")) draft.created = true;
  else if (text.startsWith("deleted file mode ")) draft.deleted = true;
  else if (draft.changes.has("binary")) draft.binary = true;
  else return /^(old mode|new mode|similarity index|dissimilarity index) /.test(text);
  return true;
}

const CHANGES: readonly (readonly [FileDiff["changes"][number], RegExp])[] = [
  ["mode", /^(old|new) mode /],
  ["rename", /^rename (from|to) /],
  ["copy", /^copy (from|to) /],
  ["binary", /^(GIT binary patch|Binary files .* differ)/],
];

function pathsOf(draft: Draft): PathPair {
  if (draft.old !== undefined && draft.new !== undefined) {
    return withoutPrefixes({ oldPath: draft.old, newPath: draft.new });
  }
  if (draft.renamed !== null) return draft.renamed;
  if (draft.git === null) return { oldPath: draft.old ?? null, newPath: draft.new ?? null };
  const { oldPath, newPath } = withoutPrefixes(draft.git);
  return { oldPath: draft.created ? null : oldPath, newPath: draft.deleted ? null : newPath };
}

function fileOf(level: QuoteLevel, first: number, last: number, header: FileHeader, hunks: readonly Hunk[]): FileDiff {
  return {
    ...header.paths,
    oldBlob: header.oldBlob,
    newBlob: header.newBlob,
    span: level.spanOf(first, last),
    hunks,
    hasText: hunks.length > 0,
    changes: header.changes,
  };
}

/** Lines between two hunks of a file that say nothing: empty ones and those that stand for cut ones. */
export function behindGaps(level: QuoteLevel, from: number): number {
  let line = from;
  while (line < level.count && (level.isBlank(line) || (level.length(line) < 200 && isGap(level.text(line))))) line++;
  return line;
}

function isCombinedHunk(level: QuoteLevel, line: number): boolean {
  return level.startsWith(line, "@@@") && /^@@@+ -\d/.test(level.text(line).slice(0, 40));
}

/** The diff of a merge has one marker column a parent. It is passed over as a whole. */
function readCombined(
  level: QuoteLevel,
  first: number,
  header: FileHeader,
  layout: Layout,
  problems: Problems,
): FileReading {
  let next = first + 1;
  while (next < level.count && !isFileStart(level, next) && isOfCombined(level.text(next).slice(0, 40))) next++;
  while (next > first + 1 && level.isBlank(next - 1)) next--;
  const last = next - 1;
  const message =
    "This is the diff of a merge against several parents, which has no single before state: it was not read. " +
    "`git show -m` or `git diff PARENT COMMIT` gives one that can be.";
  problems.add("text.combined-diff", message, level.spanOf(first, last));
  return { file: fileOf(level, first, last, header, []), layout, first, last, next };
}

function isOfCombined(text: string): boolean {
  return /^(@@@|[-+ \\]|$|index |mode |new file |deleted file |Binary )/.test(text);
}

/** Skips the encoded lines: a count letter, then base 85, in blocks that an empty line ends. */
function behindBinaryPatch(level: QuoteLevel, from: number): number {
  let line = from;
  while (line < level.count) {
    if (!/^(literal|delta) \d+$/.test(level.text(line).slice(0, 40))) break;
    line++;
    while (line < level.count && !level.isBlank(line) && /^[A-Za-z][^\s]+$/.test(level.text(line).slice(0, 80))) line++;
    if (line < level.count && level.isBlank(line)) line++;
  }
  return line;
}

function blob(id: string | undefined): string | null {
  return id === undefined || /^0+$/.test(id) ? null : id;
}

const LONGEST_HEADER = 8192;
