/** Tells by its content what a document is: names lie, and what comes from standard input has none. */
import { freshState, hasProse, look } from "./codelike";
import { type ArchivedMail, findArchived } from "./archive";
import { type HeaderBlock, isMail, readHeaders } from "./envelope";
import type { Lines } from "./lines";
import { isMailboxStart, mailStarts } from "./mbox";

export interface MailShape {
  readonly kind: "mail";
  readonly headers: HeaderBlock;
  /** Git's own `From ` line stands above the headers. */
  readonly fromGit: boolean;
  /** The first line behind the mail. */
  readonly end: number;
}

export type Shape =
  /** Several mails, each from one of `starts` on, where a `From ` line stands. */
  | { readonly kind: "mbox"; readonly starts: readonly number[] }
  | MailShape
  /** The page of a web archive with at least one mail. */
  | { readonly kind: "archive"; readonly mails: readonly ArchivedMail[] }
  /** A diff, or several commits with theirs. */
  | { readonly kind: "diff" }
  | { readonly kind: "c" }
  /** Anything else: sentences, perhaps with code and quotes between. */
  | { readonly kind: "text" };

export function shapeOf(lines: Lines): Shape {
  let first = 0;
  while (first < lines.count && lines.isBlank(first)) first++;
  if (isMailboxStart(lines, first)) {
    const starts = mailStarts(lines, first);
    if (starts.length > 1) return { kind: "mbox", starts };
  }
  const mail = oneMail(lines, first, lines.count);
  if (mail !== null) return mail;
  const diff = firstDiffLine(lines);
  const mails = findArchived(lines, diff ?? lines.count);
  if (mails.length > 0) return { kind: "archive", mails };
  if (diff !== null) return { kind: "diff" };
  return looksLikeC(lines) ? { kind: "c" } : { kind: "text" };
}

/** The mail whose headers begin at the line, below the `From ` line of a mailbox if there is one. */
export function oneMail(lines: Lines, first: number, end: number): MailShape | null {
  const boxed = isMailboxStart(lines, first);
  const headers = readHeaders(lines, boxed ? first + 1 : first, end);
  if (!isMail(headers.fields) && !(boxed && headers.fields.size > 0)) return null;
  const fromGit = boxed && /^From [0-9a-f]{40} /.test(lines.text(first).slice(0, 60));
  return { kind: "mail", headers, fromGit, end };
}

/** The first line that only a diff has, or null. */
function firstDiffLine(lines: Lines): number | null {
  for (let line = 0; line < lines.count; line++) {
    const isDiff =
      lines.startsWith(line, "diff --git ") ||
      (lines.startsWith(line, "diff --c") && /^diff --(cc|combined) \S/.test(lines.text(line).slice(0, 40))) ||
      (lines.startsWith(line, "@@") && /^@@@* -\d+(,\d+)? [-+]\d/.test(lines.text(line).slice(0, 60))) ||
      (lines.startsWith(line, "@@ ") && /^@@ .*@@/.test(lines.text(line).slice(0, 300)) && isMarked(lines, line + 1)) ||
      (lines.startsWith(line, "--- ") && lines.startsWith(line + 1, "+++ ") && lines.startsWith(line + 2, "@@ "));
    if (isDiff) return line;
  }
  return null;
}

function isMarked(lines: Lines, line: number): boolean {
  return /^[-+ \t]/.test(lines.text(line).slice(0, 1));
}

const MOST_LOOKED_AT = 5000;
const LONG_LINE = 400;

/** Whether the lines outside comments are rather C than sentences. */
function looksLikeC(lines: Lines): boolean {
  const state = freshState();
  let comment = false;
  let comments = 0;
  let directives = 0;
  let code = 0;
  let prose = 0;
  for (let line = 0; line < Math.min(lines.count, MOST_LOOKED_AT); line++) {
    let text = lines.text(line);
    if (text.length > LONG_LINE) {
      // Nobody writes sentences of this length in one line, unless there are words in it.
      const start = text.slice(0, LONG_LINE);
      if (!hasProse(start) && /[(){};=]/.test(start)) code++;
      else prose++;
      continue;
    }
    if (comment) {
      const close = text.indexOf("*/");
      if (close < 0) continue;
      comment = false;
      text = text.slice(close + 2);
    }
    if (/^\s*(\/\*|\/\/)/.test(text)) comments++;
    if (/^#\s*(include|define|ifndef|ifdef|if)\b/.test(text)) directives++;
    const seen = /^[-+]/.test(text) ? "prose" : look(text, state);
    comment = state.comment;
    state.comment = false;
    if (seen === "code") code++;
    else if (seen === "prose") prose++;
  }
  if (directives > 0) return code * 4 >= prose;
  return code > 0 ? code >= prose : comments > 0 && prose === 0;
}
