/**
 * Makes the head of a function digestible: of the words before its name only storage, qualifiers and one type stay.
 * Which unknown word is the type and which are attributes: a struct, union, enum or basic type makes all others
 * attributes; else the last word without a leading `__` is the type.
 */
import { isPrimitive, isQualifier, isTag } from "./types";
import { before, isPunct, isWord, matchBrackets, type Token } from "./tokens";

/** `head` ends before the `{`. */
export function cleanHead(head: readonly Token[]): Token[] {
  const match = matchBrackets(head);
  const open = parameterStart(head, match);
  const close = open < 0 ? -1 : (match[open] ?? -1);
  const name = head[open - 1];
  if (open < 1 || close < 0 || name === undefined) return [...head];
  if (name.kind !== "word") return [...head];
  const specifiers = cleanSpecifiers(head.slice(0, open - 1));
  const typed = specifiers.some((t) => t.kind === "word" && !isQualifier(t.shown))
    ? specifiers
    : [...specifiers, before(name, "int")];
  const parameters = cleanParameters(head.slice(open + 1, close));
  // What stands between the parameters and the body are attributes.
  return [...typed, name, ...head.slice(open, open + 1), ...parameters, ...head.slice(close, close + 1)];
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

/** The parenthesis of the parameters: the last one of the head that stands behind a word. */
function parameterStart(head: readonly Token[], match: Int32Array): number {
  let found = -1;
  for (let i = 0; i < head.length; i++) {
    const close = match[i] ?? -1;
    if (close < i) continue;
    const isCall = isPunct(head[i], "(") && isWord(head[i - 1]) && !isQualifier(head[i - 1]?.shown ?? "");
    // Attributes with arguments may stand before the name and behind the parameters.
    if (isCall && (found < 0 || !looksLikeParameters(head, found, match))) found = i;
    i = close;
  }
  return found;
}

function looksLikeParameters(head: readonly Token[], open: number, match: Int32Array): boolean {
  const inside = head.slice(open + 1, match[open]);
  if (open < 2) return false;
  return (
    inside.length === 0 || inside.filter((t) => t.kind === "word").length > inside.filter((t) => isPunct(t, ",")).length
  );
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
