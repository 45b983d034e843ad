/** Sentences are broken into lines, statements are abbreviated. */

/** Lines of at most `width` characters, the later ones indented by `hang`; a word that is longer stands alone. */
export function wrapSentence(text: string, width: number, hang = 0): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? "";
  let empty = true;
  for (const word of text.trim().split(" ")) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(hang);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(line);
  return lines;
}

/** With a blank line before it, when there is anything. */
export function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", ...lines];
}

/**
 * At most `width` characters. A statement that has more loses the insides of its parentheses first, as in the tables
 * of changelogs, and at last its end.
 */
export function abbreviate(text: string, width: number): string {
  let shorter: string | null = text;
  for (; shorter !== null; shorter = withoutOneInside(shorter)) if (shorter.length <= width) return shorter;
  return `${text.slice(0, Math.max(width - 3, 1)).trimEnd()}...`;
}

/** One pair of parentheses emptied to `(...)`: the longest of those that hold no other worth it. Null when none is left. */
function withoutOneInside(text: string): string | null {
  const open: { readonly at: number; hasInner: boolean }[] = [];
  let best: { readonly start: number; readonly end: number } | null = null;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") open.push({ at, hasInner: false });
    if (text[at] !== ")") continue;
    const pair = open.pop();
    if (pair === undefined || (!pair.hasInner && at - pair.at <= WORTH_EMPTYING)) continue;
    for (const outer of open) outer.hasInner = true;
    if (pair.hasInner || at - pair.at <= (best === null ? 0 : best.end - best.start)) continue;
    best = { start: pair.at + 1, end: at };
  }
  return best === null ? null : `${text.slice(0, best.start)}...${text.slice(best.end)}`;
}

/** Fewer characters between the parentheses stay. */
const WORTH_EMPTYING = 6;
