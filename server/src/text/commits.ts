/** Where the commits in the output of `git show` and `git log -p` begin, and what they are called. */
import { dateOf } from "./envelope";
import type { Lines } from "./lines";

export interface Commit {
  /** The line `commit ID`. */
  readonly first: number;
  /** The first line of its message. */
  readonly subject: string | null;
  /** `2022-03-02`. */
  readonly date: string | null;
}

export function findCommits(lines: Lines): Commit[] {
  const commits: Commit[] = [];
  for (let line = 0; line < lines.count; line++) {
    if (!lines.startsWith(line, "commit ") || !/^commit [0-9a-f]{7,64}\b/.test(lines.text(line).slice(0, 80))) continue;
    const message = messageOf(lines, line);
    if (message !== null) commits.push({ first: line, ...message });
  }
  return commits;
}

/** The first indented line below `Author:` and the other fields, and when it was made; null when this is no commit. */
function messageOf(lines: Lines, first: number): { subject: string; date: string | null } | null {
  let author = false;
  let date: string | null = null;
  for (let line = first + 1; line < Math.min(first + 12, lines.count); line++) {
    const text = lines.text(line).slice(0, 500);
    if (text.startsWith("Author:")) author = true;
    else if (/^(?:Author)?Date:/.test(text)) date = dateOf(text.slice(text.indexOf(":") + 1));
    else if (author && /^ {4}\S/.test(text)) return { subject: text.trim(), date };
    else if (!lines.isBlank(line) && !/^[A-Z]\w*:/.test(text)) break;
  }
  return author ? { subject: "", date } : null;
}
