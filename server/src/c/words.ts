/** The words of a piece of C: what is left of it without comments and layout, and where each stands. */
import type { Span } from "../text/mapped";

export interface Words {
  /** Equal for pieces of C that say the same in another layout. */
  readonly key: string;
  /** Offsets in the text that the piece is from, in order. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export function wordsOf(text: string, piece: Span): Words {
  const slice = text.slice(piece.start, piece.end);
  // A preprocessor line ends where the line does.
  const linesCount = /^[ \t]*#/m.test(slice);
  const words: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let isFresh = true;
  for (const match of slice.matchAll(WORD)) {
    const [word] = match;
    if (word === "\n") isFresh = true;
    if (word === "\n" || word.startsWith("/*") || word.startsWith("//")) continue;
    // At the start of a line `*` may go on with a comment of which only a part is shown.
    words.push(isFresh && (linesCount || word === "*") ? `\n${word}` : word);
    starts.push(piece.start + match.index);
    ends.push(piece.start + match.index + word.length);
    isFresh = false;
  }
  return { key: words.join(" "), starts, ends };
}

const WORD =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|[A-Za-z_$][\w$]*|\d[\w.]*|\n|[^\s]/g;
