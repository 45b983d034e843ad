/** How much two units are the same code: what an alignment may put side by side, and what then contradicts. */
import type { Unit } from "./units";

/**
 * `same`: the same words. `worded`: the same statement in other words, such as another argument. `altered`: the same
 * kind of statement about the same thing, but with another number, operator or callee: it says something else.
 */
export type Likeness = "same" | "worded" | "altered" | "none";

export interface Likened {
  readonly likeness: Likeness;
  /** What an alignment gains by putting them side by side; 0 for `none`. */
  readonly gain: number;
}

export const NO_LIKENESS: Likened = { likeness: "none", gain: 0 };

/** `edges` tells where the shown unit may be torn off: it then matches as the beginning or end of a base unit. */
export function liken(shown: Unit, base: Unit, edges: { readonly first: boolean; readonly last: boolean }): Likened {
  if (shown.key === base.key && shown.kind === base.kind) return { likeness: "same", gain: gainOf(base) };
  const isTorn = (edges.first && isTornStart(shown, base)) || (edges.last && isTornEnd(shown, base));
  if (isTorn) return { likeness: "same", gain: gainOf(base) * 0.9 };
  if (shown.kind !== base.kind || isPlain(base) || isPlain(shown)) return NO_LIKENESS;
  if (!sharesSubject(shown, base)) return NO_LIKENESS;
  const overlap = overlapOf(shown.words, base.words);
  if (overlap < LEAST_OVERLAP[shown.kind]) return NO_LIKENESS;
  const likeness = hardWords(shown.words) === hardWords(base.words) ? "worded" : "altered";
  return { likeness, gain: (likeness === "worded" ? 2.5 : 1.5) * overlap };
}

/** The shown unit is the rest of the base's, whose beginning lies above what is shown. */
export function isTornStart(shown: Unit, base: Unit): boolean {
  const from = base.words.length - shown.words.length;
  // What begins in column 0 begins there, but for the braces and labels of a function.
  if (from <= 0 || shown.words.length < 2 || (shown.atMargin && !shown.cutAtStart)) return false;
  return shown.words.every((word, i) => word === base.words[from + i]);
}

/** The shown unit is the beginning of the base's, or all of it, and breaks off with what is shown. */
export function isTornEnd(shown: Unit, base: Unit): boolean {
  return (
    shown.cutAtEnd && shown.words.length <= base.words.length && shown.words.every((word, i) => word === base.words[i])
  );
}

/** Statements that are counted: what acts or decides. Braces, labels and bare declarations only give form. */
export function isCounted(unit: Unit): boolean {
  switch (unit.kind) {
    case "control":
    case "macro":
    case "case":
      return true;
    case "directive":
      return unit.words[1] === "define";
    case "simple":
      return unit.words.length > 1 && !isBareDeclaration(unit.words);
    default:
      return false;
  }
}

/** What it costs to leave out a unit of the base that stands amid what is shown. */
export function costOfDropping(unit: Unit): number {
  return isCounted(unit) && !isPlain(unit) ? 1.5 : 0.4;
}

const COMMON: ReadonlySet<string> = new Set([
  "return ;",
  "break ;",
  "continue ;",
  "return 0 ;",
  "return true ;",
  "return false ;",
]);

/** Units that are found everywhere and tell little about the place. */
export function isPlain(unit: Unit): boolean {
  return ["open", "close", "else", "do", "gap", "label"].includes(unit.kind) || COMMON.has(unit.key);
}

function gainOf(unit: Unit): number {
  if (isPlain(unit)) return COMMON.has(unit.key) || unit.kind === "label" ? 1.2 : 1;
  return 4;
}

const LEAST_OVERLAP: Readonly<Record<Unit["kind"], number>> = {
  head: 0,
  control: 0.55,
  macro: 0.5,
  simple: 0.5,
  directive: 0,
  case: 2,
  label: 2,
  open: 2,
  close: 2,
  else: 2,
  do: 2,
  gap: 2,
};

/** Control statements by their word, calls by what is called, assignments by what is assigned. */
function sharesSubject(a: Unit, b: Unit): boolean {
  return subjectOf(a) === subjectOf(b);
}

function subjectOf(unit: Unit): string {
  const { words } = unit;
  switch (unit.kind) {
    case "head":
      return words[words.indexOf("(") - 1] ?? unit.key;
    case "directive":
      return `${words[1] ?? ""} ${words[2] ?? ""}`;
    case "simple": {
      if (words[0] === "return") return "return";
      const assign = assignmentOf(words);
      // A declaration with a value is known by the name it declares, so a changed type is no other statement.
      if (assign > 0)
        return words[assign - 1] === "]" ? words.slice(0, assign).join(" ") : `= ${words[assign - 1] ?? ""}`;
      const open = words.indexOf("(");
      return open > 0 ? `call ${words.slice(0, open).join(" ")}` : unit.key;
    }
    default:
      return words[0] ?? "";
  }
}

function assignmentOf(words: readonly string[]): number {
  let depth = 0;
  for (const [i, word] of words.entries()) {
    if (word === "(") depth++;
    if (word === ")") depth--;
    if (depth === 0 && /^[-+*/%&|^]?=$|^(<<|>>)=$/.test(word)) return i;
  }
  return -1;
}

/** Twice what both have, by the words of both: 1 for the same words in whatever order. */
function overlapOf(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const word of a) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of b) {
    const left = counts.get(word) ?? 0;
    if (left === 0) continue;
    counts.set(word, left - 1);
    common++;
  }
  return (2 * common) / (a.length + b.length);
}

/** The words that another wording does not change: numbers, constants, what is compared and how, what is called. */
function hardWords(words: readonly string[]): string {
  const hard = words.filter((word, i) => {
    if (/^(\d|'|true$|false$|NULL$)/.test(word)) return true;
    if (/^[A-Za-z_$]/.test(word)) return words[i + 1] === "(";
    return /^(!|~|[-+*/%<>=&|^]=?|==|!=|<=|>=|&&|\|\||<<|>>|\+\+|--|\?)$/.test(word);
  });
  return hard.join(" ");
}

/** `struct root *next;` */
function isBareDeclaration(words: readonly string[]): boolean {
  return (
    words.length > 2 &&
    words.every((word) => /^([A-Za-z_$][\w$]*|\*|,|;|\[|\]|\d\w*)$/.test(word)) &&
    !STARTS.has(words[0] ?? "")
  );
}

const STARTS: ReadonlySet<string> = new Set(["return", "goto", "break", "continue"]);
