/**
 * Uses of macros as what they stand for, one step at a time: what comes out may be a use of a macro again.
 *
 * The result's places tell both where the macro says it and, through `via`, where it was invoked; what came in as an
 * argument keeps the caller's places.
 */
import { hull } from "./places";
import { digestible } from "./digest";
import { placedText, tokensOf } from "./placed-text";
import type { Reading } from "./reading";
import type { Expr, MacroDef, MacroStmt, Place, PlacedText, Stmt } from "./syntax";
import { behind, fused, HOLE, isPunct, isWord, type Token } from "./tokens";
import { isPrimitive, isTag, typeNameOf } from "./types";

export function expandExpr(reading: Reading, macro: MacroDef, use: Expr): Expr | null {
  const invocation = invocationOf(macro, use);
  if (invocation === null) return null;
  const tokens = substituted(reading, macro, invocation);
  if (tokens === null) return null;
  const empty: Stmt = { kind: "block", body: [], place: use.place };
  if (tokens.length === 0) return { kind: "block", body: empty, place: use.place };
  const expression = isStatement(tokens) ? null : (typeAlone(tokens) ?? reading.expression(tokens));
  if (expression !== null) return expression;
  const body = oneOf(reading.statements(tokens), use.place);
  return { kind: "block", body, place: body.place };
}

export function expandStmt(reading: Reading, macro: MacroDef, use: MacroStmt): Stmt | null {
  if (macro.name !== use.name || macro.params === null) return null;
  const tokens = substituted(reading, macro, { name: use.head, args: use.argTexts, place: use.head });
  const last = tokens?.[tokens.length - 1];
  if (tokens === null || last === undefined) return tokens === null ? null : use.body;
  const body = fused([last], use.body.place, "", HOLE, { kind: "stmt", stmt: use.body });
  return oneOf(reading.statements([...tokens, body, behind(body, ";")]), use.place);
}

interface Invocation {
  /** The place of the macro's name, or one that begins with it. */
  readonly name: Place;
  readonly args: readonly PlacedText[] | null;
  readonly place: Place;
}

function invocationOf(macro: MacroDef, use: Expr): Invocation | null {
  if (macro.params === null) {
    return use.kind === "name" && use.name === macro.name ? { name: use.place, args: null, place: use.place } : null;
  }
  if (use.kind !== "call" || use.callee.kind !== "name" || use.callee.name !== macro.name) return null;
  return { name: use.callee.place, args: use.argTexts, place: use.place };
}

/** So many tokens at most: macros can double their arguments at each step. */
const MOST_TOKENS = 50_000;

/**
 * Null for a macro inside its own expansion, which C leaves alone, for one that grows without bounds, and for a use with
 * another number of arguments: that is meant for another version of the macro.
 */
function substituted(reading: Reading, macro: MacroDef, use: Invocation): Token[] | null {
  if (isInside(use.name, macro) || !hasItsArguments(macro, use.args ?? [])) return null;
  const args = bind(reading, macro, use.args ?? []);
  const body = tokensOf(macro.body, reading.problems).map((t) => ({ ...t, place: { ...t.place, via: use.place } }));
  const result: Token[] = [];
  for (let i = 0; i < body.length && result.length <= MOST_TOKENS; i++) {
    const token = body[i];
    if (token === undefined) break;
    const next = body[i + 1];
    const arg = (of: Token): readonly Token[] => (of.kind === "word" ? args.get(of.text) : undefined) ?? [of];
    if (isPunct(token, "##") && next !== undefined) {
      paste(result, arg(next));
      i++;
    } else if (isPunct(token, "#") && next !== undefined && args.has(next.text)) {
      result.push(stringified(token, arg(next)));
      i++;
    } else result.push(...arg(token));
  }
  if (result.length > MOST_TOKENS) return null;
  return digestible(result, reading.problems);
}

/** Whether the place, or one that it was expanded through, lies in the macro's definition. */
function isInside(place: Place, macro: MacroDef): boolean {
  for (let at: Place | null = place; at !== null; at = at.via) {
    if (at.file === macro.place.file && at.start >= macro.place.start && at.end <= macro.place.end) return true;
  }
  return false;
}

function hasItsArguments({ params }: MacroDef, args: readonly PlacedText[]): boolean {
  if (params === null) return true;
  const named = params.filter((param) => param !== "...").length;
  // Empty parentheses are no argument or an empty one.
  const given =
    args.length === 0 && named === 1 ? 1 : args.length === 1 && args[0]?.text.trim() === "" ? named : args.length;
  return named === params.length ? given === named : given >= named - 1;
}

/** The tokens that each parameter stands for; those beyond the named ones are `__VA_ARGS__`. */
function bind(reading: Reading, macro: MacroDef, texts: readonly PlacedText[]): Map<string, Token[]> {
  const args = new Map<string, Token[]>();
  const params = macro.params ?? [];
  for (const [i, param] of params.entries()) {
    if (param !== "...") args.set(param, tokensOf(texts[i] ?? { text: "", runs: [] }, reading.problems));
    else args.set("__VA_ARGS__", variadic(reading, texts.slice(i)));
  }
  return args;
}

function variadic(reading: Reading, texts: readonly PlacedText[]): Token[] {
  const all: Token[] = [];
  for (const text of texts) {
    const tokens = tokensOf(text, reading.problems);
    const last = all[all.length - 1];
    if (last !== undefined) all.push({ ...behind(last, ","), text: "," });
    all.push(...tokens);
  }
  return all;
}

/** `a ## b`; `, ## __VA_ARGS__` without arguments takes the comma away. */
function paste(result: Token[], right: readonly Token[]): void {
  const left = result[result.length - 1];
  const [first, ...rest] = right;
  if (first === undefined) {
    if (isPunct(left, ",")) result.pop();
    return;
  }
  if (left === undefined || left.kind === "punct" || first.kind === "punct" || first.kind === "string") {
    result.push(...right);
    return;
  }
  const text = left.text + first.text;
  const place = left.place.via === null ? first.place : left.place;
  result[result.length - 1] = { ...left, text, shown: left.kind === "word" ? text : left.shown, place };
  result.push(...rest);
}

function stringified(sign: Token, arg: readonly Token[]): Token {
  const text = `"${placedText(arg).text.replace(/["\\]/g, "\\$&")}"`;
  return { ...sign, kind: "string", text, shown: '""' };
}

const STATEMENT_STARTS = new Set(
  "do if for while switch return goto break continue struct static case default".split(" "),
);

/** Statements have a semicolon outside brackets or begin with one of these; all else is tried as an expression first. */
function isStatement(tokens: readonly Token[]): boolean {
  const first = tokens[0];
  if (isPunct(first, "{") || (isWord(first) && STATEMENT_STARTS.has(first?.shown ?? "") && !isType(tokens)))
    return true;
  let depth = 0;
  for (const token of tokens) {
    if (token.kind !== "punct") continue;
    if (/^[([{]$/.test(token.shown)) depth++;
    if (/^[)\]}]$/.test(token.shown)) depth--;
    if (depth === 0 && token.shown === ";") return true;
  }
  return false;
}

/** `struct foo *` alone. */
function isType(tokens: readonly Token[]): boolean {
  const isWords = tokens.every((t) => t.kind === "word" || isPunct(t, "*"));
  return isWords && tokens.some((t) => isTag(t.shown) || isPrimitive(t.shown) || t.mark?.kind === "type");
}

function typeAlone(tokens: readonly Token[]): Expr | null {
  return isType(tokens) ? { kind: "type", type: typeNameOf(tokens), place: hull(tokens) } : null;
}

function oneOf(statements: readonly Stmt[], place: Place): Stmt {
  const only = statements[0];
  return only !== undefined && statements.length === 1
    ? only
    : { kind: "block", body: statements, place: statements[0]?.place ?? place };
}
