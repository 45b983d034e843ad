/**
 * Cuts C text, whole or torn out of its middle, into units: the smallest pieces that an alignment may keep or drop.
 *
 * A unit is a simple statement, the head of a control statement, a brace, a label, a function's head, a preprocessor
 * line. Comments and white space are in none. Hunks begin and end anywhere, so this works on tokens and not on a tree;
 * the same cutting on both sides makes what it sees comparable.
 */
import { lex } from "../c/lex";
import { Problems } from "../c/problems";
import { isPunct, isWord, type Token } from "../c/tokens";

export type UnitKind =
  | "head" // of a function, struct, union or enum: all before its brace
  | "open"
  | "close"
  | "control" // if, for, while, switch with what stands in parentheses
  | "macro" // a call that governs a statement: list_for_each_entry(...)
  | "else"
  | "do"
  | "label"
  | "case"
  | "simple"
  | "directive"
  | "gap";

export interface Unit {
  readonly kind: UnitKind;
  /** Its tokens as text, a preprocessor line taken apart. */
  readonly words: readonly string[];
  /** Start and end of each token, one behind the other; of a preprocessor line as a whole. */
  readonly spots: readonly number[];
  /** All words: equal keys are the same code. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** 0-based lines of its first and last token. */
  readonly line: number;
  readonly lastLine: number;
  /** Braces open before it, counted from the beginning of the text; negative where more were closed. */
  readonly depth: number;
  /** Its first token stands in column 0, where kernel code has what is outside functions. */
  readonly atMargin: boolean;
  /** Its beginning or its end lies outside the text. */
  readonly cutAtStart: boolean;
  readonly cutAtEnd: boolean;
}

export interface Cut {
  readonly units: readonly Unit[];
  /** Lines (0-based) that hold a token; all others are blank or comment. */
  readonly codeLines: ReadonlySet<number>;
  /** The text begins inside a comment that it does not open, or ends inside one that it does not close. */
  readonly startsInComment: boolean;
  readonly endsInComment: boolean;
}

/** A part of a text that is whole in itself, and what of it the preprocessor leaves in. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly isActive: (offset: number) => boolean;
}

/** The units of a text, or of a part of it. Lines are counted from the beginning of the text. */
export function cutIntoUnits(text: string, part?: Part): Cut {
  if (part !== undefined) return cut(text, part);
  const had = cuts.get(text);
  if (had !== undefined) return had;
  const made = cut(text);
  if (cuts.size >= MOST_CUTS) cuts.clear();
  if (text.length <= LONGEST_KEPT) cuts.set(text, made);
  return made;
}

/** The same images are made again and again, for each base and each edit elsewhere in the document. */
const cuts = new Map<string, Cut>();
const MOST_CUTS = 100;
const LONGEST_KEPT = 200_000;

function cut(text: string, part?: Part): Cut {
  const from = part?.from ?? endOfLeadingComment(text);
  const to = part?.to ?? text.length;
  const input = {
    text,
    problems: new Problems(),
    place: (start: number, end: number) => ({ file: "", start, end, via: null }),
  };
  // A text that begins inside of a macro: its first lines end with a backslash.
  const tail = part === undefined && from === 0 ? endOfMacroTail(text) : from;
  const firstLine = countNewlines(text, tail);
  const tokens = lex(input, tail, to)
    .filter((token) => part === undefined || part.isActive(token.place.start))
    .map((token) => (firstLine === 0 ? token : { ...token, line: token.line + firstLine }));
  const first = tail > from ? macroTail(text, from, tail) : [];
  const codeLines = new Set<number>();
  for (const token of [...first, ...tokens]) {
    const extra = token.kind === "directive" ? countNewlines(token.text, token.text.length) : 0;
    for (let line = token.line; line <= token.line + extra; line++) codeLines.add(line);
  }
  const endsInComment = text.lastIndexOf("/*", to) > text.lastIndexOf("*/", to);
  const startsInComment = part === undefined && from > 0;
  return { units: new Cutter([...first, ...tokens], text).run(), codeLines, startsInComment, endsInComment };
}

/** Behind the last line of the macro that the text begins inside of; 0 when it begins in none. */
function endOfMacroTail(text: string): number {
  const match = /^(?:[^#\n][^\n]*\\[ \t]*\r?\n)(?:[^\n]*\\[ \t]*\r?(?:\n|$))*(?:[^\n]*(?:\n|$))?/.exec(text);
  if (match === null) return endOfLastMacroLine(text);
  return /^\s*#/.test(text) ? 0 : match[0].length;
}

/**
 * The same where nothing but the macro's last line is shown: no function has such a line that neither a semicolon nor a
 * brace ends, and goes on at the margin without a closing brace.
 */
function endOfLastMacroLine(text: string): number {
  const line = /^[ \t]+[^\s#][^\n]*(?:\)|\belse)[ \t]*\r?\n(?=[ \t]*\r?\n)/.exec(text);
  if (line === null) return 0;
  const rest = /^(?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/)*/.exec(text.slice(line[0].length))?.[0] ?? "";
  const next = text.slice(line[0].length + rest.length).slice(0, 200);
  const isAtMargin = rest.endsWith("\n") && /^(?:#[ \t]*define\b|[A-Za-z_]\w*(?![\w:]|[ \t]*:))/.test(next);
  return isAtMargin ? line[0].length : 0;
}

function macroTail(text: string, start: number, end: number): Token[] {
  const last = text.endsWith("\n", end) ? end - 1 : end;
  const place = { file: "", start, end: last, via: null };
  return [
    { kind: "directive", text: text.slice(start, last), shown: "", place, line: 0, column: 0, indent: 0, mark: null },
  ];
}

/** The name that a head declares: `put_root`, `struct root`; null where there is none. */
export function nameOfHead(unit: Unit): string | null {
  return nameOfWords(unit.words);
}

/** The name in what git prints behind `@@`, which may break off. */
export function nameOfSection(section: string): string | null {
  const unit = cutIntoUnits(section).units[0];
  if (unit === undefined || unit.kind === "label" || unit.kind === "directive") return null;
  const isAggregate = AGGREGATES.has(unit.words[0] ?? "") && !unit.words.includes("(");
  if (!isAggregate && !unit.words.includes("(")) return null;
  return unit.words.includes("=") ? null : nameOfWords(unit.words);
}

export const AGGREGATES: ReadonlySet<string> = new Set(["struct", "union", "enum"]);
const CONTROLS: ReadonlySet<string> = new Set(["if", "for", "while", "switch"]);

function nameOfWords(words: readonly string[]): string | null {
  let open = words.indexOf("(");
  // An attribute with arguments may stand before the name.
  while (
    open > 0 &&
    /^(__attribute__|__\w+|typeof|__typeof__)$/.test(words[open - 1] ?? "") &&
    words.indexOf("(", closing(words, open)) > 0
  ) {
    open = words.indexOf("(", closing(words, open));
  }
  if (open > 0) return isName(words[open - 1]) ? (words[open - 1] ?? null) : null;
  const at = words.findIndex((word) => AGGREGATES.has(word));
  const name = words[at + 1];
  return at >= 0 && isName(name) ? `${words[at] ?? ""} ${name ?? ""}` : null;
}

function closing(words: readonly string[], open: number): number {
  let depth = 0;
  for (let i = open; i < words.length; i++) {
    if (words[i] === "(") depth++;
    if (words[i] === ")" && --depth === 0) return i;
  }
  return words.length;
}

function isName(word: string | undefined): boolean {
  return word !== undefined && /^[A-Za-z_$]/.test(word);
}

/**
 * Behind the comment that the text begins inside of: 0 when it begins in none. Its lines begin with a star, as the
 * kernel writes them; that tells it from code where neither its beginning nor its end is shown.
 */
function endOfLeadingComment(text: string): number {
  const close = text.indexOf("*/");
  const open = text.indexOf("/*");
  if (close >= 0 && (open < 0 || close < open) && !/["';]/.test(text.slice(0, close).replaceAll(/^\s*\*.*$/gm, ""))) {
    return close + 2;
  }
  const stars = /^(?:[ \t]*\*(?:[ \t].*)?\r?(?:\n|$))+/.exec(text);
  return stars === null ? 0 : stars[0].length;
}

function countNewlines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

class Cutter {
  private readonly units: Unit[] = [];
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly text: string,
  ) {}

  run(): Unit[] {
    while (this.at < this.tokens.length) this.step();
    return this.units;
  }

  private step(): void {
    const token = this.tokens[this.at];
    if (token === undefined) return;
    if (token.kind === "directive") {
      const atStart = this.at === 0 && !/^\s*#/.test(token.text);
      const atEnd = /\\[ \t]*\r?$/.test(token.text.slice(-8));
      return this.push("directive", this.at + 1, { atStart, atEnd });
    }
    if (isPunct(token, "{")) return this.push("open", this.at + 1);
    if (isPunct(token, "}")) return this.push("close", this.at + 1);
    if (isPunct(token, "...")) return this.push("gap", this.endOfLine());
    if (token.kind !== "word") return this.statement();
    if (isWord(token, "else")) return this.push("else", this.at + 1);
    if (isWord(token, "do")) return this.push("do", this.at + 1);
    if (CONTROLS.has(token.text) && isPunct(this.tokens[this.at + 1], "(")) return this.control();
    if (token.text === "case" || token.text === "default") return this.upToColon();
    if (isPunct(this.tokens[this.at + 1], ":") && !/^\d/.test(this.tokens[this.at + 2]?.text ?? "")) {
      return this.push("label", this.at + 2);
    }
    this.statement();
  }

  private control(): void {
    const close = this.closingOfControl(this.at + 1);
    if (close < 0) return this.push("control", this.tokens.length, { atEnd: true });
    const tail = isWord(this.tokens[this.at], "while") && isPunct(this.tokens[close + 1], ";") ? 1 : 0;
    this.push("control", close + 1 + tail);
  }

  /** Of a parenthesis; where it was forgotten, the last token before the block or statement begins. */
  private closingOfControl(open: number): number {
    let depth = 0;
    let braces = 0;
    for (let i = open; i < this.tokens.length; i++) {
      const token = this.tokens[i];
      if (token?.kind !== "punct") continue;
      if (token.shown === "(") depth++;
      else if (token.shown === ")" && --depth === 0 && braces === 0) return i;
      else if (token.shown === "}") braces--;
      else if (token.shown === "{") {
        const next = this.tokens[i + 1];
        const endsLine = next === undefined || next.line > token.line;
        if (braces === 0 && endsLine && !isPunct(this.tokens[i - 1], "(")) return i - 1;
        braces++;
      } else if (token.shown === ";" && braces === 0 && !isWord(this.tokens[open - 1], "for")) return i - 1;
    }
    return -1;
  }

  private upToColon(): void {
    for (let i = this.at; i < this.tokens.length; i++) {
      if (isPunct(this.tokens[i], ":")) return this.push("case", i + 1);
      if (isPunct(this.tokens[i], ";") || isPunct(this.tokens[i], "{")) return this.push("simple", i + 1);
    }
    this.push("case", this.tokens.length, { atEnd: true });
  }

  /** All that ends with a semicolon, or is a head that a brace follows. */
  private statement(): void {
    let parens = 0;
    let braces = 0;
    let cutAtStart = false;
    for (let i = this.at; i < this.tokens.length; i++) {
      const token = this.tokens[i];
      if (token === undefined) break;
      if (
        token.kind === "directive" &&
        i > this.at &&
        parens === 0 &&
        braces === 0 &&
        isPunct(this.tokens[i - 1], ")")
      ) {
        return this.push("macro", i, { atStart: cutAtStart });
      }
      if (token.kind !== "punct") {
        if (parens === 0 && braces === 0 && this.startsAnew(i))
          return this.push(this.kindOfHead(i), i, { atStart: cutAtStart });
        continue;
      }
      switch (token.shown) {
        case "(":
        case "[":
          parens++;
          break;
        case ")":
        case "]":
          if (parens > 0) parens--;
          else if (braces === 0) {
            // The text begins inside of parentheses.
            cutAtStart = true;
            if (this.followsStatement(i)) return this.push("control", i + 1, { atStart: true });
          }
          break;
        case "{":
          if (parens === 0 && braces === 0 && !this.isInitializer(i))
            return this.push(this.kindOfHead(i), i, { atStart: cutAtStart });
          braces++;
          break;
        case "}":
          if (braces === 0) return this.push("simple", i, { atStart: cutAtStart });
          braces--;
          break;
        case ";":
          if (braces === 0) return this.push("simple", i + 1, { atStart: cutAtStart });
          break;
      }
    }
    this.push("simple", this.tokens.length, { atStart: cutAtStart, atEnd: true });
  }

  /** A macro use without semicolon: the next word begins something new on a line of its own. */
  private startsAnew(i: number): boolean {
    const token = this.tokens[i];
    const before = this.tokens[i - 1];
    if (token === undefined || before === undefined || i <= this.at || token.kind !== "word") return false;
    if (token.line === before.line || !isPunct(before, ")")) return false;
    // An annotation behind the parameters: `__releases(lock)`.
    if (token.text.startsWith("__") && isPunct(this.tokens[i + 1], "(") && !this.isBareCall(i)) return false;
    return this.isBareCall(i) || (token.column === 0 && this.tokens[this.at]?.column === 0);
  }

  /** `name(...)` and nothing else from the start of the statement up to here. */
  private isBareCall(end: number): boolean {
    if (!isWord(this.tokens[this.at]) || !isPunct(this.tokens[this.at + 1], "(")) return false;
    let depth = 0;
    for (let i = this.at + 1; i < end; i++) {
      if (isPunct(this.tokens[i], "(")) depth++;
      if (isPunct(this.tokens[i], ")") && --depth === 0) return i === end - 1;
    }
    return false;
  }

  private followsStatement(close: number): boolean {
    const next = this.tokens[close + 1];
    return isPunct(next, "{") || (next?.kind === "word" && next.line > (this.tokens[close]?.line ?? 0));
  }

  private isInitializer(brace: number): boolean {
    if (isPunct(this.tokens[brace - 1], "=")) return true;
    // A compound literal: `x = (struct y) { ... }`.
    if (!isPunct(this.tokens[brace - 1], ")")) return false;
    for (let i = this.at; i < brace; i++) {
      if (isPunct(this.tokens[i], "=") || isWord(this.tokens[i], "return")) return true;
    }
    return false;
  }

  private kindOfHead(end: number): UnitKind {
    const first = this.tokens[this.at];
    const isMargin = first?.column === 0;
    if (this.isBareCall(end)) return isMargin && isPunct(this.tokens[end], "{") ? "head" : "macro";
    return "head";
  }

  private endOfLine(): number {
    const line = this.tokens[this.at]?.line;
    let end = this.at + 1;
    while (this.tokens[end]?.line === line && !isPunct(this.tokens[end], "}")) end++;
    return end;
  }

  private push(kind: UnitKind, end: number, cut: { atStart?: boolean; atEnd?: boolean } = {}): void {
    const tokens = this.tokens.slice(this.at, Math.max(end, this.at + 1));
    this.at += tokens.length;
    const first = tokens[0];
    const last = tokens[tokens.length - 1];
    if (first === undefined || last === undefined) return;
    if (kind === "close") this.depth--;
    const words = kind === "directive" ? wordsOfDirective(first, this.text) : tokens.map((token) => token.text);
    this.units.push(
      new CutUnit(
        kind,
        words,
        tokens.flatMap(({ place }) => [place.start, place.end]),
        first.place.start,
        last.place.end,
        first.line,
        last.line + (kind === "directive" ? countNewlines(first.text, first.text.length) : 0),
        kind === "close" ? this.depth + 1 : this.depth,
        first.column === 0,
        cut.atStart ?? false,
        cut.atEnd ?? false,
      ),
    );
    if (kind === "open") this.depth++;
  }
}

function wordsOfDirective(token: Token, text: string): string[] {
  const input = { text, problems: new Problems(), place: () => token.place };
  return lex(input, token.place.start, token.place.end, true).map((inner) => inner.text);
}

/** Holds no tokens: a patch may have millions of them. */
class CutUnit implements Unit {
  private joined: string | null = null;

  constructor(
    readonly kind: UnitKind,
    readonly words: readonly string[],
    readonly spots: readonly number[],
    readonly start: number,
    readonly end: number,
    readonly line: number,
    readonly lastLine: number,
    readonly depth: number,
    readonly atMargin: boolean,
    readonly cutAtStart: boolean,
    readonly cutAtEnd: boolean,
  ) {}

  get key(): string {
    this.joined ??= this.words.join(" ");
    return this.joined;
  }
}
