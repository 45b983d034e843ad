/**
 * Words and signs of C with their places, the form in which all of this folder's passes hand code on.
 *
 * tree-sitter never sees the file itself but these tokens printed one after the other (`render.ts`). That makes every
 * repair (a left-out attribute, a parenthesis put in, a macro's text) the same simple thing: another list of tokens.
 */
import type { Expr, Place, Stmt, TypeName } from "./syntax";

export type TokenKind = "word" | "number" | "string" | "char" | "punct" | "directive";

/** What a pass found out about a token and the conversion needs to know. */
export type Mark =
  /** Stands for code that was left out. */
  | { readonly kind: "gap" }
  /** Stands for a type where the grammar wants an expression, or for a `typeof`. */
  | { readonly kind: "type"; readonly type: TypeName }
  /** The `while` put before a macro that governs a statement. */
  | { readonly kind: "macro" }
  /** Stands for something that is converted already. */
  | { readonly kind: "stmt"; readonly stmt: Stmt }
  | { readonly kind: "expr"; readonly expr: Expr }
  /** A declared name that an attribute gives a destructor. */
  | { readonly kind: "cleanup"; readonly by: string };

export interface Token {
  readonly kind: TokenKind;
  /** As the file spells it; empty for a token that a pass put in. */
  readonly text: string;
  /** As tree-sitter sees it. */
  readonly shown: string;
  readonly place: Place;
  readonly line: number;
  readonly column: number;
  /** The column of the first token of the line. */
  readonly indent: number;
  readonly mark: Mark | null;
}

/** A name that no kernel code uses, for marked tokens. */
export const HOLE = "lastput_hole";

/** A token that is in no file, standing right before `at`. */
export function before(at: Token, shown: string, mark: Mark | null = null): Token {
  const { file, start, via } = at.place;
  return synthetic(shown, { file, start, end: start, via }, at, mark);
}

/** A token that is in no file, standing right behind `at`. */
export function behind(at: Token, shown: string, mark: Mark | null = null): Token {
  const { file, end, via } = at.place;
  return synthetic(shown, { file, start: end, end, via }, at, mark);
}

function synthetic(shown: string, place: Place, at: Token, mark: Mark | null): Token {
  const kind = /^\w/.test(shown) ? "word" : "punct";
  return { kind, text: "", shown, place, line: at.line, column: at.column, indent: at.indent, mark };
}

/** One token in the place of several. */
export function fused(tokens: readonly Token[], place: Place, text: string, shown: string, mark: Mark): Token {
  const first = tokens[0];
  const line = first?.line ?? 0;
  return { kind: "word", text, shown, place, line, column: first?.column ?? 0, indent: first?.indent ?? 0, mark };
}

export function isPunct(token: Token | undefined, text: string): boolean {
  return token !== undefined && token.kind === "punct" && token.shown === text;
}

export function isWord(token: Token | undefined, text?: string): boolean {
  return token !== undefined && token.kind === "word" && (text === undefined || token.shown === text);
}

/** The index of each bracket's partner, -1 for all else. A bracket without partner has -1 too. */
export function matchBrackets(tokens: readonly Token[]): Int32Array {
  const match = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== "punct") continue;
    const partner = CLOSER[token.shown];
    if (partner !== undefined) open.push(i);
    else if (token.shown === ")" || token.shown === "]" || token.shown === "}") {
      const top = open[open.length - 1];
      if (top === undefined || CLOSER[tokens[top]?.shown ?? ""] !== token.shown) continue;
      open.pop();
      match[top] = i;
      match[i] = top;
    }
  }
  return match;
}

/** The tokens between the commas that stand in no bracket; none when there are no tokens. */
export function splitArguments(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = tokens.length === 0 ? [] : [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "punct" && /^[([{]$/.test(token.shown)) depth++;
    if (token.kind === "punct" && /^[)\]}]$/.test(token.shown)) depth--;
    if (depth === 0 && isPunct(token, ",")) parts.push([]);
    else parts[parts.length - 1]?.push(token);
  }
  return parts;
}

export const CLOSER: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
