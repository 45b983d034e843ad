/** Breaking lines: sentences at blanks, statements where C may be broken. */

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
 * One or two lines of at most `width` characters, broken behind a blank or an opening parenthesis. A statement that
 * needs more loses the insides of its parentheses first, as in the tables of changelogs, and at last its end.
 */
export function wrapStatement(text: string, width: number): string[] {
  for (let shorter: string | null = text; shorter !== null; shorter = withoutOneInside(shorter)) {
    if (shorter.length <= width) return [shorter];
    const end = breakBefore(shorter, width);
    const rest = HANG + shorter.slice(end).trimStart();
    if (end > 0 && rest.length <= width) return [shorter.slice(0, end).trimEnd(), rest];
  }
  return [`${text.slice(0, Math.max(width - 3, 1)).trimEnd()}...`];
}

const HANG = "    ";

/** The last place to break a statement so that at most `room` characters stand before it; 0 when there is none. */
function breakBefore(text: string, room: number): number {
  const atBlank = text.lastIndexOf(" ", room);
  // A break in the first third leaves too little on the line to be worth it.
  if (atBlank > room / 3) return atBlank;
  const afterParenthesis = text.lastIndexOf("(", room - 1) + 1;
  return afterParenthesis > room / 3 ? afterParenthesis : 0;
}

/** The longest of the innermost parentheses emptied to `(...)`; null when none is left. */
function withoutOneInside(text: string): string | null {
  const inside = [...text.matchAll(/\(([^()]{4,})\)/g)].toSorted((a, b) => b[0].length - a[0].length)[0];
  if (inside === undefined) return null;
  return `${text.slice(0, inside.index)}(...)${text.slice(inside.index + inside[0].length)}`;
}
