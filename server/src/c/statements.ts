/**
 * Walks through the statements of a function body and makes them digestible: a macro that governs a statement gets a
 * `while (` before it, code that was left out becomes a gap, a label at the end of a block gets its statement.
 *
 * tree-sitter alone turns `for_each_x(...) { }` inside a function silently into a nested function. Whether
 * `name(...)` governs what follows is told by what follows and, on the next line, by its indentation.
 */
import { hull } from "./places";
import { placedText } from "./placed-text";
import { isPrimitive } from "./types";
import { before, behind, fused, HOLE, isPunct, isWord, matchBrackets, type Token } from "./tokens";

/** `tokens` are statements with all brackets matched. */
export function markStatements(tokens: readonly Token[]): Token[] {
  return new Walk(tokens).run();
}

const HEADS = new Set(["if", "while", "for", "switch"]);
export const KEYWORDS = new Set(
  "if while for switch else do return goto break continue case default sizeof typeof struct union enum static const volatile asm __asm__ _Static_assert static_assert".split(
    " ",
  ),
);

/** What a `}` or `)` ends: the walk then goes on as it was before. */
interface Frame {
  readonly close: number;
  readonly mode: "statement" | "expression";
  readonly depth: number;
}

class Walk {
  private readonly out: Token[] = [];
  private readonly match: Int32Array;
  private readonly frames: Frame[] = [];
  /** Tokens to put behind those of these indices. */
  private readonly later = new Map<number, Token[]>();
  /** The closing braces of `do` bodies. */
  private readonly doEnds = new Set<number>();
  private mode: "statement" | "expression" = "statement";
  /** Open brackets of the expression. */
  private depth = 0;
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {
    this.match = matchBrackets(tokens);
  }

  run(): Token[] {
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at];
      if (token === undefined) break;
      if (this.mode === "statement") this.statement(token);
      else this.expression(token);
    }
    const last = this.tokens[this.tokens.length - 1];
    if (this.mode === "expression" && last !== undefined) this.out.push(behind(last, ";"));
    return this.out;
  }

  private next(count = 1): void {
    for (let left = count; left > 0; left--) {
      const token = this.tokens[this.at];
      if (token === undefined) return;
      this.out.push(token, ...(this.later.get(this.at) ?? []));
      this.at++;
    }
  }

  private statement(token: Token): void {
    const following = this.tokens[this.at + 1];
    const frame = this.frames[this.frames.length - 1];
    if (frame !== undefined && this.at === frame.close) return this.leave(frame);
    if (isPunct(token, "...")) return this.gapLine();
    if (isPunct(token, "[") || isPunct(token, "<")) return this.gapBracket(token);
    if (isPunct(token, "}") && this.doEnds.has(this.at)) return this.doEnd(token);
    if (token.kind === "punct" && /^[{};]$/.test(token.shown)) return this.next();
    if (token.kind !== "word") return this.begin();
    if (HEADS.has(token.shown) && isPunct(following, "(")) return this.head(token);
    if (token.shown === "do" && isPunct(following, "{")) this.doEnds.add(this.match[this.at + 1] ?? -1);
    if (token.shown === "else" || token.shown === "do") {
      if (this.isEnd(this.at + 1)) this.later.set(this.at, this.unseen(token));
      return this.next();
    }
    if (token.shown === "case" || isWord(token, "default")) return this.caseLabel();
    if (isPunct(following, ":") && token.mark === null) return this.label();
    if (isWord(token, "static") && this.isCallAt(this.at + 1)) {
      // `static DEFINE_RATELIMIT_STATE(...);`
      this.at++;
      return this.begin();
    }
    if (isPunct(following, "(") && !KEYWORDS.has(token.shown) && token.mark === null) return this.callOrMacro(token);
    this.begin();
  }

  private begin(): void {
    this.mode = "expression";
    this.depth = 0;
  }

  private leave(frame: Frame): void {
    this.frames.pop();
    this.mode = frame.mode;
    this.depth = frame.depth;
    if (frame.mode === "statement") this.next();
  }

  /** Goes through `( ... )` as an expression and then on as at a statement's start. */
  private head(token: Token): void {
    const close = this.match[this.at + 1] ?? -1;
    const isGap = token.shown === "for" && isPunct(this.tokens[this.at + 2], "...") && close === this.at + 3;
    this.next();
    if (close < 0) return;
    if (isGap) {
      const dots = this.tokens[this.at + 1];
      if (dots !== undefined)
        this.later.set(this.at + 1, [behind(dots, ";"), behind(dots, HOLE, { kind: "gap" }), behind(dots, ";")]);
    }
    const last = this.tokens[close];
    if (last !== undefined && this.isEnd(close + 1)) this.later.set(close, this.unseen(last));
    this.frames.push({ close, mode: "statement", depth: 0 });
    this.begin();
  }

  private isEnd(at: number): boolean {
    return this.tokens[at] === undefined || isPunct(this.tokens[at], "}");
  }

  /** The statement that a head, an `else` or a `do` governs where the text ends before it. */
  private unseen(at: Token): Token[] {
    return [behind(at, HOLE, { kind: "gap" }), behind(at, ";")];
  }

  private caseLabel(): void {
    const colon = this.colonBehind(this.at);
    if (colon < 0) return this.begin();
    const range = this.tokens.slice(this.at + 1, colon);
    const word = this.tokens[this.at];
    if (range.some((t) => isPunct(t, "...")) && word !== undefined) {
      // A range of values is as good as a value we do not know.
      this.out.push(word, fused(range, hull(range), placedText(range).text, HOLE, { kind: "gap" }));
      this.at = colon;
      return this.next();
    }
    this.next(colon - this.at + 1);
  }

  private colonBehind(from: number): number {
    for (let i = from + 1; i < this.tokens.length; i++) {
      const token = this.tokens[i];
      if (isPunct(token, ":")) return i;
      if (isPunct(token, ";") || isPunct(token, "}")) return -1;
      const close = this.match[i] ?? -1;
      if (close > i) i = close;
    }
    return -1;
  }

  private label(): void {
    this.next(2);
    const prior = this.tokens[this.at - 1];
    const following = this.tokens[this.at];
    if (prior !== undefined && (following === undefined || isPunct(following, "}"))) this.out.push(behind(prior, ";"));
  }

  /** `do { } while_each_x(a);` gets its `while`, with the macro as its condition; a `do` that has none gets a gap. */
  private doEnd(brace: Token): void {
    this.next();
    const name = this.tokens[this.at];
    if (isWord(name, "while")) return this.begin();
    this.out.push(behind(brace, "while"), behind(brace, "("));
    const close = this.match[this.at + 1] ?? -1;
    const last = this.tokens[close];
    if (last === undefined || !this.isCallAt(this.at)) {
      this.out.push(behind(brace, HOLE, { kind: "gap" }), behind(brace, ")"), behind(brace, ";"));
      return;
    }
    this.later.set(close, [behind(last, ")")]);
    this.begin();
  }

  private isCallAt(at: number): boolean {
    const name = this.tokens[at];
    const close = this.match[at + 1] ?? -1;
    return (
      name?.kind === "word" &&
      !isPrimitive(name.shown) &&
      isPunct(this.tokens[at + 1], "(") &&
      isPunct(this.tokens[close + 1], ";")
    );
  }

  private callOrMacro(name: Token): void {
    const close = this.match[this.at + 1] ?? -1;
    const last = this.tokens[close];
    if (close < 0 || last === undefined) return this.begin();
    const following = this.tokens[close + 1];
    if (following === undefined || isPunct(following, "}") || this.isNextStatement(name, last, following)) {
      this.later.set(close, [behind(last, ";")]);
      this.frames.push({ close, mode: "statement", depth: 0 });
    } else if (this.governs(name, last, following)) {
      this.out.push(before(name, "while", { kind: "macro" }), before(name, "("));
      this.later.set(close, [behind(last, ")")]);
      this.frames.push({ close, mode: "statement", depth: 0 });
    }
    this.begin();
  }

  private governs(name: Token, last: Token, following: Token): boolean {
    if (isPunct(following, "{") || following.kind === "word") return true;
    const startsStatement = ["*", "++", "--", "("].some((sign) => isPunct(following, sign));
    return startsStatement && following.line !== last.line && following.indent > name.indent;
  }

  /** A call that lost its semicolon, or a macro that needs none: the next line is not indented further. */
  private isNextStatement(name: Token, last: Token, following: Token): boolean {
    if (following.kind !== "word" || following.mark?.kind === "stmt") return false;
    return following.line !== last.line && following.indent <= name.indent;
  }

  private expression(token: Token): void {
    const frame = this.frames[this.frames.length - 1];
    const isEnd = frame !== undefined && this.at === frame.close;
    if (isEnd && isPunct(token, ")")) return this.leave(frame);
    if (isPunct(token, "...")) return this.gapOperand(token);
    if (isPunct(token, ";") && this.depth === 0) {
      this.next();
      this.mode = "statement";
      return;
    }
    const close = this.match[this.at] ?? -1;
    if (isPunct(token, "{")) {
      if (isPunct(this.tokens[this.at - 1], "(")) {
        this.frames.push({ close, mode: "expression", depth: this.depth + 1 });
        this.next();
        this.mode = "statement";
        return;
      }
      if (this.isTypeBody()) return this.next(close - this.at + 1);
    }
    if (isPunct(token, "}") && (isEnd || this.depth === 0)) {
      // The statement before the block's end lost its semicolon.
      const prior = this.tokens[this.at - 1];
      if (prior !== undefined) this.out.push(behind(prior, ";"));
      this.mode = "statement";
      return;
    }
    if (close > this.at) this.depth++;
    else if (close >= 0) this.depth--;
    this.next();
  }

  /** `{` of `struct { ... } x;`. */
  private isTypeBody(): boolean {
    const isTag = (token: Token | undefined): boolean =>
      token !== undefined && /^(struct|union|enum)$/.test(token.shown);
    return isTag(this.tokens[this.at - 1]) || (isWord(this.tokens[this.at - 1]) && isTag(this.tokens[this.at - 2]));
  }

  /** `...` where an operand is expected; else, as in `[0 ... 3]`, it is C. */
  private gapOperand(token: Token): void {
    const prior = this.tokens[this.at - 1];
    const isOperand = prior !== undefined && (prior.kind !== "punct" || isPunct(prior, ")") || isPunct(prior, "]"));
    if (isOperand && !isWord(prior, "return")) return this.next();
    this.out.push(fused([token], token.place, token.text, HOLE, { kind: "gap" }), ...(this.later.get(this.at) ?? []));
    this.at++;
  }

  /** `...` at a statement's start, alone or with prose behind it: `... let the worker do it ...`. */
  private gapLine(): void {
    const start = this.at;
    const line = this.tokens[start]?.line;
    let end = start;
    while (this.tokens[end + 1]?.line === line && !isPunct(this.tokens[end + 1], "}")) end++;
    const rest = this.tokens.slice(start + 1, end + 1);
    const isProse = !rest.slice(0, -1).some((t) => /^[;{}=]$/.test(t.shown));
    if (!isProse) end = isPunct(rest[0], ";") ? start + 1 : start;
    this.gap(start, end);
  }

  /** `[...]`, `[quote: ...]`, `<snip>` at a statement's start. */
  private gapBracket(token: Token): void {
    const start = this.at;
    let end = this.match[start] ?? -1;
    if (isPunct(token, "<")) {
      end = start;
      while (this.tokens[end + 1]?.line === token.line && !isPunct(this.tokens[end], ">")) end++;
    }
    if (end < start || isPunct(this.tokens[start + 1], "[")) return this.begin();
    if (isPunct(this.tokens[end + 1], ";")) end++;
    this.gap(start, end);
  }

  private gap(start: number, end: number): void {
    const all = this.tokens.slice(start, end + 1);
    const last = all[all.length - 1];
    if (last === undefined) return;
    this.out.push(fused(all, hull(all), placedText(all).text, HOLE, { kind: "gap" }), behind(last, ";"));
    this.at = end + 1;
  }
}
