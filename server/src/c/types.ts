/** Reads types off tokens, and puts one token in the place of types where the grammar wants none. */
import type { TypeName } from "./syntax";
import { hull } from "./places";
import { placedText } from "./placed-text";
import { fused, HOLE, isPunct, isWord, matchBrackets, type Token } from "./tokens";

const QUALIFIERS = new Set(
  "const volatile static extern register inline auto typedef restrict _Atomic _Noreturn __inline __inline__ thread_local __thread".split(
    " ",
  ),
);
const PRIMITIVES = new Set(
  "void bool char short int long unsigned signed float double _Bool __int128 size_t ssize_t".split(" "),
);
const TAGS = new Set(["struct", "union", "enum"]);
const TYPEOFS = new Set(["typeof", "__typeof__", "__typeof", "typeof_unqual", "__typeof_unqual__", "__auto_type"]);

export function isQualifier(word: string): boolean {
  return QUALIFIERS.has(word);
}

export function isPrimitive(word: string): boolean {
  return PRIMITIVES.has(word);
}

export function isTag(word: string): boolean {
  return TAGS.has(word);
}

/** The words of a type without qualifiers, and its stars. */
export function typeNameOf(tokens: readonly Token[]): TypeName {
  let pointers = 0;
  const words: string[] = [];
  for (const token of tokens) {
    if (isPunct(token, "*")) pointers++;
    else if (token.mark?.kind === "type") {
      words.push(token.mark.type.base);
      pointers += token.mark.type.pointers;
    } else if (token.kind === "word" && !QUALIFIERS.has(token.shown))
      words.push(token.text === "" ? token.shown : token.text);
  }
  return { base: words.join(" "), pointers, isArray: false };
}

/** `typeof(*p) x` gets a type of one token. The shown name is a tag, so that `typeof(a) * b` is a declaration for sure. */
export function markTypeofs(tokens: readonly Token[]): Token[] {
  if (!tokens.some((t) => TYPEOFS.has(t.shown))) return [...tokens];
  const match = matchBrackets(tokens);
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    const close = match[i + 1] ?? -1;
    const isTypeof = token.kind === "word" && TYPEOFS.has(token.shown) && isPunct(tokens[i + 1], "(") && close > i;
    if (!isTypeof && !isWord(token, "__auto_type")) {
      result.push(token);
      continue;
    }
    const end = isTypeof ? close : i;
    const all = tokens.slice(i, end + 1);
    const { text } = placedText(all);
    const type = {
      base: isTypeof ? `typeof(${placedText(all.slice(2, -1)).text})` : text,
      pointers: 0,
      isArray: false,
    };
    result.push(fused(all, hull(all), text, `struct ${HOLE}`, { kind: "type", type }));
    i = end;
  }
  return result;
}

/** tree-sitter knows these as words of C that take types only, or one field only. */
const SHOWN_AS = new Map([
  ["offsetof", "lastput_offsetof"],
  ["_Alignof", "sizeof"],
  ["alignof", "sizeof"],
  ["__alignof", "sizeof"],
  ["__alignof__", "sizeof"],
]);

/** `struct T`, `u64 *`, `unsigned long` as an argument of a call become one token. */
export function markTypeArguments(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  const calls: boolean[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    const prior = tokens[i - 1];
    const startsArgument = calls[calls.length - 1] === true && (isPunct(prior, "(") || isPunct(prior, ","));
    const end = startsArgument ? typeEnd(tokens, i) : null;
    if (end !== null) {
      const all = tokens.slice(i, end + 1);
      result.push(fused(all, hull(all), placedText(all).text, HOLE, { kind: "type", type: typeNameOf(all) }));
      i = end;
      continue;
    }
    if (isPunct(token, "(")) calls.push(isCallee(prior));
    else if (isPunct(token, "[") || isPunct(token, "{")) calls.push(false);
    else if (isPunct(token, ")") || isPunct(token, "]") || isPunct(token, "}")) calls.pop();
    const shown = token.mark === null ? SHOWN_AS.get(token.shown) : undefined;
    result.push(shown === undefined ? token : { ...token, shown });
  }
  return result;
}

const TYPEDEF = /^(__)?[us](8|16|32|64)$|^__[lb]e(16|32|64)$|\w_t$/;
const BEFORE_CAST = new Set(
  "( , = return ? : [ { ; } + - * / % & | ^ && || ! ~ == != < > <= >= << >> += -= |= &= case else".split(" "),
);

/** `(u64)&x` and `(gfn_t)(x)`: without knowing the typedef they are as well an `&` and a call. */
export function markCasts(tokens: readonly Token[]): Token[] {
  return withoutFalseCasts(tokens).map((token, i, tokens) => {
    const isCast =
      token.kind === "word" &&
      token.mark === null &&
      TYPEDEF.test(token.shown) &&
      isPunct(tokens[i - 1], "(") &&
      isPunct(tokens[i + 1], ")") &&
      BEFORE_CAST.has(tokens[i - 2]?.shown ?? "") &&
      startsOperand(tokens[i + 2]);
    const type = { base: token.text, pointers: 0, isArray: false };
    return isCast ? { ...token, shown: `struct ${HOLE}`, mark: { kind: "type", type } } : token;
  });
}

/** Of `(a) && b` tree-sitter makes a cast of the address of a label: `a && b` says the same. */
function withoutFalseCasts(tokens: readonly Token[]): readonly Token[] {
  const isParenthesis = (open: number): boolean =>
    isPunct(tokens[open], "(") &&
    isWord(tokens[open + 1]) &&
    isPunct(tokens[open + 2], ")") &&
    isPunct(tokens[open + 3], "&&") &&
    tokens[open - 1]?.kind === "punct" &&
    !isPunct(tokens[open - 1], ")") &&
    !isPunct(tokens[open - 1], "]");
  if (!tokens.some((_, i) => isParenthesis(i))) return tokens;
  return tokens.filter((_, i) => !isParenthesis(i) && !isParenthesis(i - 2));
}

function startsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return token.kind !== "punct" || ["(", "-", "&", "~", "!", "*", "++", "--"].includes(token.shown);
}

const NO_CALLEES = new Set(
  "if while for switch return sizeof case else do goto asm __asm__ volatile _Alignof alignof __alignof__ __alignof".split(
    " ",
  ),
);

export function isCallee(token: Token | undefined): boolean {
  return token !== undefined && token.kind === "word" && token.mark === null && !NO_CALLEES.has(token.shown);
}

/** The last token of a type that makes up the whole argument starting at `start`, or null. */
function typeEnd(tokens: readonly Token[], start: number): number | null {
  let i = start;
  let isType = false;
  while (isWord(tokens[i]) && QUALIFIERS.has(tokens[i]?.shown ?? "")) i++;
  const first = tokens[i];
  if (first === undefined || first.kind !== "word") return null;
  if (TAGS.has(first.shown)) {
    if (!isWord(tokens[i + 1])) return null;
    isType = true;
    i += 2;
  } else if (first.mark?.kind === "type") {
    isType = true;
    i++;
  } else if (PRIMITIVES.has(first.shown)) {
    isType = true;
    while (isWord(tokens[i]) && PRIMITIVES.has(tokens[i]?.shown ?? "")) i++;
  } else i++;
  for (; isPunct(tokens[i], "*") || QUALIFIERS.has(tokens[i]?.shown ?? ""); i++) isType = true;
  const next = tokens[i];
  return isType && (isPunct(next, ",") || isPunct(next, ")")) ? i - 1 : null;
}
