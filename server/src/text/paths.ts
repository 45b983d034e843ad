/** The file names of a diff, as git and diff write them. */

/**
 * The name on a `---`, `+++`, `rename` or `copy` line: C-quoted ones are unquoted, a time stamp behind a tab is
 * dropped. Null for /dev/null. Nothing else is changed: whether a name may be opened is not decided here.
 */
export function readPath(text: string): string | null {
  const path = text.startsWith('"') ? unquote(text) : withoutTimestamp(text);
  return path === "/dev/null" || path === "" ? null : path;
}

export interface PathPair {
  readonly oldPath: string | null;
  readonly newPath: string | null;
}

/** Drops git's one-letter prefixes, but only where both sides carry theirs: a tree may well have a folder `a`. */
export function withoutPrefixes(pair: PathPair): PathPair {
  for (const [before, after] of PREFIXES) {
    const oldFits = pair.oldPath === null || pair.oldPath.startsWith(before);
    const newFits = pair.newPath === null || pair.newPath.startsWith(after);
    if (!oldFits || !newFits) continue;
    return {
      oldPath: pair.oldPath?.slice(before.length) ?? null,
      newPath: pair.newPath?.slice(after.length) ?? null,
    };
  }
  return pair;
}

/** Both names of a `diff --git` line, prefixes kept; null where blanks in the names leave it open which is which. */
export function readGitLine(rest: string): PathPair | null {
  const text = rest.trimEnd();
  if (text.startsWith('"')) {
    const end = closingQuote(text);
    if (end < 0) return null;
    return { oldPath: readPath(text.slice(0, end + 1)), newPath: readPath(text.slice(end + 2)) };
  }
  const quoted = text.indexOf(' "');
  if (quoted > 0) return { oldPath: text.slice(0, quoted), newPath: readPath(text.slice(quoted + 1)) };
  // Without a rename both names are the same behind their prefixes, so the middle blank parts them.
  const middle = text.length >> 1;
  if (text.charAt(middle) === " " && sameName(text.slice(0, middle), text.slice(middle + 1))) {
    return { oldPath: text.slice(0, middle), newPath: text.slice(middle + 1) };
  }
  const blank = text.indexOf(" ");
  if (blank > 0 && text.indexOf(" ", blank + 1) < 0) {
    return { oldPath: text.slice(0, blank), newPath: text.slice(blank + 1) };
  }
  return null;
}

/** `a/x` and `b/x`; `i/` index, `w/` working tree, `c/` commit, `o/` object with git's `diff.mnemonicPrefix`. */
const PREFIXES: readonly (readonly [string, string])[] = [
  ["a/", "b/"],
  ["i/", "w/"],
  ["c/", "i/"],
  ["c/", "w/"],
  ["o/", "w/"],
  ["b/", "a/"],
];

function sameName(left: string, right: string): boolean {
  return left === right || left.slice(left.indexOf("/") + 1) === right.slice(right.indexOf("/") + 1);
}

/** `diff -u` parts name and time by a tab; mailers turn that tab into blanks. */
function withoutTimestamp(text: string): string {
  const tab = text.indexOf("\t");
  const name =
    tab < 0 ? text.replace(/ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[\d.]*( [+-]\d{4})?\s*$/, "") : text.slice(0, tab);
  return name.trimEnd();
}

function closingQuote(text: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text.charAt(at) === "\\") at++;
    else if (text.charAt(at) === '"') return at;
  }
  return -1;
}

/** Git quotes names byte by byte: `\303\244` is one letter. */
function unquote(text: string): string {
  const end = closingQuote(text);
  const inner = text.slice(1, end < 0 ? text.length : end);
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let at = 0; at < inner.length; at++) {
    const character = inner.charAt(at);
    if (character !== "\\") {
      const point = String.fromCodePoint(inner.codePointAt(at) ?? 0);
      for (const byte of encoder.encode(point)) bytes.push(byte);
      at += point.length - 1;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(inner.slice(at + 1, at + 4))?.[0];
    if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else bytes.push((ESCAPES[inner.charAt(at + 1)] ?? inner.charAt(at + 1)).charCodeAt(0) & 0xff);
    at += octal?.length ?? 1;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
};
