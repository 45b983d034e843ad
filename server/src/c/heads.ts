/**
 * Makes the head of a function digestible: of the words before its name only storage, qualifiers and one type stay.
 * Which unknown word is the type and which are attributes: a struct, union, enum or basic type makes all others
 * attributes; else the last word without a leading `__` is the type.
 */
import { hull } from "./places";
import { placedText } from "./placed-text";
import { isPrimitive, isQualifier, isTag } from "./types";
import { before, isPunct, isWord, matchBrackets, type Token } from "./tokens";

/** `head` ends before the `{`. */
export function cleanHead(head: readonly Token[]): Token[] {
  const match = matchBrackets(head);
  const open = parameterStart(head, match);
  const close = open < 0 ? -1 : (match[open] ?? -1);
  const start = nameStart(head, match, open);
  const name = nameOf(head.slice(start, open));
  if (start < 0 || close < 0 || name === null) return [...head];
  const specifiers = cleanSpecifiers(head.slice(0, start));
  const hasType = specifiers.some((t) => t.kind === "word" && !isQualifier(t.shown));
  const typed = hasType ? specifiers : [...specifiers, before(name, "int")];
  const parameters = cleanParameters(head.slice(open + 1, close));
  // What stands between the parameters and the body are attributes.
  return [...typed, name, ...head.slice(open, open + 1), ...parameters, ...head.slice(close, close + 1)];
}

/** Where the name before the parameters begins: one word, or a macro's call as in `FNAME(walk)(int a)`. */
function nameStart(head: readonly Token[], match: Int32Array, open: number): number {
  if (isWord(head[open - 1])) return open - 1;
  const inner = isPunct(head[open - 1], ")") ? (match[open - 1] ?? -1) : -1;
  const isCall =
    isWord(head[inner - 1]) && head.slice(inner + 1, open - 1).every((t) => t.kind === "word" || isPunct(t, ","));
  return isCall ? inner - 1 : -1;
}

function nameOf(tokens: readonly Token[]): Token | null {
  const [only] = tokens;
  if (only === undefined || tokens.length === 1) return only ?? null;
  return { ...only, text: placedText(tokens).text, shown: "lastput_name", place: hull(tokens) };
}

/** The parenthesis of the parameters: the last one of the head that stands behind a name. */
function parameterStart(head: readonly Token[], match: Int32Array): number {
  let found = -1;
  for (let i = 0; i < head.length; i++) {
    const close = match[i] ?? -1;
    if (close < i) continue;
    const start = isPunct(head[i], "(") ? nameStart(head, match, i) : -1;
    const isName = start >= 0 && !isQualifier(head[start]?.shown ?? "");
    // Attributes with arguments may stand before the name and behind the parameters.
    const better = found < 0 || start < i - 1 || !looksLikeParameters(head, found, match);
    if (isName && better) found = i;
    i = close;
  }
  return found;
}

function looksLikeParameters(head: readonly Token[], open: number, match: Int32Array): boolean {
  const inside = head.slice(open + 1, match[open]);
  if (open < 2) return false;
  const count = (is: (t: Token) => boolean): number => inside.filter(is).length;
  return (
    inside.length === 0 ||
    count((t) => t.kind === "word") > count((t) => isPunct(t, ",")) + 1 ||
    isPrimitive(inside[0]?.shown ?? "")
  );
}

/** The same for a declaration of a variable: `const_debug unsigned int x;`, `cpumask_var_t mask __read_mostly_mask = ...`. */
export function cleanDeclaration(tokens: readonly Token[]): Token[] {
  const end = tokens.findIndex((t) => t.kind === "punct" && /^[=;,([{]$/.test(t.shown));
  const words = end < 0 ? [...tokens] : tokens.slice(0, end);
  const firstStar = words.findIndex((t) => isPunct(t, "*"));
  while (words.length > 2 && isWord(words[words.length - 1]) && isWord(words[words.length - 2])) {
    const last = words[words.length - 1]?.text ?? "";
    const behindStar = firstStar >= 0 && words.length - 1 > firstStar + 1;
    if (!behindStar && !/^__|__$|^[A-Z][A-Z_]*$/.test(last)) break;
    words.pop();
  }
  const name = words.pop();
  if (name === undefined || end < 0) return [...tokens];
  // Words behind `x[3]` are attributes too.
  const rest = tokens.slice(end);
  const kept = rest.filter(
    (t, i) => !(t.kind === "word" && isPunct(rest[i - 1], "]") && /^[;=,]$/.test(rest[i + 1]?.shown ?? "")),
  );
  return [...cleanSpecifiers(words), name, ...kept];
}

export function cleanSpecifiers(tokens: readonly Token[]): Token[] {
  const isOther = (i: number): boolean => {
    const token = tokens[i];
    if (token === undefined || token.kind !== "word" || token.mark !== null) return false;
    return (
      !isQualifier(token.shown) &&
      !isPrimitive(token.shown) &&
      !isTag(token.shown) &&
      !isTag(tokens[i - 1]?.shown ?? "")
    );
  };
  const others = [...tokens.keys()].filter(isOther);
  const hasType = tokens.some(
    (t) => t.kind === "word" && (isTag(t.shown) || isPrimitive(t.shown) || t.mark?.kind === "type"),
  );
  const named = others.filter((i) => !/__$|^__(?!u\d|s\d|le|be|kernel|poll_t|wsum|sum16)/.test(tokens[i]?.text ?? ""));
  const type = hasType ? -1 : (named[named.length - 1] ?? others[others.length - 1] ?? -1);
  // Unknown attributes may have arguments: no parenthesis belongs to a type.
  let depth = 0;
  return tokens.filter((t, i) => {
    if (isPunct(t, "(")) depth++;
    const inside = depth > 0;
    if (isPunct(t, ")")) depth--;
    return !inside && (i === type || !isOther(i));
  });
}

/** In `struct kvm __foo *kvm` the word between type and star goes. */
function cleanParameters(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i <= tokens.length; i++) {
    const token = tokens[i];
    if (isPunct(token, "(") || isPunct(token, "[")) depth++;
    if (isPunct(token, ")") || isPunct(token, "]")) depth--;
    if (token !== undefined && (depth > 0 || !isPunct(token, ","))) continue;
    result.push(...cleanParameter(tokens.slice(start, i)));
    if (token !== undefined) result.push(token);
    start = i + 1;
  }
  return result;
}

function cleanParameter(tokens: readonly Token[]): Token[] {
  if (tokens.some((t) => isPunct(t, "(") || isPunct(t, "["))) return [...tokens];
  const name = tokens[tokens.length - 1];
  const words = tokens.filter((t) => t.kind === "word" && !isQualifier(t.shown)).length;
  const tagged = tokens.some((t) => isTag(t.shown)) ? 1 : 0;
  if (name === undefined || name.kind !== "word" || words - tagged < 3) return [...tokens];
  return [...cleanSpecifiers(tokens.slice(0, -1)), name];
}
