/**
 * Makes every bracket have its partner, so that one mistake stays in its statement: closers that are missing are put
 * in, closers of nothing are taken out, and what is nested deeper than any human code becomes a gap.
 *
 * Where a parenthesis is missing shows only later, at a `}` that does not fit. The place for the repair is then the
 * first block inside the open parenthesis (`if (!f(x) {`), else its first `;`, and reading goes on from there.
 */
import type { Problems } from "./problems";
import { hull } from "./places";
import { before, behind, CLOSER, HOLE, isPunct, isWord, matchBrackets, type Token } from "./tokens";

const MOST_NESTING = 150;
/** Of tokens before a `)` that closes nothing. */
const MOST_TAIL = 200;
/** Each such repair reads a part of the text a second time. */
const MOST_REWINDS = 50;

export function balance(tokens: readonly Token[], problems: Problems): Token[] {
  return new Balancer(tokens, problems).run();
}

interface Open {
  readonly sign: string;
  readonly token: Token;
  /** Where it stands in the output. */
  readonly out: number;
  /** Where the output and the input were when a place for the missing closer was passed. */
  repair: { readonly out: number; readonly source: number } | null;
  repairIsBlock: boolean;
  /** It is the parenthesis of an `if`, `while`, `for` or `switch`. */
  readonly isHead: boolean;
  /** Null for a parenthesis or bracket. */
  readonly body: "block" | "members" | "list" | null;
  /** `;` that may still stand in the head of a `for`. */
  semicolons: number;
  /** Where a new definition seems to begin although this `{` is open. */
  restart: { readonly out: number; readonly source: number } | null;
}

class Balancer {
  private out: Token[] = [];
  private stack: Open[] = [];
  private at = 0;
  private rewinds = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly problems: Problems,
  ) {}

  run(): Token[] {
    do {
      while (this.at < this.tokens.length) this.step();
    } while (this.finish());
    return this.out;
  }

  private step(): void {
    const token = this.tokens[this.at];
    if (token === undefined) return;
    if (token.kind === "word") this.noteRestart(token);
    if (token.kind !== "punct") return this.keep(token);
    if (CLOSER[token.shown] !== undefined) return this.open(token);
    if (token.shown === ")" || token.shown === "]") return this.close(token);
    if (token.shown === "}") return this.closeBlock(token);
    if (token.shown === ";" && this.isSemicolonMisplaced()) return this.repair();
    this.keep(token);
  }

  private keep(token: Token): void {
    this.out.push(token);
    this.at++;
  }

  private open(token: Token): void {
    if (this.stack.length >= MOST_NESTING) return this.leaveOut(token);
    const top = this.top();
    if (token.shown === "{" && top !== undefined && top.sign !== "{" && !top.repairIsBlock && this.mayBeBlock()) {
      top.repair = { out: this.out.length, source: this.at };
      top.repairIsBlock = true;
    }
    const prior = this.out[this.out.length - 1];
    const isHead = token.shown === "(" && prior?.kind === "word" && /^(if|while|for|switch)$/.test(prior.shown);
    const semicolons = isHead && isWord(prior, "for") ? 2 : 0;
    const entry = {
      sign: token.shown,
      token,
      out: this.out.length,
      repair: null,
      repairIsBlock: false,
      isHead,
      body: token.shown === "{" ? this.bodyKind() : null,
      semicolons,
      restart: null,
    };
    this.stack.push(entry);
    this.keep(token);
  }

  /** A `{` behind one of these is a statement expression, an initialiser or a macro's argument. */
  private mayBeBlock(): boolean {
    const prior = this.out[this.out.length - 1];
    return prior !== undefined && !["(", ",", "=", "{", "[", ":", "?"].includes(prior.shown);
  }

  /**
   * Whether a head's parenthesis must have been closed before this `;`. In other parentheses there may be statements:
   * they may be a macro's arguments.
   */
  private isSemicolonMisplaced(): boolean {
    const top = this.top();
    if (top === undefined) return false;
    if (top.sign === "{") return this.isBlockInHead(top);
    if (top.semicolons > 0) {
      top.semicolons--;
      return false;
    }
    top.repair ??= { out: this.out.length, source: this.at };
    const first = this.stack.findLastIndex((open) => open.sign === "{") + 1;
    return this.stack.slice(first).some((open) => open.isHead);
  }

  /** The first `;` in the block of `if (!f(x) {` tells that it is one. */
  private isBlockInHead(block: Open): boolean {
    const parent = this.stack[this.stack.length - 2];
    if (parent === undefined || !parent.repairIsBlock || parent.repair?.out !== block.out) return false;
    const first = this.stack.slice(0, -1).findLastIndex((open) => open.sign === "{") + 1;
    if (!this.stack.slice(first).some((open) => open.isHead)) return false;
    this.stack.pop();
    return true;
  }

  private close(token: Token): void {
    const top = this.top();
    if (top !== undefined && CLOSER[top.sign] === token.shown) {
      this.stack.pop();
      return this.keep(token);
    }
    // The other kind of bracket may be what is missing: `a[i)`.
    const below = this.stack[this.stack.length - 2];
    if (top !== undefined && top.sign !== "{" && below !== undefined && CLOSER[below.sign] === token.shown) {
      this.report(top, this.out.length);
      this.insertCloser();
      return;
    }
    const next = this.tokens[this.at + 1];
    if (top !== undefined && top.sign !== "{" && (isPunct(next, ";") || isPunct(next, "{"))) {
      const meant = CLOSER[top.sign] ?? "";
      this.problems.add(
        "c.unbalanced",
        `This ${token.shown} closes a ${top.sign}; it is read as ${meant}.`,
        token.place,
      );
      this.stack.pop();
      return this.keep({ ...token, shown: meant });
    }
    this.at++;
    if (top === undefined && this.isTail()) {
      const message = "What ends here does not begin in this text; it is left out.";
      this.problems.add("c.fragment", message, hull([...this.out, token]));
      this.out = [];
      return;
    }
    this.problems.add("c.unbalanced", `This ${token.shown} closes nothing; it is left out.`, token.place);
  }

  /** Whether all that was read can be the tail of parameters, arguments or a condition: `int a, bool b` before a `)`. */
  private isTail(): boolean {
    if (this.out.length > MOST_TAIL || this.out.some((t) => /^[;{}]$/.test(t.shown))) return false;
    if (!this.out.some((t) => isPunct(t, "("))) return true;
    const match = matchBrackets(this.out);
    for (let i = 0; i < this.out.length; i++) {
      if (isPunct(this.out[i], ",") || isPunct(this.out[i], "&&") || isPunct(this.out[i], "||")) return true;
      i = Math.max(i, match[i] ?? -1);
    }
    return false;
  }

  private closeBlock(token: Token): void {
    if (this.top() !== undefined && this.top()?.sign !== "{") return this.repair();
    if (this.stack.length > 0) this.stack.pop();
    this.keep(token);
  }

  /** Closes the brackets that are open above the innermost `{`, at the place of the outermost of them that has one. */
  private repair(): void {
    const first = this.stack.findLastIndex((open) => open.sign === "{") + 1;
    const group = this.stack.slice(first);
    const at = group.find((open) => open.repair !== null);
    const place = at?.repair ?? null;
    if (place !== null && this.rewinds < MOST_REWINDS) {
      this.rewinds++;
      this.out.length = place.out;
      this.at = place.source;
      // Brackets opened behind the place are read again.
      this.stack = this.stack.filter((open, i) => i < first || open.out < place.out);
    }
    const outermost = this.stack[first];
    if (outermost !== undefined) this.report(outermost, this.out.length);
    while (this.stack.length > first) this.insertCloser();
    for (const open of this.stack) {
      if (open.restart !== null && open.restart.out > this.out.length) open.restart = null;
    }
  }

  private insertCloser(): void {
    const top = this.stack.pop();
    const prior = this.out[this.out.length - 1];
    if (top === undefined || prior === undefined) return;
    const wantsOperand = prior.kind === "punct" && !/^([)\]};]|\+\+|--)$/.test(prior.shown) && prior !== top.token;
    if (wantsOperand) this.out.push(behind(prior, HOLE, { kind: "gap" }));
    this.out.push(behind(prior, CLOSER[top.sign] ?? ""));
  }

  private report(open: Open, at: number): void {
    const where = this.out[at - 1]?.place ?? open.token.place;
    const place = { ...open.token.place, end: Math.max(open.token.place.end, where.end) };
    const closer = CLOSER[open.sign] ?? "";
    this.problems.add(
      "c.unbalanced",
      `The ${closer} for this ${open.sign} is missing; it is taken to stand at the end of this.`,
      place,
    );
  }

  /** At the end of the text; true when reading goes on from a place where a definition seems to begin. */
  private finish(): boolean {
    if (this.stack.length === 0) return false;
    const restart = this.stack[0]?.restart ?? null;
    if (restart !== null && this.rewinds < MOST_REWINDS) {
      this.rewinds++;
      this.out.length = restart.out;
      this.at = restart.source;
      this.stack = this.stack.filter((open) => open.out < restart.out);
    } else if (this.stack.some((open) => open.isHead && open.repairIsBlock)) {
      // A head's parenthesis was closed by nothing, nor was the block behind it.
      this.stack.length = this.stack.findIndex((open) => open.isHead && open.repairIsBlock) + 1;
      this.repair();
      return true;
    } else if (this.top()?.sign !== "{" && this.top()?.repair !== null) {
      this.repair();
      return true;
    }
    const [outermost] = this.stack;
    if (outermost !== undefined) {
      const message = `This ${outermost.sign} is not closed; what follows in it is taken as not shown.`;
      this.problems.add("c.fragment", message, outermost.token.place);
    }
    for (let top = this.top(); top !== undefined; top = this.top()) {
      if (top.sign === "{") this.closeAtCut(top);
      else {
        this.insertCloser();
        const prior = this.out[this.out.length - 1];
        if (top.isHead && prior !== undefined) this.out.push(behind(prior, HOLE, { kind: "gap" }), behind(prior, ";"));
      }
    }
    return this.at < this.tokens.length;
  }

  /** What a cut-off block goes on with is not shown, which is what a gap says. */
  private closeAtCut(open: Open): void {
    const prior = this.out[this.out.length - 1] ?? open.token;
    this.stack.pop();
    if (open.body !== "list" && !/^[;{}]$/.test(prior.shown)) this.out.push(behind(prior, ";"));
    if (open.body === "block") this.out.push(behind(prior, HOLE, { kind: "gap" }), behind(prior, ";"));
    this.out.push(behind(prior, "}"));
    const isStatement = this.top() === undefined || this.top()?.body === "block";
    if (open.body !== "block" && isStatement) this.out.push(behind(prior, ";"));
  }

  /** What a `{` begins: statements, members, or values and constants with commas between. */
  private bodyKind(): "block" | "members" | "list" {
    const prior = this.out[this.out.length - 1];
    const tag =
      isWord(prior) && /^(struct|union|enum)$/.test(prior?.shown ?? "") ? prior : this.out[this.out.length - 2];
    if (isWord(prior) && isWord(tag, "enum")) return "list";
    if (isWord(prior) && /^(struct|union)$/.test(tag?.shown ?? "")) return "members";
    const inList = this.top()?.body === "list" && [",", "{"].includes(prior?.shown ?? "");
    return isPunct(prior, "=") || inList ? "list" : "block";
  }

  /** A word in the first column that is followed by another word begins a definition, if not by the braces then by its looks. */
  private noteRestart(token: Token): void {
    const outermost = this.stack[0];
    if (token.column !== 0 || outermost === undefined || outermost.sign !== "{" || outermost.restart !== null) return;
    const prior = this.out[this.out.length - 1];
    const next = this.tokens[this.at + 1];
    const afterEnd = isPunct(prior, ";") || isPunct(prior, "}") || isPunct(prior, "{");
    if (!afterEnd || next === undefined || next.line !== token.line || NOT_DEFINITIONS.has(token.shown)) return;
    if (next.kind === "word" || isPunct(next, "*")) outermost.restart = { out: this.out.length, source: this.at };
  }

  private leaveOut(token: Token): void {
    this.problems.add(
      "c.too-deep",
      `Brackets are nested deeper than ${MOST_NESTING} here; what is inside is left out.`,
      token.place,
    );
    let depth = 0;
    while (this.at < this.tokens.length) {
      const next = this.tokens[this.at];
      if (next === undefined || (isPunct(next, "}") && next.column === 0)) break;
      if (next.kind === "punct" && CLOSER[next.shown] !== undefined) depth++;
      if (next.kind === "punct" && /^[)\]}]$/.test(next.shown)) depth--;
      this.at++;
      if (depth === 0) break;
    }
    this.out.push(before(token, HOLE, { kind: "gap" }));
  }

  private top(): Open | undefined {
    return this.stack[this.stack.length - 1];
  }
}

const NOT_DEFINITIONS = new Set(
  "return goto case default else do if while for switch break continue sizeof".split(" "),
);
