/** An `asm` becomes a call of something unknown with its operands: what it does is not modelled, what it touches is. */
import { behind, isPunct, matchBrackets, type Token } from "./tokens";

const ASM = new Set(["asm", "__asm__", "__asm", "asm_inline", "asm_volatile_goto", "asm_goto_output"]);
const WORDS_BETWEEN = new Set(["volatile", "goto", "inline"]);

export function spellAsm(tokens: readonly Token[]): Token[] {
  if (!tokens.some((t) => ASM.has(t.shown))) return [...tokens];
  const match = matchBrackets(tokens);
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    let open = i + 1;
    while (WORDS_BETWEEN.has(tokens[open]?.shown ?? "")) open++;
    const close = match[open] ?? -1;
    if (!ASM.has(token.shown) || !isPunct(tokens[open], "(") || close < open) {
      result.push(token);
      continue;
    }
    const prior = tokens[i - 1];
    if (prior !== undefined && prior.kind === "word" && !/^(else|do)$/.test(prior.shown)) {
      // `register int r asm("r0")` names a register.
      i = close;
      continue;
    }
    result.push({ ...token, shown: "lastput_asm", text: "asm" }, ...tokens.slice(open, open + 1));
    result.push(...operands(tokens, match, open, close), ...tokens.slice(close, close + 1));
    i = close;
  }
  return result;
}

/** The expressions of `"constraint" (expression)`, with commas between. */
function operands(tokens: readonly Token[], match: Int32Array, open: number, close: number): Token[] {
  const result: Token[] = [];
  for (let i = open + 1; i < close; i++) {
    const end = match[i] ?? -1;
    if (end <= i) continue;
    const prior = tokens[i - 1];
    if (isPunct(tokens[i], "(") && prior?.kind === "string" && end > i + 1) {
      if (result.length > 0) result.push({ ...behind(prior, ","), text: "," });
      result.push(...tokens.slice(i + 1, end));
    }
    i = end;
  }
  return result;
}
