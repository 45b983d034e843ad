/** Diffs that somebody pasted with an indent, all lines alike. */
import { type Lines, SPACE, TAB } from "./lines";

/**
 * Moves the beginnings of the lines of such a diff behind its indent. A depth that has a diff in the first column
 * is left alone: there an indented header is text inside that diff.
 */
export function stripIndents(lines: Lines, first: number, depths: Int32Array, bodies: Int32Array): void {
  const { text } = lines.source;
  const plain = new Set<number>();
  const candidates: number[] = [];
  for (let line = 0; line < depths.length; line++) {
    const body = bodies[line] ?? 0;
    const at = behindIndent(text, body, lines.end(first + line));
    if (!isHeader(text, at)) continue;
    if (at === body) plain.add(depths[line] ?? 0);
    else candidates.push(line);
  }
  for (const line of candidates) {
    const body = bodies[line] ?? 0;
    const indent = text.slice(body, behindIndent(text, body, lines.end(first + line)));
    if (plain.has(depths[line] ?? 0) || !/^(\t+| {2,})$/.test(indent)) continue;
    strip(lines, first, line, indent, depths, bodies);
  }
}

/** From the header on, as long as lines of its depth carry the indent. Blank ones may have lost it. */
function strip(
  lines: Lines,
  first: number,
  from: number,
  indent: string,
  depths: Int32Array,
  bodies: Int32Array,
): void {
  let other = 0;
  for (let line = from; line < depths.length && other < FURTHEST; line++) {
    if (depths[line] !== depths[from]) {
      other++;
      continue;
    }
    other = 0;
    const body = bodies[line] ?? 0;
    const end = lines.end(first + line);
    if (body + indent.length <= end && lines.source.text.startsWith(indent, body)) bodies[line] = body + indent.length;
    else if (behindIndent(lines.source.text, body, end) < end) return;
  }
}

/** How many lines of other depths may stand between two of the diff. */
const FURTHEST = 1000;

function behindIndent(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB)) at++;
  return at;
}

function isHeader(text: string, at: number): boolean {
  if (text.charCodeAt(at) === 0x40) return /^@@ -\d+(,\d+)? \+\d/.test(text.slice(at, at + 40));
  return text.startsWith("diff --git ", at);
}
