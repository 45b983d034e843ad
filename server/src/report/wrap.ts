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

/**
 * At most `width` characters. A statement that has more loses the insides of its parentheses first, as in the tables
 * of changelogs, and at last its end.
 */
export function abbreviate(text: string, width: number): string {
  let shorter: string | null = text;
  for (; shorter !== null; shorter = withoutOneInside(shorter)) if (shorter.length <= width) return shorter;
  return `${text.slice(0, Math.max(width - 3, 1)).trimEnd()}...`;
}

/** The longest of the innermost parentheses emptied to `(...)`; null when none is left. */
function withoutOneInside(text: string): string | null {
  const inside = [...text.matchAll(/\(([^()]{4,})\)/g)].toSorted((a, b) => b[0].length - a[0].length)[0];
  if (inside === undefined) return null;
  return `${text.slice(0, inside.index)}(...)${text.slice(inside.index + inside[0].length)}`;
}
