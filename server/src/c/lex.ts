/**
 * Cuts C text into tokens. Comments and blanks go; a preprocessor line is one token, read by `conditionals.ts`.
 *
 * What is quoted in a mail is often cut out of its middle, so a comment may have only an end or only a beginning here.
 */
import type { Place } from "./syntax";
import type { Problems } from "./problems";
import type { Token, TokenKind } from "./tokens";

export interface LexInput {
  readonly text: string;
  readonly problems: Problems;
  /** The place of the characters from `start` to `end`. */
  place(start: number, end: number): Place;
}

/** The tokens from `from` to `to`; `inDirective` reads the inside of a preprocessor line. */
export function lex(input: LexInput, from = 0, to = input.text.length, inDirective = false): Token[] {
  return new Lexer(input, from, to, inDirective).run();
}

const PUNCTUATORS = [
  "...", "<<=", ">>=",
  "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##",
]; // prettier-ignore
const SIGNS = new Set("+-*/%<>=!&|^~?:;,.()[]{}#");

class Lexer {
  private readonly tokens: Token[] = [];
  private at: number;
  private line = 0;
  private lineStart: number;
  private indent = 0;
  private freshLine = true;
  private noCommentEndFrom = Infinity;
  private readonly text: string;

  constructor(
    private readonly input: LexInput,
    from: number,
    private readonly end: number,
    private readonly inDirective: boolean,
  ) {
    this.text = input.text;
    this.at = from;
    this.lineStart = from;
  }

  run(): Token[] {
    while (this.at < this.end) this.step();
    return this.tokens;
  }

  private step(): void {
    const code = this.text.charCodeAt(this.at);
    if (code === 10) return this.newline();
    if (code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff) {
      this.at++;
      return;
    }
    const char = this.text.charAt(this.at);
    if (char === "\\" && /^\\[ \t]*\r?(\n|$)/.test(this.text.slice(this.at, this.at + 40))) return this.continuation();
    if (char === "/" && this.text.charAt(this.at + 1) === "*") return this.blockComment();
    if (char === "/" && this.text.charAt(this.at + 1) === "/") return this.lineComment();
    if (char === "*" && this.text.charAt(this.at + 1) === "/" && !this.inDirective) return this.strayCommentEnd();
    if (char === "*" && this.isCommentLine()) return this.commentLine();
    if (char === "#" && this.freshLine && !this.inDirective) return this.directive();
    if (char === '"') return this.string();
    if (char === "'") return this.char();
    if (isDigit(code) || (char === "." && isDigit(this.text.charCodeAt(this.at + 1)))) return this.number();
    if (isWordStart(code)) return this.word();
    return this.punctuator(char);
  }

  private newline(): void {
    this.at++;
    this.line++;
    this.lineStart = this.at;
    this.freshLine = true;
  }

  /** Moves over characters that are no token, keeping count of the lines. */
  private skipTo(end: number): void {
    for (;;) {
      const next = this.text.indexOf("\n", this.at);
      if (next < 0 || next >= end) break;
      this.at = next;
      this.newline();
    }
    this.at = end;
  }

  private push(kind: TokenKind, end: number, shown: string): void {
    const column = this.at - this.lineStart;
    if (this.freshLine) this.indent = column;
    this.freshLine = false;
    const text = this.text.slice(this.at, end);
    const place = this.input.place(this.at, end);
    this.tokens.push({ kind, text, shown, place, line: this.line, column, indent: this.indent, mark: null });
    this.at = end;
  }

  private blockComment(): void {
    const start = this.at;
    const close = this.commentEnd(start + 2);
    const closed = close >= 0;
    const end = closed ? close + 2 : this.end;
    const paragraphEnd = this.paragraphEnd(start, end);
    const nested = closed ? this.text.lastIndexOf("/*", close) : -1;
    // A second comment start behind a blank line tells that the first comment lost its end.
    if (!closed || (paragraphEnd < end && nested > paragraphEnd)) {
      const place = this.input.place(start, paragraphEnd);
      const message = "This comment has no end; it is taken to end with its paragraph.";
      if (!this.inDirective) this.input.problems.add("c.unclosed-comment", message, place);
      return this.skipTo(paragraphEnd);
    }
    if (
      !this.inDirective &&
      this.freshLine &&
      /^\/\*\s*(\.\.\.|…)\s*\*\/[ \t]*\r?(\n|$)/.test(this.text.slice(start, end + 3))
    ) {
      return this.push("punct", end, "...");
    }
    this.skipTo(end);
  }

  /** The end of the line before the next blank line, or `limit`. */
  private paragraphEnd(start: number, limit: number): number {
    let end = this.text.indexOf("\n", start);
    while (end >= 0 && end < limit) {
      const next = this.text.indexOf("\n", end + 1);
      if (next < 0 || next > limit) break;
      if (this.text.slice(end, next).trim() === "") return end;
      end = next;
    }
    return limit;
  }

  /** The start of the next comment end, or -1. Remembers that there is none, for texts with many comment starts. */
  private commentEnd(from: number): number {
    if (from >= this.noCommentEndFrom) return -1;
    const close = this.text.indexOf("*/", from);
    if (close >= 0 && close + 2 <= this.end) return close;
    this.noCommentEndFrom = from;
    return -1;
  }

  private lineComment(): void {
    let end = this.lineEnd(this.at);
    while (end < this.end && /\\\r?$/.test(this.text.slice(Math.max(0, end - 2), end))) end = this.lineEnd(end + 1);
    this.skipTo(end);
  }

  private lineEnd(from: number): number {
    const newline = this.text.indexOf("\n", from);
    return newline < 0 || newline > this.end ? this.end : newline;
  }

  /** A comment's end outside a comment: the text begins inside one. Its lines so far, those that begin with a star, are no code. */
  private strayCommentEnd(): void {
    const place = this.input.place(this.at, this.at + 2);
    const message =
      "A comment ends here that does not begin in this text; the lines above it that begin with * are left out.";
    this.input.problems.add("c.unopened-comment", message, place);
    let line = this.line;
    for (let i = this.tokens.length - 1; i >= 0; i--) {
      const token = this.tokens[i];
      if (token === undefined || token.line < line - 1) break;
      const first = this.firstOfLine(i);
      const isCommentLine = token.line === this.line || this.tokens[first]?.text.startsWith("*") === true;
      if (!isCommentLine) break;
      line = token.line;
      this.tokens.length = first;
      i = first;
    }
    this.at += 2;
  }

  private firstOfLine(index: number): number {
    const line = this.tokens[index]?.line;
    let first = index;
    while (first > 0 && this.tokens[first - 1]?.line === line) first--;
    return first;
  }

  /** ` * words` where a statement would begin: the text begins in a comment, and ends in it too. */
  private isCommentLine(): boolean {
    if (!this.freshLine || this.inDirective || !/\s/.test(this.text.charAt(this.at + 1) || "\n")) return false;
    const last = this.tokens[this.tokens.length - 1];
    return last === undefined || (last.kind === "punct" && /^([;{}]|\.\.\.)$/.test(last.text));
  }

  private commentLine(): void {
    const start = this.at;
    let end = this.lineEnd(start);
    while (this.text.slice(start, end).indexOf("*/") < 0 && this.isStarLine(end + 1)) end = this.lineEnd(end + 1);
    const close = this.text.slice(start, end).indexOf("*/");
    if (close >= 0) end = start + close + 2;
    const message = "These lines of a comment that does not begin in this text are left out.";
    this.input.problems.add("c.unopened-comment", message, this.input.place(start, end));
    this.skipTo(end);
  }

  private isStarLine(start: number): boolean {
    return start < this.end && /^[ \t]*\*(\s|\/|$)/.test(this.text.slice(start, this.lineEnd(start)));
  }

  /**
   * Backslashes in a column at the beginning of the text: the lines are a macro's whose `#define` is not shown. Elsewhere
   * a line just goes on in the next one.
   */
  private continuation(): void {
    const first = this.startOfLine();
    const isAligned = /\t$| {2}$/.test(this.text.slice(Math.max(0, this.at - 2), this.at));
    if (this.inDirective || first > 0 || !isAligned) {
      this.at++;
      return;
    }
    const start = this.tokens[first]?.place.start ?? this.at;
    this.tokens.length = first;
    let end = this.lineEnd(this.at);
    while (end < this.end && /\\[ \t]*\r?$/.test(this.text.slice(Math.max(0, end - 8), end)))
      end = this.lineEnd(end + 1);
    const message = "These lines are a macro's whose #define is not in this text; they are left out.";
    this.input.problems.add("c.fragment", message, this.input.place(start, end));
    this.skipTo(end);
  }

  /** The index of the first token of the line that is being read. */
  private startOfLine(): number {
    const last = this.tokens.length - 1;
    return this.tokens[last]?.line === this.line ? this.firstOfLine(last) : last + 1;
  }

  private directive(): void {
    let end = this.at;
    for (;;) {
      const stop = this.lineEnd(end);
      const comment = this.openComment(this.at, stop);
      if (comment >= 0) {
        const close = this.commentEnd(comment + 2);
        if (close >= 0) {
          end = close + 2;
          continue;
        }
      }
      end = stop;
      if (end >= this.end || !/\\[ \t]*\r?$/.test(this.text.slice(Math.max(this.at, end - 8), end))) break;
      end++;
    }
    const lines = countLines(this.text, this.at, end);
    const lastStart = this.text.lastIndexOf("\n", end - 1) + 1;
    this.push("directive", end, "");
    this.line += lines;
    if (lines > 0) this.lineStart = lastStart;
  }

  /** The start of a comment that is still open at `stop`, or -1. */
  private openComment(start: number, stop: number): number {
    const text = this.text.slice(start, stop);
    const open = text.lastIndexOf("/*");
    return open < 0 || text.indexOf("*/", open + 2) >= 0 ? -1 : start + open;
  }

  private string(): void {
    let end = this.at + 1;
    while (end < this.end) {
      const char = this.text.charAt(end);
      if (char === "\n") break;
      end += char === "\\" ? 2 : 1;
      if (char === '"') break;
    }
    this.push("string", Math.min(end, this.end), '""');
  }

  private char(): void {
    const match = /^'(\\[^\n]+?|[^\\'\n]+)'/.exec(this.text.slice(this.at, this.at + 16));
    if (match === null)
      this.at++; // An apostrophe of prose.
    else this.push("char", this.at + match[0].length, "'c'");
  }

  private number(): void {
    let end = this.at + 1;
    while (end < this.end) {
      const code = this.text.charCodeAt(end);
      const isSign = (code === 43 || code === 45) && this.isExponent(end - 1);
      const isDot = code === 46 && this.text.charAt(end + 1) !== ".";
      if (!isSign && !isDot && !isWordPart(code)) break;
      end++;
    }
    this.push("number", end, "1");
  }

  private isExponent(at: number): boolean {
    const isHex = /^0[xX]/.test(this.text.slice(this.at, this.at + 2));
    return (isHex ? "pP" : "eE").includes(this.text.charAt(at));
  }

  private word(): void {
    let end = this.at + 1;
    let isAscii = this.text.charCodeAt(this.at) < 128;
    while (end < this.end && isWordPart(this.text.charCodeAt(end))) {
      if (this.text.charCodeAt(end) >= 128) isAscii = false;
      end++;
    }
    const text = this.text.slice(this.at, end);
    const isPrefix = /^(L|u|U|u8)$/.test(text) && /["']/.test(this.text.charAt(end));
    if (isPrefix) this.at = end;
    else this.push("word", end, isAscii ? text : "lastput_word");
  }

  private punctuator(char: string): void {
    if (char === "…") return this.push("punct", this.at + 1, "...");
    if (SIGNS.has(char)) {
      const sign = PUNCTUATORS.find((p) => this.text.startsWith(p, this.at)) ?? char;
      return this.push("punct", this.at + sign.length, sign);
    }
    const shown = this.text.charCodeAt(this.at) < 32 ? "a control character" : `"${char}"`;
    this.input.problems.add(
      "c.stray-character",
      `C has no ${shown} here; it is left out.`,
      this.input.place(this.at, this.at + 1),
    );
    this.at++;
  }
}

function countLines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isWordStart(code: number): boolean {
  if (code < 128) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 36;
  return /\p{L}/u.test(String.fromCharCode(code));
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code);
}
