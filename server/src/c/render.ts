/** Prints tokens for tree-sitter and finds them again by their offsets. */
import type { Token } from "./tokens";

export interface Rendered {
  readonly text: string;
  /** For each character of `text` the index of its token; that of a blank is the token's before it. */
  readonly tokenAt: Int32Array;
}

export function render(tokens: readonly Token[]): Rendered {
  const pieces: string[] = [];
  let length = 0;
  for (const token of tokens) {
    pieces.push(token.shown, token.shown === ";" || token.shown === "{" || token.shown === "}" ? "\n" : " ");
    length += token.shown.length + 1;
  }
  const tokenAt = new Int32Array(length + 1).fill(tokens.length);
  let at = 0;
  for (const [i, token] of tokens.entries()) {
    tokenAt.fill(i, at, at + token.shown.length + 1);
    at += token.shown.length + 1;
  }
  return { text: pieces.join(""), tokenAt };
}
