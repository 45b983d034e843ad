/** Finds where statements end on tokens alone. */
import { KEYWORDS } from "./statements";
import { isPunct, isWord, type Token } from "./tokens";
import { isPrimitive } from "./types";

/** The index behind one whole statement. */
export function statementEnd(tokens: readonly Token[], match: Int32Array, from: number): number {
  let i = from;
  let isDo = 0;
  while (i < tokens.length) {
    const token = tokens[i];
    if (token === undefined) break;
    const close = match[i + 1] ?? -1;
    if (isWord(token, "do")) {
      isDo++;
      i++;
      continue;
    }
    if (isWord(token, "else")) {
      i++;
      continue;
    }
    if (/^(if|for|while|switch)$/.test(token.shown) && isPunct(tokens[i + 1], "(") && close > i) {
      i = close + 1;
      continue;
    }
    const governed = governedStart(tokens, match, i);
    if (governed !== null) {
      i = governed;
      continue;
    }
    i = simpleEnd(tokens, match, i);
    if (isDo > 0 && isWord(tokens[i], "while")) {
      isDo--;
      i = simpleEnd(tokens, match, i);
    }
    if (!isWord(tokens[i], "else")) break;
  }
  return Math.max(i, from + 1);
}

/** Where the statement begins that the macro at `i` governs, or null. */
function governedStart(tokens: readonly Token[], match: Int32Array, i: number): number | null {
  const close = callEnd(tokens, match, i);
  const next = tokens[close + 1];
  if (close < 0 || next === undefined) return null;
  const isDeeper =
    next.kind === "word" && (next.line === tokens[close]?.line || next.indent > (tokens[i]?.indent ?? 0));
  return isPunct(next, "{") || isDeeper ? close + 1 : null;
}

export function simpleEnd(tokens: readonly Token[], match: Int32Array, i: number): number {
  if (isPunct(tokens[i], "{")) return (match[i] ?? i) + 1;
  const line = tokens[i]?.line;
  const isGap = ["...", "[", "<"].some((sign) => isPunct(tokens[i], sign));
  const isLabel = isWord(tokens[i]) && isPunct(tokens[i + 1], ":");
  if (isLabel) return i + 2;
  for (let j = i; j < tokens.length; j++) {
    if (isGap && j > i && tokens[j]?.line !== line) return j;
    if (isPunct(tokens[j], ";")) return j + 1;
    if (isPunct(tokens[j], "}")) return j;
    const close = match[j] ?? -1;
    if (close > j) j = close;
    // A call alone on its line that lost its semicolon.
    const next = tokens[j + 1];
    if (
      close === j &&
      close === callEnd(tokens, match, i) &&
      isWord(next) &&
      next !== undefined &&
      next.line !== tokens[j]?.line
    )
      return j + 1;
  }
  return tokens.length;
}

/** The closing parenthesis of `name(...)` at `i`, or -1. */
export function callEnd(tokens: readonly Token[], match: Int32Array, i: number): number {
  const name = tokens[i];
  const isName = name !== undefined && name.kind === "word" && !KEYWORDS.has(name.shown) && !isPrimitive(name.shown);
  const isCall = isName && isPunct(tokens[i + 1], "(");
  return isCall ? (match[i + 1] ?? -1) : -1;
}
