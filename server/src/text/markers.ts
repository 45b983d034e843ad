/** What a line is in a diff, told by how it begins. */
import { SPACE, TAB } from "./lines";
import type { QuoteLevel } from "./quotes";

export type Marker = "context" | "added" | "removed" | "no-newline" | "blank" | "tab" | "none";

/** What the first character of a line says in a diff. An empty line is context that lost its blank. */
export function markerOf(level: QuoteLevel, line: number): Marker {
  switch (level.charAt(line, 0)) {
    case SPACE:
    case NO_BREAK_SPACE:
      return "context";
    case PLUS:
      return "added";
    case MINUS:
      return "removed";
    case BACKSLASH:
      return level.charAt(line, 1) === SPACE ? "no-newline" : "none";
    case TAB:
      return "tab";
    case -1:
      return "blank";
    default:
      return "none";
  }
}

/** Whether a new file begins with this line: `diff --git`, or `---` and `+++` above a hunk. */
export function isFileStart(level: QuoteLevel, line: number): boolean {
  if (level.startsWith(line, "diff --")) return /^diff --(git|cc|combined) \S/.test(level.text(line).slice(0, 40));
  return (
    level.startsWith(line, "--- ") &&
    level.startsWith(line + 1, "+++ ") &&
    (line + 2 >= level.count || /^(@@ |--- |diff )/.test(level.text(line + 2).slice(0, 5)))
  );
}

/** `-- ` and what git writes below it. A removed line `- ` looks the same, but is not followed by a version. */
export function isSignature(level: QuoteLevel, line: number): boolean {
  if (!level.startsWith(line, "--")) return false;
  const length = level.length(line);
  if (length > 3 || (length === 3 && level.charAt(line, 2) !== SPACE)) return false;
  if (line + 1 >= level.count) return true;
  const below = level.text(line + 1).slice(0, 40);
  return /^\d+\.\d/.test(below) || !/^[-+ \t@\\]|^diff /.test(below);
}

/** Web pages put it where a blank should stay a blank. */
export const NO_BREAK_SPACE = 0xa0;
const PLUS = 0x2b;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;
