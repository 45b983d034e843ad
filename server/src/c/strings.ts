/**
 * `__stringify(X) "\n"`, `"a" STR(x)`, `KERN_INFO DEVICE_NAME ": up"` are one string each; tree-sitter knows only a
 * plain word among strings.
 */
import { hull } from "./places";
import { placedText } from "./placed-text";
import { KEYWORDS } from "./statements";
import { isPunct, matchBrackets, type Token } from "./tokens";

export function fuseStrings(tokens: readonly Token[]): Token[] {
  const match = matchBrackets(tokens);
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    const end = BEFORE_OPERANDS.has(tokens[i - 1]?.shown ?? "") ? stringEnd(tokens, match, i) : i;
    if (end === i) result.push(token);
    else {
      const all = tokens.slice(i, end + 1);
      const { text } = placedText(all);
      result.push({ ...token, kind: "string", text, shown: '""', place: hull(all), mark: null });
    }
    i = end;
  }
  return result;
}

const BEFORE_OPERANDS = new Set(["(", ",", "=", "return", "?", ":", "{"]);
const BEHIND_OPERANDS = new Set([")", ",", ";", "?", ":", "}"]);

/** The last token of a string of several parts that starts at `start`; `start` when there is none. */
function stringEnd(tokens: readonly Token[], match: Int32Array, start: number): number {
  let strings = 0;
  let parts = 0;
  let constants = true;
  let i = start;
  for (; i < tokens.length; i++, parts++) {
    const token = tokens[i];
    if (token?.kind === "string") strings++;
    else if (token?.kind !== "word" || KEYWORDS.has(token.shown) || token.mark !== null) break;
    else if (!/^[A-Z][A-Z0-9_]*$/.test(token.text)) constants = false;
    const close = isPunct(tokens[i + 1], "(") ? (match[i + 1] ?? -1) : -1;
    if (token?.kind === "word" && close > i) i = close;
  }
  const isString = parts > 1 && (strings > 0 || constants) && BEHIND_OPERANDS.has(tokens[i]?.shown ?? "");
  return isString ? i - 1 : start;
}
