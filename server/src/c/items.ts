/**
 * Cuts a file's tokens into its top-level pieces, so that tree-sitter reads each alone and a mistake stays in its piece.
 *
 * The text may be a snippet: statements outside functions, the end of a function whose beginning is not shown.
 */
import { hull } from "./places";
import type { Problems } from "./problems";
import { callEnd, simpleEnd, statementEnd } from "./statement-ends";
import { KEYWORDS } from "./statements";
import { isPrimitive, isQualifier } from "./types";
import { before, HOLE, isPunct, isWord, matchBrackets, type Token } from "./tokens";

export interface Item {
  readonly kind: "function" | "declaration" | "loose";
  readonly tokens: readonly Token[];
  /** In a function, the index of the `{` of its body. */
  readonly body: number;
}

/** `tokens` are balanced but for `}` that close nothing. */
export function itemsOf(tokens: readonly Token[], problems: Problems): Item[] {
  return mergeLoose(new Splitter(tokens, problems).run());
}

type Piece = Item | "end-of-block";

class Splitter {
  private readonly match: Int32Array;
  /** A text of nothing but calls at the margin is a snippet; among functions such calls are macros. */
  private readonly hasFunctions: boolean;
  private readonly pieces: Piece[] = [];
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly problems: Problems,
  ) {
    this.match = matchBrackets(tokens);
    this.hasFunctions = tokens.some((t, i) => isPunct(t, "{") && t.column === 0 && isPunct(tokens[i - 1], ")"));
  }

  run(): Piece[] {
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at];
      if (token === undefined || isPunct(token, ";")) {
        this.at++;
        continue;
      }
      if (isPunct(token, "}")) {
        this.problems.add("c.fragment", "A block ends here that does not begin in this text.", token.place);
        this.pieces.push("end-of-block");
        this.at++;
        continue;
      }
      const macroEnd = this.macroEnd(token);
      if (macroEnd !== null) this.at = macroEnd;
      else if (this.isStatement(token)) this.loose();
      else this.definition();
    }
    return this.pieces;
  }

  private push(kind: Item["kind"], end: number, body = -1): void {
    if (end > this.at) this.pieces.push({ kind, tokens: this.tokens.slice(this.at, end), body });
    this.at = Math.max(end, this.at + 1);
  }

  /** `EXPORT_SYMBOL_GPL(f);`, `static DEFINE_MUTEX(m);` and lines like `MODULE_LICENSE("GPL")` without a semicolon. */
  private macroEnd(token: Token): number | null {
    if (token.indent !== 0 || this.afterLoose()) return null;
    let name = this.at;
    while (isQualifier(this.tokens[name]?.shown ?? "")) name++;
    const close = callEnd(this.tokens, this.match, name);
    if (close < 0) return null;
    const next = this.tokens[close + 1];
    // What follows an attribute that was taken out is at the margin of its line too.
    const isKnown = this.hasFunctions || name > this.at || /^_*[A-Z][A-Z0-9_]*$/.test(this.tokens[name]?.text ?? "");
    if (next === undefined || isPunct(next, ";")) return isKnown ? close + 2 : null;
    if (isPunct(next, "=")) return isKnown ? simpleEnd(this.tokens, this.match, close + 1) : null;
    const isLine = next.kind === "word" && next.line !== this.tokens[close]?.line && next.column === 0;
    return isLine && name === this.at ? close + 1 : null;
  }

  private afterLoose(): boolean {
    const last = this.pieces[this.pieces.length - 1];
    return last !== undefined && last !== "end-of-block" && last.kind === "loose";
  }

  private isStatement(token: Token): boolean {
    if (token.kind !== "word") return true;
    if (STATEMENT_WORDS.has(token.shown)) return true;
    const next = this.tokens[this.at + 1];
    if (next === undefined || next.kind === "word" || isPunct(next, "*") || isPunct(next, ";")) return false;
    const close = callEnd(this.tokens, this.match, this.at);
    if (close < 0) return next.kind === "punct" && !KEYWORDS.has(token.shown) && !isPrimitive(token.shown);
    const following = this.tokens[close + 1];
    const isAtMargin = token.column === 0 && !this.afterLoose();
    // `name(...) {` at the margin is a function without a type, such as SYSCALL_DEFINE2 makes it.
    return !(isAtMargin && (isPunct(following, "{") || isWord(following)));
  }

  private loose(): void {
    const first = this.tokens[this.at];
    const end = statementEnd(this.tokens, this.match, this.at);
    if (!isWord(first, "else") || first === undefined) return this.push("loose", end);
    // The `if` of this `else` is not shown.
    const lost = [
      before(first, "if"),
      before(first, "("),
      before(first, HOLE, { kind: "gap" }),
      before(first, ")"),
      before(first, ";"),
    ];
    this.pieces.push({ kind: "loose", tokens: [...lost, ...this.tokens.slice(this.at, end)], body: -1 });
    this.at = end;
  }

  private definition(): void {
    let hasParameters = false;
    let hasValue = false;
    for (let i = this.at; i < this.tokens.length; i++) {
      const token = this.tokens[i];
      if (isPunct(token, ";")) return this.push("declaration", i + 1);
      if (isPunct(token, "}")) return this.push("declaration", i);
      if (isPunct(token, "=")) hasValue = true;
      if (!hasValue && i > this.at && this.isBreak(i)) return this.push("loose", i);
      if (!hasValue && token?.kind === "punct" && NOT_IN_HEADS.has(token.shown))
        return this.push("loose", this.lineEnd(i));
      const close = this.match[i] ?? -1;
      if (close < i) continue;
      if (isPunct(token, "(")) hasParameters = true;
      if (isPunct(token, "{")) {
        if (hasParameters && !hasValue) return this.push("function", close + 1, i - this.at);
        if (!hasValue && !this.isTypeBody(i)) return this.headless(i);
      }
      i = close;
    }
    this.push("declaration", this.tokens.length);
  }

  /** Behind a blank line at the margin something new begins: what came so far is prose. */
  private isBreak(i: number): boolean {
    const token = this.tokens[i];
    const prior = this.tokens[i - 1]?.shown ?? "";
    // Attributes that were taken out leave blank lines too.
    if (isPrimitive(prior) || isQualifier(prior)) return false;
    return (
      token !== undefined &&
      token.column === 0 &&
      token.line > (this.tokens[i - 1]?.line ?? 0) + 1 &&
      token.kind === "word"
    );
  }

  private lineEnd(i: number): number {
    let end = i + 1;
    while (this.tokens[end]?.line === this.tokens[i]?.line && end < this.tokens.length) end++;
    return end;
  }

  /** Whether the `{` at `i` stands behind `struct x`, `enum` or the like. */
  private isTypeBody(i: number): boolean {
    const isTag = (token: Token | undefined): boolean => token !== undefined && AGGREGATE_WORDS.has(token.shown);
    const prior = this.tokens[i - 1];
    if (isTag(prior) || prior?.kind === "string") return true;
    for (let start = i - 1; start > this.at && this.tokens[start]?.kind === "word"; start--) {
      if (isTag(this.tokens[start - 1]) && !isPunct(this.tokens[start + 1], "*")) return true;
    }
    return false;
  }

  /** The end of a function's head, with its beginning not shown, before a block. */
  private headless(brace: number): void {
    const place = hull(this.tokens, this.at, brace - 1);
    this.problems.add("c.fragment", "A block follows these words, but they do not begin a definition.", place);
    this.at = brace;
    this.push("loose", (this.match[brace] ?? brace) + 1);
  }
}

const STATEMENT_WORDS = new Set(
  "if for while do switch return goto break continue case default else asm __asm__".split(" "),
);
const NOT_IN_HEADS = new Set("? ! / + - < > . -> && || == ++ -- % ^ ~".split(" "));
const AGGREGATE_WORDS = new Set(["struct", "union", "enum"]);

/** So many tokens of statements are read at once. */
const CHUNK = 4000;

/** Statements that follow each other become one piece, with the declarations right before them. */
function mergeLoose(pieces: readonly Piece[]): Item[] {
  const items: Item[] = [];
  let loose: (readonly Token[])[] = [];
  let size = 0;
  let isLoose = false;
  for (let i = pieces.length - 1; i >= -1; i--) {
    const piece = pieces[i];
    const item = piece === undefined || piece === "end-of-block" ? null : piece;
    const joins: boolean = item !== null && (item.kind === "loose" || (isLoose && isLocal(item)));
    if (loose.length > 0 && (!joins || size > CHUNK)) {
      items.push({ kind: "loose", tokens: loose.reverse().flat(), body: -1 });
      loose = [];
      size = 0;
    }
    isLoose = joins || piece === "end-of-block";
    if (item === null) continue;
    if (!joins) items.push(item);
    else {
      loose.push(item.tokens);
      size += item.tokens.length;
    }
  }
  return items.reverse();
}

function isLocal(item: Item): boolean {
  const first = item.tokens[0];
  if (item.kind !== "declaration" || first === undefined) return false;
  return (
    !/^(extern|typedef)$/.test(first.shown) &&
    !item.tokens.some((t, i) => isPunct(t, "{") && !isPunct(item.tokens[i - 1], "="))
  );
}
