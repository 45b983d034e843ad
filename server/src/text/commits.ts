/** Where the commits in the output of `git show` and `git log -p` begin, and what they are called. */
import type { Lines } from "./lines";

export interface Commit {
  /** The line `commit ID`. */
  readonly first: number;
  /** The first line of its message. */
  readonly subject: string | null;
}

export function findCommits(lines: Lines): Commit[] {
  const commits: Commit[] = [];
  for (let line = 0; line < lines.count; line++) {
    if (!lines.startsWith(line, "commit ") || !/^commit [0-9a-f]{7,64}\b/.test(lines.text(line).slice(0, 80))) continue;
    const message = messageOf(lines, line);
    if (message !== null) commits.push({ first: line, subject: message });
  }
  return commits;
}

/** The first indented line below `Author:` and the other fields; null when this is no commit. */
function messageOf(lines: Lines, first: number): string | null {
  let author = false;
  for (let line = first + 1; line < Math.min(first + 12, lines.count); line++) {
    const text = lines.text(line).slice(0, 500);
    if (text.startsWith("Author:")) author = true;
    else if (author && /^ {4}\S/.test(text)) return text.trim();
    else if (!lines.isBlank(line) && !/^[A-Z]\w*:/.test(text)) break;
  }
  return author ? "" : null;
}
