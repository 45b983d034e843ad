/** Spells out the macros that declare struct members and bitmaps. */
import { isPrimitive, isQualifier } from "./types";
import { before, isPunct, isWord, matchBrackets, splitArguments, type Token } from "./tokens";

/** `DECLARE_BITMAP(name, n)` as `unsigned long name[n]`, in structs and elsewhere. */
export function spellBitmaps(tokens: readonly Token[]): Token[] {
  if (!tokens.some((t) => isWord(t, "DECLARE_BITMAP"))) return [...tokens];
  const match = matchBrackets(tokens);
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const close = match[i + 1] ?? -1;
    if (token === undefined) break;
    const [name, size, more] = close > i ? splitArguments(tokens.slice(i + 2, close)) : [];
    if (!isWord(token, "DECLARE_BITMAP") || name === undefined || size === undefined || more !== undefined) {
      result.push(token);
      continue;
    }
    result.push(
      before(token, "unsigned"),
      before(token, "long"),
      ...name,
      before(token, "["),
      ...size,
      before(token, "]"),
    );
    i = close;
  }
  return result;
}

export function spellFields(tokens: readonly Token[]): Token[] {
  if (!tokens.some((t) => isWord(t, "struct") || isWord(t, "union"))) return [...tokens];
  return spell(tokens, false);
}

function spell(tokens: readonly Token[], inBody: boolean): Token[] {
  const match = matchBrackets(tokens);
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const close = match[i] ?? -1;
    if (token === undefined) break;
    if (isPunct(token, "{") && close > i && isTypeBody(tokens, i)) {
      result.push(token, ...spell(tokens.slice(i + 1, close), true), ...tokens.slice(close, close + 1));
      i = close;
      continue;
    }
    const end = match[i + 1] ?? -1;
    const startsMember = inBody && (i === 0 || [";", "}", "{"].some((sign) => isPunct(tokens[i - 1], sign)));
    if (
      startsMember &&
      token.kind === "word" &&
      isPunct(tokens[i + 1], "(") &&
      end > i &&
      !isPunct(tokens[end + 1], "(")
    ) {
      result.push(...member(token, tokens.slice(i + 2, end)));
      i = isPunct(tokens[end + 1], ";") ? end + 1 : end;
      continue;
    }
    result.push(token);
    if (inBody && isPunct(tokens[i + 1], ":") && isUnnamed(tokens, i)) result.push(before(token, "lastput_padding"));
  }
  return result;
}

/** Whether the member that ends at `i` is a type alone: `unsigned :5` has no name. */
function isUnnamed(tokens: readonly Token[], i: number): boolean {
  let start = i;
  while (isWord(tokens[start - 1])) start--;
  const prior = tokens[start - 1];
  if (prior !== undefined && !/^[;{}]$/.test(prior.shown)) return false;
  const words = tokens.slice(start, i + 1).filter((t) => !isQualifier(t.shown));
  return words.length === 1 || words.every((t) => isPrimitive(t.shown));
}

function isTypeBody(tokens: readonly Token[], brace: number): boolean {
  const isTag = (t: Token | undefined): boolean => isWord(t, "struct") || isWord(t, "union");
  return isTag(tokens[brace - 1]) || (isWord(tokens[brace - 1]) && isTag(tokens[brace - 2]));
}

/** What the kernel's own header macros declare; other macros declare nothing that we know of. */
function member(macro: Token, args: readonly Token[]): Token[] {
  const parts = splitArguments(args);
  const semicolon = before(macro, ";");
  const [first = [], second = []] = parts;
  switch (macro.text) {
    case "DECLARE_FLEX_ARRAY":
    case "__DECLARE_FLEX_ARRAY":
      return [...first, ...second, before(macro, "["), before(macro, "]"), semicolon];
    case "struct_group":
      return group(macro, args, 1);
    case "struct_group_tagged":
      return group(macro, args, 2);
    case "struct_group_attr":
      return group(macro, args, 2);
    default:
      return [];
  }
}

/** The members of a group are members of the struct too, which an anonymous struct says. */
function group(macro: Token, args: readonly Token[], names: number): Token[] {
  const members = splitArguments(args).slice(names);
  const joined = members.flatMap((part, i) => (i === 0 ? part : [before(macro, ","), ...part]));
  return [before(macro, "struct"), before(macro, "{"), ...spell(joined, true), before(macro, "}"), before(macro, ";")];
}
