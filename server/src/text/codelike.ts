/**
 * Tells lines of C from lines of English, one line at a time. It errs towards English: prose taken for code
 * would alarm people about nothing, and real code that matters has more than one line that gives it away.
 */

/**
 * `code` could hardly be prose; `weak` may stand between lines of code but proves nothing (a label, a comment,
 * `...`); `prose` is neither.
 */
export type Look = "code" | "weak" | "prose" | "blank";

/** What the lines so far leave open for the next. */
export interface LookState {
  /** Inside a block comment. */
  comment: boolean;
  /** How many `(` of the statement are still open. */
  parens: number;
}

export function freshState(): LookState {
  return { comment: false, parens: 0 };
}

/** `[...]`, `...`, `[snip]`, `<snip>`, `[quote: ...]`: somebody left something out here. */
export function isGap(text: string): boolean {
  const line = text.trim();
  return line.length < 200 && /^(\[.*\]|<.*>|[-*=]*\s*8<.*|\[?(\.\.+|…)\]?)$/.test(line) && GAP.test(line);
}

export function look(text: string, state: LookState): Look {
  if (text.length > LONGEST) return "prose";
  const raw = text.trim();
  if (raw === "") return "blank";
  if (state.comment) return insideComment(raw, state);
  if (isGap(raw) || raw.startsWith("...")) return "weak";
  const line = withoutComments(raw, state).trim();
  if (line === "") return "weak";
  const verdict = lookAt(line, state.parens > 0);
  state.parens = verdict === "code" || verdict === "weak" ? openParens(line, state.parens) : 0;
  return verdict;
}

/** Whether two plain English words stand side by side, or one has an apostrophe. */
export function hasProse(line: string): boolean {
  return /[a-z]'[a-z]/i.test(line) || proseWords(line) > 0;
}

/**
 * Lines in columns, as changelogs show what two CPUs do; with numbers in front, as books print listings; and
 * changed lines of an indented diff. Each of them may look like a statement, but they are not one after another.
 */
export function isTabular(text: string): boolean {
  if (text.length > LONGEST) return false;
  return /^\s*\d+\s+[A-Za-z_*&{}]/.test(text) || /[;{}](\t+| {3,})[^\s/\\]/.test(text) || /^\s+[-+](\s|\w)/.test(text);
}

/** How far the line is indented, in columns. */
export function indentOf(text: string): number {
  let columns = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\t") columns += 8 - (columns % 8);
    else if (character === " ") columns++;
    else break;
  }
  return columns;
}

const LONGEST = 500;
const GAP = /\.\.|…|snip|cut|quote|trim|skip|omit|8</i;

function insideComment(line: string, state: LookState): Look {
  const end = line.indexOf("*/");
  if (end < 0) {
    // A comment that nobody closes ends where the lines stop looking like one.
    if (line.startsWith("*")) return "weak";
    state.comment = false;
    return look(line, state);
  }
  state.comment = false;
  const rest = line.slice(end + 2).trim();
  return rest === "" ? "weak" : look(rest, state);
}

/** Drops comments and what people point at lines with (`<-- here`), keeps the place of strings. */
function withoutComments(line: string, state: LookState): string {
  let text = line.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  for (let open = text.indexOf("/*"); open >= 0; open = text.indexOf("/*")) {
    const close = text.indexOf("*/", open + 2);
    state.comment = close < 0;
    text = text.slice(0, open) + (close < 0 ? "" : ` ${text.slice(close + 2)}`);
  }
  if (text.startsWith("* ") || text === "*" || text.startsWith("*/"))
    text = text.slice(text.indexOf("*/") + 2 || text.length);
  const line2 = text.indexOf("//");
  if (line2 >= 0 && text.charAt(line2 - 1) !== ":") text = text.slice(0, line2);
  return text.replace(/([;{}])\s*<[-=]+.*$/, "$1");
}

function lookAt(line: string, continued: boolean): Look {
  if (PREPROCESSOR.test(line)) return "code";
  if (/^[{}][{};,]*$/.test(line) || /^\}\s*\w+( \w+)?;$/.test(line) || /^\} ?(else|while)\b.*[{;]$/.test(line))
    return "code";
  if (hasProse(line)) return "prose";
  if (/^(case\b.*|default):$/.test(line) || line === "else" || line === "do") return "code";
  if (/^\w+:$/.test(line)) return "weak";
  const last = line.charAt(line.length - 1);
  if (last === ";") return isStatement(line) ? "code" : "weak";
  if (last === "{") return line.includes("(") || HEAD.test(line) ? "code" : "weak";
  if (CONTROL.test(line) || FUNCTION.test(line)) return "code";
  if (continued) return "code";
  if (last === ")" && /^\w+\(/.test(line)) return "weak";
  return (last === "," || last === "=" || last === "}" || last === "\\") && /^[\w.&*{]/.test(line) ? "weak" : "prose";
}

/** Something that only code has: a call, an assignment, a member, a keyword. */
function isStatement(line: string): boolean {
  return /[()=[\]]|->|\+\+|--/.test(line) || KEYWORD_LED.test(line);
}

/** How many times two plain English words stand side by side. Names with an underscore or a digit are no words. */
function proseWords(line: string): number {
  let pairs = 0;
  let before = false;
  let end = -1;
  for (const match of line.matchAll(/[A-Za-z_]\w*|[^\sA-Za-z_]+/g)) {
    const word = match[0];
    const plain = /^[A-Za-z]+$/.test(word) && !KEYWORDS.has(word);
    if (plain && before && match.index > end) pairs++;
    before = plain;
    end = match.index + word.length;
  }
  return pairs;
}

function openParens(line: string, before: number): number {
  let open = before;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === "(") open++;
    else if (character === ")" && open > 0) open--;
  }
  // A parenthesis that is missing in a sketch must not make the rest of the mail an argument list.
  return /[;{}]$/.test(line) ? 0 : open;
}

const PREPROCESSOR =
  /^#\s*(include\s*[<"]|define\s+\w|undef\s+\w|if\s|ifdef\s+\w|ifndef\s+\w|elif\s|else\b|endif\b|pragma\s)/;
const CONTROL = /^(\} )?(else )?(if|while|for|switch) ?\(|^\w*for_each\w*\(/;
const HEAD = /^(typedef |static |const )*(struct|union|enum|do|else)\b|=/;
const TYPE =
  "static|inline|extern|const|volatile|unsigned|signed|void|bool|int|long|short|char|struct|union|enum|[us](?:8|16|32|64)|\\w+_t|__\\w+";
const FUNCTION = new RegExp(`^(?:${TYPE})\\b[\\w\\s*]*\\b\\w+\\(`);
const KEYWORD_LED = new RegExp(`^(?:return|goto|break|continue|typedef|${TYPE})\\b`);
const KEYWORDS = new Set(
  (
    "static inline extern const volatile unsigned signed void bool int long short char float double struct union enum typedef " +
    "return goto break continue if else while for do switch case default sizeof typeof register auto asm"
  ).split(" "),
);
