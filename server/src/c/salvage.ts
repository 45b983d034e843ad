/**
 * Keeps a mistake in its statement: finds the statements and heads that tree-sitter cannot read, puts a hole in the
 * place of each, and saves the calls that can be read inside, so that later rules still see them.
 */
import type { Expr } from "./syntax";
import { cleanDeclaration } from "./heads";
import { hull } from "./places";
import { placedText } from "./placed-text";
import type { Problems } from "./problems";
import { statementEnd } from "./statement-ends";
import { KEYWORDS } from "./statements";
import { behind, fused, HOLE, isPunct, isWord, matchBrackets, splitArguments, type Token } from "./tokens";

/** How the salvager asks tree-sitter. */
export interface Reader {
  /** Each question parses a part of the text again. After very many, the answers are no and null: what is in doubt is broken. */
  readonly isTired: boolean;
  /** Whether the tokens are statements without an error. */
  reads(statements: readonly Token[]): boolean;
  /** The expression, null when the tokens are none. */
  expression(tokens: readonly Token[]): Expr | null;
}

interface Region {
  readonly first: number;
  readonly last: number;
  readonly kind: "statement" | "condition" | "for";
}

/** `tokens` are statements; so are the ones returned, and tree-sitter reads them if it reads their frame. */
export function holeUnreadable(tokens: readonly Token[], reader: Reader, problems: Problems): Token[] {
  return replaced(tokens, brokenOf(tokens, regionsOf(tokens), reader), reader, problems);
}

/** The same for whole statements, with all that is inside them: the last resort. */
export function holeStatements(tokens: readonly Token[], reader: Reader, problems: Problems): Token[] {
  const match = matchBrackets(tokens);
  const regions: Region[] = [];
  for (let at = 0; at < tokens.length;) {
    const end = statementEnd(tokens, match, at);
    regions.push({ first: at, last: end - 1, kind: "statement" });
    at = end;
  }
  return replaced(tokens, brokenOf(tokens, regions, reader), reader, problems);
}

/** Simple statements and the insides of heads' parentheses, in order. */
function regionsOf(tokens: readonly Token[]): Region[] {
  const match = matchBrackets(tokens);
  const regions: Region[] = [];
  let i = 0;
  while (i < tokens.length) {
    const token = tokens[i];
    if (token === undefined) break;
    const close = match[i + 1] ?? -1;
    if (token.kind === "punct" && /^[{};]$/.test(token.shown)) i++;
    else if (token.shown === "else" || token.shown === "do") i++;
    else if (/^(if|while|for|switch)$/.test(token.shown) && isPunct(tokens[i + 1], "(") && close > i) {
      regions.push({ first: i + 2, last: close - 1, kind: token.shown === "for" ? "for" : "condition" });
      i = close + 1;
    } else if (token.kind === "word" && isPunct(tokens[i + 1], ":")) i += 2;
    else {
      const end = simpleEnd(tokens, match, i);
      const isCase = token.shown === "case";
      if (!isCase) regions.push({ first: i, last: end, kind: "statement" });
      i = end + 1;
    }
  }
  return regions;
}

function simpleEnd(tokens: readonly Token[], match: Int32Array, from: number): number {
  const isCase = isWord(tokens[from], "case");
  for (let i = from; i < tokens.length; i++) {
    if (isPunct(tokens[i], ";") || (isCase && isPunct(tokens[i], ":"))) return i;
    if (isPunct(tokens[i], "}")) return Math.max(from, i - 1);
    const close = match[i] ?? -1;
    if (close > i) i = close;
  }
  return tokens.length - 1;
}

function replaced(tokens: readonly Token[], broken: readonly Region[], reader: Reader, problems: Problems): Token[] {
  const result: Token[] = [];
  let at = 0;
  for (const region of broken) {
    const inside = tokens.slice(region.first, region.last + 1);
    result.push(...tokens.slice(at, region.first), ...hole(inside, region.kind, reader, problems));
    at = region.last + 1;
  }
  result.push(...tokens.slice(at));
  return result;
}

function brokenOf(tokens: readonly Token[], regions: readonly Region[], reader: Reader): Region[] {
  const broken: Region[] = [];
  const groups: (readonly Region[])[] = [regions];
  for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
    if (group.length === 0) continue;
    if (reader.reads(group.flatMap((region) => framed(tokens, region)))) continue;
    if (group.length === 1 || reader.isTired) broken.push(...group);
    else groups.push(group.slice(group.length >> 1), group.slice(0, group.length >> 1));
  }
  return broken;
}

/** The region as statements of its own. */
function framed(tokens: readonly Token[], region: Region): Token[] {
  const inside = tokens.slice(region.first, region.last + 1);
  const at = tokens[region.first] ?? tokens[region.first - 1];
  if (region.kind === "statement" || at === undefined) return inside;
  const word = behind(at, region.kind === "for" ? "for" : "while");
  return [word, behind(at, "("), ...inside, behind(at, ")"), behind(at, ";")];
}

function hole(tokens: readonly Token[], kind: Region["kind"], reader: Reader, problems: Problems): Token[] {
  const last = tokens[tokens.length - 1];
  if (last === undefined) return [];
  if (kind === "statement") {
    const cleaned = cleanDeclaration(tokens);
    if (cleaned.length < tokens.length && reader.reads(cleaned)) return cleaned;
    const two = withSemicolon(tokens, reader, problems);
    if (two !== null) return two;
  }
  const place = hull(tokens);
  const call = kind === "statement" ? macroCall(tokens, reader) : null;
  const parts = call === null ? callsIn(tokens, reader) : [];
  const kept = parts.length > 0 || call !== null ? "; only the calls in it are read" : "";
  problems.add("c.unreadable", `This could not be read as C${kept}.`, place);
  const { text } = placedText(tokens);
  const semicolon = behind(last, ";");
  if (call !== null) return [fused(tokens, place, text, HOLE, { kind: "expr", expr: call }), semicolon];
  if (kind === "statement")
    return [fused(tokens, place, text, HOLE, { kind: "stmt", stmt: { kind: "error", parts, place } }), semicolon];
  const condition = fused(tokens, place, text, HOLE, { kind: "expr", expr: { kind: "error", parts, place } });
  return kind === "condition" ? [condition] : [semicolon, condition, semicolon];
}

/** Two statements with a semicolon put between them, where a line that is not indented further begins. */
function withSemicolon(tokens: readonly Token[], reader: Reader, problems: Problems): Token[] | null {
  const [first] = tokens;
  const at = tokens.findIndex(
    (t, i) => i > 0 && t.line > (tokens[i - 1]?.line ?? 0) && t.indent <= (first?.indent ?? 0),
  );
  const prior = tokens[at - 1];
  if (prior === undefined) return null;
  const one = [...tokens.slice(0, at), behind(prior, ";")];
  if (!reader.reads(one)) return null;
  problems.add("c.missing-semicolon", "A semicolon is missing at the end of this.", hull(tokens, 0, at - 1));
  const rest = tokens.slice(at);
  return [...one, ...(reader.reads(rest) ? rest : hole(rest, "statement", reader, problems))];
}

/** `LOOP(stmt; stmt, return)` as a call all the same: with its arguments' text it can be expanded. */
function macroCall(tokens: readonly Token[], reader: Reader): Expr | null {
  const [name, open] = tokens;
  const close = tokens.length - (isPunct(tokens[tokens.length - 1], ";") ? 2 : 1);
  if (
    name === undefined ||
    name.kind !== "word" ||
    name.mark !== null ||
    KEYWORDS.has(name.shown) ||
    !isPunct(open, "(")
  )
    return null;
  if (matchBrackets(tokens)[1] !== close) return null;
  const args = splitArguments(tokens.slice(2, close));
  return {
    kind: "call",
    callee: { kind: "name", name: name.text, place: name.place },
    args: args.map((arg) => reader.expression(arg) ?? { kind: "error", parts: callsIn(arg, reader), place: hull(arg) }),
    argTexts: args.map(placedText),
    place: hull(tokens, 0, close),
  };
}

/** The outermost calls that can be read. */
function callsIn(tokens: readonly Token[], reader: Reader): Expr[] {
  const match = matchBrackets(tokens);
  const calls: Expr[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const close = match[i + 1] ?? -1;
    if (
      token === undefined ||
      token.kind !== "word" ||
      KEYWORDS.has(token.shown) ||
      !isPunct(tokens[i + 1], "(") ||
      close < i
    )
      continue;
    const call = reader.expression(tokens.slice(i, close + 1));
    if (call === null) continue;
    calls.push(call);
    i = close;
  }
  return calls;
}
