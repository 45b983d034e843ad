/** Takes one text apart into patches: the body of a mail, an attachment, a commit, a diff as it is. */
import type { FileDiff, Hunk, Patch, Snippet } from "./document";
import { behindGaps, type FileReading, isDiffStart, readFile } from "./diffs";
import type { Envelope } from "./envelope";
import { type Layout, settle } from "./layout";
import type { Lines } from "./lines";
import type { Problems } from "./problems";
import { type QuoteLevel, quoteLevels } from "./quotes";
import type { Loose } from "./loose";
import { findLoose } from "./snippets";
import { NO_TRAILERS, readTrailers, type Trailers } from "./trailers";

export interface Body {
  readonly lines: Lines;
  /** The lines to read: `first` up to `end`, exclusive. */
  readonly first: number;
  readonly end: number;
  readonly envelope: Envelope;
  /** Whether the mail says that its lines are stuffed. */
  readonly flowed: boolean;
}

export interface BodyRead {
  /** In the order of the document. */
  readonly patches: Patch[];
  readonly trailers: Trailers;
}

export function readBody(body: Body, problems: Problems): BodyRead {
  const levels = quoteLevels(body.lines, body.first, body.end);
  const patches: Patch[] = [];
  let told = NO_TRAILERS;
  for (const level of levels) {
    const trailers = level.depth === 0 ? readTrailers(level) : NO_TRAILERS;
    if (trailers.baseCommit !== null) told = trailers;
    for (const group of grouped(level, readLevel(level, body, problems))) {
      patches.push(patchOf(level, group, body.envelope, trailers));
    }
  }
  return { patches: patches.sort((a, b) => a.span.start - b.span.start), trailers: told };
}

/** Something found in a level: a file of a diff, or loose code. */
type Item = FileReading | (Loose & { readonly file: null });

function readLevel(level: QuoteLevel, body: Body, problems: Problems): Item[] {
  const files: FileReading[] = [];
  for (let line = 0; line < level.count;) {
    if (isDiffStart(level, line)) {
      const file = readFile(level, line, problems);
      files.push(file);
      line = file.next;
    } else line++;
  }
  const stuffed = settleAll(files, body.flowed);
  const items: Item[] = [];
  let from = changelogEnd(level, files[0], body.envelope);
  for (const file of files) {
    const around = { beforeHunk: file.file.newPath === null && file.file.oldPath === null, stuffed };
    addLoose(findLoose(level, from, file.first, around), items);
    items.push(file);
    from = file.next;
  }
  addLoose(findLoose(level, from, level.count, { beforeHunk: false, stuffed }), items);
  return items;
}

function addLoose(found: readonly Loose[], items: Item[]): void {
  for (const loose of found) items.push({ ...loose, file: null });
}

/** Decides for each diff whether it is stuffed: by its own lines, else by the others', else by what the mail says. */
function settleAll(files: readonly FileReading[], flowed: boolean): boolean {
  const total: Layout = { stuffed: false, evidence: { stuffed: 0, plain: 0 } };
  for (const { layout } of files) {
    total.evidence.stuffed += layout.evidence.stuffed;
    total.evidence.plain += layout.evidence.plain;
  }
  settle(total, flowed);
  for (const { layout } of files) settle(layout, total.stuffed);
  return total.stuffed;
}

/**
 * Code in a changelog tells what is or was, and is no proposal. A changelog stands above a diff that names its
 * file, and ends with its sign-off or, in a commit, with the diff.
 */
function changelogEnd(level: QuoteLevel, first: FileReading | undefined, envelope: Envelope): number {
  if (first === undefined || (first.file.oldPath === null && first.file.newPath === null)) return 0;
  if (level.depth === 0 && envelope.commit) return first.first;
  for (let line = first.first - 1; line >= 0; line--) {
    if (level.startsWith(line, "Signed-off-by: ")) return line;
  }
  return 0;
}

/** Items that only empty lines or `[...]` part, at this level, are one patch; each loose snippet is one of its own. */
function grouped(level: QuoteLevel, items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  let before: Item | undefined;
  for (const item of items) {
    const group = groups[groups.length - 1];
    const joins = before !== undefined && isChange(before) && isChange(item) && nothingBetween(level, before, item);
    if (joins && group !== undefined) group.push(item);
    else groups.push([item]);
    before = item;
  }
  return groups;
}

/** Lines with markers, as opposed to code shown as it is. */
function isChange(item: Item): boolean {
  return item.file !== null || item.hunk !== null || item.snippet?.form === "added";
}

function nothingBetween(level: QuoteLevel, before: Item, item: Item): boolean {
  let line = behindGaps(level, before.last + 1);
  // Lines that other tools write between the files of one diff.
  while (line < item.first && BETWEEN_FILES.test(level.text(line).slice(0, 200))) line = behindGaps(level, line + 1);
  return line >= item.first;
}

const BETWEEN_FILES = /^(Index: |={10,}|diff -|Only in |-{3}$)/;

function patchOf(level: QuoteLevel, items: readonly Item[], envelope: Envelope, trailers: Trailers): Patch {
  const files: FileDiff[] = [];
  const snippets: Snippet[] = [];
  for (const item of items) {
    if (item.file !== null) addFile(files, item.file);
    else if (item.hunk !== null) addFile(files, fileOfHunk(item.hunk));
    if (item.file === null && item.snippet !== null) snippets.push(item.snippet);
  }
  const starts = [...files, ...snippets].map((piece) => piece.span.start);
  const ends = [...files, ...snippets].map((piece) => piece.span.end);
  return {
    subject: envelope.subject,
    messageId: envelope.messageId,
    inReplyTo: envelope.inReplyTo,
    references: envelope.references,
    date: envelope.date,
    part: envelope.part,
    ...trailers,
    authorship: level.depth === 0 ? "author" : "quoted",
    depth: level.depth,
    span: { start: starts.reduce((a, b) => Math.min(a, b)), end: ends.reduce((a, b) => Math.max(a, b)) },
    files,
    snippets,
  };
}

/** Hunks without a file header that follow each other are of one file, the one nobody names. */
function addFile(files: FileDiff[], file: FileDiff): void {
  const last = files[files.length - 1];
  const nameless = (one: FileDiff): boolean => one.oldPath === null && one.newPath === null;
  if (last === undefined || !nameless(last) || !nameless(file)) {
    files.push(file);
    return;
  }
  const span = { start: last.span.start, end: file.span.end };
  files[files.length - 1] = { ...last, span, hunks: [...last.hunks, ...file.hunks], hasText: true };
}

function fileOfHunk(hunk: Hunk): FileDiff {
  const nameless = { oldPath: null, newPath: null, oldBlob: null, newBlob: null };
  return { ...nameless, span: hunk.span, hunks: [hunk], hasText: true, changes: [] };
}
