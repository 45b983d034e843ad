/** Spells out the macros that stand among the members of a struct. */
import { before, isPunct, isWord, matchBrackets, type Token } from "./tokens";

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
    if (startsMember && token.kind === "word" && isPunct(tokens[i + 1], "(") && end > i) {
      result.push(...member(token, tokens.slice(i + 2, end)));
      i = isPunct(tokens[end + 1], ";") ? end + 1 : end;
      continue;
    }
    result.push(token);
  }
  return result;
}

function isTypeBody(tokens: readonly Token[], brace: number): boolean {
  const isTag = (t: Token | undefined): boolean => isWord(t, "struct") || isWord(t, "union");
  return isTag(tokens[brace - 1]) || (isWord(tokens[brace - 1]) && isTag(tokens[brace - 2]));
}

/** What the kernel's own header macros declare; other macros declare nothing that we know of. */
function member(macro: Token, args: readonly Token[]): Token[] {
  const parts = split(args);
  const semicolon = before(macro, ";");
  const [first = [], second = []] = parts;
  switch (macro.text) {
    case "DECLARE_BITMAP":
      return [
        before(macro, "unsigned"),
        before(macro, "long"),
        ...first,
        before(macro, "["),
        ...second,
        before(macro, "]"),
        semicolon,
      ];
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
  const members = split(args).slice(names);
  const joined = members.flatMap((part, i) => (i === 0 ? part : [before(macro, ","), ...part]));
  return [before(macro, "struct"), before(macro, "{"), ...spell(joined, true), before(macro, "}"), before(macro, ";")];
}

function split(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (["(", "[", "{"].some((sign) => isPunct(token, sign))) depth++;
    if ([")", "]", "}"].some((sign) => isPunct(token, sign))) depth--;
    if (depth === 0 && isPunct(token, ",")) parts.push([]);
    else parts[parts.length - 1]?.push(token);
  }
  return parts;
}
