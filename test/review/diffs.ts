/** Makes unified diffs, as git does, of texts that are short, or whose changes lie near to each other. */

export interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Several changes of one file become hunks of it, in their order; `context` is the lines that each shows around. */
export function unifiedDiff(changes: readonly Change[], context = 3): string {
  const files = new Map<string, string[]>();
  for (const { path, before, after } of changes) {
    const hunks = files.get(path) ?? [];
    hunks.push(...hunksOf(compare(linesOf(before), linesOf(after)), context));
    files.set(path, hunks);
  }
  return [...files]
    .map(([path, hunks]) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n${hunks.join("")}`)
    .join("");
}

interface Line {
  readonly marker: " " | "-" | "+";
  readonly text: string;
}

function hunksOf(lines: readonly Line[], context: number): string[] {
  const shown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ marker }) => marker !== " "),
  );
  const hunks: string[] = [];
  for (let at = 0, oldLine = 1, newLine = 1; at < lines.length;) {
    let end = at;
    while (end < lines.length && shown[end] === shown[at]) end++;
    const part = lines.slice(at, end);
    const [oldCount, newCount] = [count(part, "+"), count(part, "-")];
    if (shown[at] === true) {
      const body = part.map(({ marker, text }) => `${marker}${text}\n`).join("");
      hunks.push(`@@ -${oldLine},${oldCount} +${newLine},${newCount} @@${sectionAt(lines, at)}\n${body}`);
    }
    oldLine += oldCount;
    newLine += newCount;
    at = end;
  }
  return hunks;
}

/** The last line before the hunk that begins with a name: the head of the function that it is in. */
function sectionAt(lines: readonly Line[], at: number): string {
  const head = lines.slice(0, at).findLast(({ marker, text }) => marker !== "+" && /^[A-Za-z_]/.test(text));
  return head === undefined ? "" : ` ${head.text.slice(0, 80)}`;
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ marker: " ", text }));
  const inner = (lines: readonly string[]): string[] => lines.slice(head, lines.length - tail);
  const end = before.length - tail;
  return [...same(before.slice(0, head)), ...compareAll(inner(before), inner(after)), ...same(before.slice(end))];
}

/** The longest common subsequence stays; what is removed stands before what is added. */
function compareAll(before: readonly string[], after: readonly string[]): Line[] {
  const common = Array.from({ length: before.length + 1 }, () => Array.from({ length: after.length + 1 }, () => 0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row !== undefined)
        row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    const [old, next] = [before[i], after[j]];
    if (old !== undefined && old === next) {
      lines.push({ marker: " ", text: old });
      i++;
      j++;
    } else if (old !== undefined && (next === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ marker: "-", text: old });
      i++;
    } else {
      lines.push({ marker: "+", text: next ?? "" });
      j++;
    }
  }
  return lines;
}

function count(lines: readonly Line[], without: Line["marker"]): number {
  return lines.filter(({ marker }) => marker !== without).length;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
