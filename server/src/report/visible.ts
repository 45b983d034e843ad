/** Text of a mail or a patch, made harmless for a terminal and for a table that is pasted into a mail. */

/**
 * On one line, with everything that would move the cursor, change colours or reorder text written as `\x1b`, `\u202e`.
 * Runs of white space become one blank.
 */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().replaceAll(UNSEEN, escaped);
}

/** The same in ASCII alone; signs that have a usual spelling get it, others become `?`. */
export function asciiLine(text: string): string {
  const spelled = oneLine(text).replaceAll(/[^\x20-\x7e]/gu, (sign) => SPELLINGS[sign] ?? "?");
  return spelled.replaceAll(/ {2,}/g, " ");
}

/** `1 step`, `2 steps`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

/** Controls, and what reorders text or cannot be seen. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const SPELLINGS: Readonly<Record<string, string>> = {
  "∥": "||",
  "→": "->",
  "←": "<-",
  "–": "-",
  "—": "-",
  "…": "...",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "×": "x",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
};

function escaped(sign: string): string {
  const code = sign.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
