/** Where the mails of a mailbox begin: `From SENDER DATE`, as mail programs and `git format-patch` write it. */
import type { Lines } from "./lines";

export function isMailboxStart(lines: Lines, line: number): boolean {
  if (!lines.startsWith(line, "From ")) return false;
  const text = lines.text(line).slice(0, 300);
  return FROM.test(text) && HEADER.test(lines.text(line + 1).slice(0, 100));
}

export function mailStarts(lines: Lines, first: number): number[] {
  const starts: number[] = [];
  for (let line = first; line < lines.count; line++) if (isMailboxStart(lines, line)) starts.push(line);
  return starts;
}

/** A sender or a commit's id, then a date with a time and a year. */
const FROM = /^From \S+ .*\b\d{1,2}:\d\d(:\d\d)?\b.*\b\d{4}\b/;
const HEADER = /^(>From |[!-9;-~]+:)/;
