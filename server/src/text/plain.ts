/** Code written as it would stand in a file, between sentences. */
import { freshState, indentOf, isTabular, look, type Look } from "./codelike";
import { SPACE, TAB } from "./lines";
import { joinLines, type Loose, range } from "./loose";
import type { MappedText } from "./mapped";
import type { QuoteLevel } from "./quotes";

export interface PlainRun {
  /** Null where the lines are no code, or too few to be sure. */
  readonly loose: Loose | null;
  /** Where to look on. */
  readonly next: number;
}

/**
 * The run of lines from `from` on that look like C. Blank lines inside are kept. Prose ends it and so do, in the
 * author's own text, quotes; a quoted run goes on behind a reply, for it was one piece when it was written.
 */
export function plainRun(level: QuoteLevel, from: number, end: number): PlainRun {
  const state = freshState();
  const run = new Run();
  let line = from;
  for (; line < end; line++) {
    if (run.begun && level.depth === 0 && !level.follows(line)) break;
    const text = level.text(line);
    const inComment = state.comment;
    const seen = look(text, state);
    if (seen === "blank") {
      if (run.spoiled) break;
    } else if (!inComment && isTabular(text)) run.spoil(line);
    else if (seen === "prose") {
      if (!run.open || !isSketched(level, line, end)) break;
    } else if (seen === "code" || run.begun || isComment(text)) run.add(line, text, seen, inComment);
    else break;
  }
  const next = Math.max(line, from + 1);
  if (!run.convincing) return { loose: null, next };
  const { first, last } = run;
  const code = joinLines(range(first, last).flatMap((at) => plainCode(level, at, first)));
  const snippet = { form: "plain", code, span: level.spanOf(first, last) } as const;
  return { loose: { first, last, snippet, hunk: null }, next };
}

/** What is known of the lines so far. */
class Run {
  first = -1;
  last = -1;
  /** A table of what several threads do, or something else in columns: its lines are code, but no code together. */
  spoiled = false;
  private code = 0;
  private telling = 0;
  private braces = 0;
  private statementEnd = -1;

  get begun(): boolean {
    return this.first >= 0;
  }

  /** Inside braces. */
  get open(): boolean {
    return this.begun && this.braces > 0;
  }

  get convincing(): boolean {
    if (this.spoiled || !this.begun || this.last < this.first) return false;
    return this.code >= 3 || (this.code === 2 && this.telling > 0);
  }

  spoil(line: number): void {
    if (!this.begun) this.first = line;
    this.spoiled = true;
  }

  add(line: number, text: string, seen: Look, inComment: boolean): void {
    if (!this.begun) this.first = line;
    // A line that proves nothing ends no run, but belongs to it only with code behind it.
    if (seen === "code" || this.braces > 0 || inComment) this.last = line;
    this.braces = Math.max(0, this.braces + balance(text));
    if (seen !== "code") return;
    this.code++;
    if (TELLING.test(text)) this.telling++;
    const indent = indentOf(text);
    if (this.statementEnd >= 0 && indent > this.statementEnd + WIDEST_STEP) this.spoiled = true;
    this.statementEnd = /[;{}]\s*$/.test(text) ? indent : -1;
  }
}

function plainCode(level: QuoteLevel, line: number, first: number): MappedText[] {
  const code = level.code(line, 0, "context");
  const cut = line === first || level.follows(line) ? null : level.cutBefore(line);
  return cut === null ? [code] : [cut, code];
}

/** One line of English where the writer spared himself the code: indented, inside braces, code directly below. */
function isSketched(level: QuoteLevel, line: number, end: number): boolean {
  const first = level.charAt(line, 0);
  if ((first !== SPACE && first !== TAB) || line + 1 >= end || level.length(line) > 200) return false;
  return look(level.text(line + 1), freshState()) === "code";
}

function isComment(text: string): boolean {
  return /^\s*(\/\*|\/\/)/.test(text.slice(0, 200));
}

function balance(text: string): number {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x7b) open++;
    else if (character === 0x7d) open--;
  }
  return open;
}

/** No statement is indented by more columns than this against the one before it. */
const WIDEST_STEP = 16;
const TELLING = /^\s*(if|else|for|while|switch|return|goto|static|struct|void|int|bool|#\s*\w+)\b|[{}]\s*$|->/;
