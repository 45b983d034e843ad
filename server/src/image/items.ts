/** What a run of units declares outside of functions, and which units lie inside which function or struct. */
import { AGGREGATES, nameOfHead, type Unit } from "./units";

/** Units `first` to `last` (exclusive). */
export interface Item {
  /** `body`: a function, struct or union, or what is shown of one. `line`: anything else outside of functions. */
  readonly kind: "body" | "line";
  /** `put_root`, `struct root`, `#define NAME`; null where it cannot be told. */
  readonly name: string | null;
  readonly first: number;
  readonly last: number;
  /** The head (the closing brace) of a body is there. */
  readonly fromHead: boolean;
  readonly toEnd: boolean;
  /** A line of which something stands outside of the text: part of a macro, the rest of a declaration. */
  readonly isTorn: boolean;
}

/**
 * `around` names the function or struct that the text may begin inside of. Kernel code begins in column 0 what stands
 * outside of functions and closes bodies there; where a text does not keep to that, braces alone decide.
 */
export function itemsOf(units: readonly Unit[], around: string | null): Item[] {
  if (units.length === 0) return [];
  const hasMargin = !units.some(isStrayAtMargin);
  const items: Item[] = [];
  const opening = openingBody(units, around, hasMargin);
  let at = 0;
  if (opening !== null) {
    items.push(opening);
    at = opening.last;
  }
  while (at < units.length) {
    const item = itemAt(units, at, hasMargin);
    items.push(item);
    at = item.last;
  }
  return items;
}

/** Statements in column 0: this text has lost its indentation. */
function isStrayAtMargin(unit: Unit): boolean {
  if (!unit.atMargin) return false;
  if (["control", "else", "do", "case"].includes(unit.kind)) return true;
  return unit.kind === "simple" && ["return", "goto", "break", "continue"].includes(unit.words[0] ?? "");
}

/** What the text begins in the middle of; null when it begins outside of functions. */
function openingBody(units: readonly Unit[], around: string | null, hasMargin: boolean): Item | null {
  const body = (last: number, toEnd: boolean): Item => ({
    kind: "body",
    name: around,
    first: 0,
    last,
    fromHead: false,
    toEnd,
    isTorn: false,
  });
  if (!hasMargin) {
    const head = units.findIndex((unit) => unit.kind === "head" && unit.depth <= 0);
    if (head === 0) return null;
    return head < 0 ? body(units.length, false) : body(head, true);
  }
  const first = units.findIndex(decides);
  const unit = units[first];
  if (unit === undefined) return units.every(isMacro) ? null : body(units.length, false);
  if (unit.kind === "close") return body(withTail(units, first), true);
  if (unit.kind !== "open") return null;
  const end = endOfBody(units, first, true);
  return body(end.last, end.toEnd);
}

/** Or the rest of one. */
function isMacro({ kind, words, cutAtStart }: Unit): boolean {
  return kind === "directive" && (cutAtStart || words[1] === "define");
}

function decides(unit: Unit): boolean {
  return unit.atMargin && unit.kind !== "label" && unit.kind !== "directive" && unit.kind !== "gap";
}

function itemAt(units: readonly Unit[], first: number, hasMargin: boolean): Item {
  const unit = units[first];
  if (unit?.kind === "head") {
    const open = units[first + 1];
    if (open?.kind === "open") {
      const end = endOfBody(units, first + 1, hasMargin);
      return { kind: "body", name: nameOfHead(unit), first, ...end, fromHead: true, isTorn: false };
    }
  }
  if (unit === undefined)
    return { kind: "line", name: null, first, last: first + 1, fromHead: true, toEnd: true, isTorn: false };
  // A head at the very end of the text: its brace is not shown.
  const isLast = first === units.length - 1;
  const isTornHead = unit.cutAtEnd && isLast && unit.words.indexOf("(") > 1 && !unit.words.includes("=");
  if (isTornHead || unit.kind === "head") {
    return {
      kind: "body",
      name: nameOfHead(unit),
      first,
      last: first + 1,
      fromHead: true,
      toEnd: false,
      isTorn: false,
    };
  }
  const isTorn = unit.cutAtStart || unit.cutAtEnd || (hasMargin && !unit.atMargin && unit.kind !== "directive");
  return { kind: "line", name: nameOfLine(unit), first, last: first + 1, fromHead: true, toEnd: true, isTorn };
}

/** From the opening brace on. */
function endOfBody(units: readonly Unit[], open: number, hasMargin: boolean): { last: number; toEnd: boolean } {
  const depth = units[open]?.depth ?? 0;
  for (let i = open + 1; i < units.length; i++) {
    const unit = units[i];
    if (unit === undefined) break;
    if (unit.kind === "close" && (unit.depth === depth + 1 || (hasMargin && unit.atMargin))) {
      return { last: withTail(units, i), toEnd: true };
    }
    // Another head in column 0: the braces of this function do not add up.
    if (hasMargin && unit.kind === "head" && unit.atMargin) return { last: i, toEnd: true };
  }
  return { last: units.length, toEnd: false };
}

/** Behind a closing brace and the rest of its declaration: `} __packed;`. */
function withTail(units: readonly Unit[], close: number): number {
  const brace = units[close];
  const next = units[close + 1];
  const belongs = next?.kind === "simple" && next.line === brace?.lastLine && next.key.endsWith(";");
  return belongs ? close + 2 : close + 1;
}

function nameOfLine(unit: Unit): string | null {
  if (unit.kind === "directive") return unit.words[1] === "define" ? `#define ${unit.words[2] ?? ""}` : null;
  if (unit.kind !== "simple") return null;
  const assign = unit.words.indexOf("=");
  const open = unit.words.indexOf("(");
  if (open > 0 && (assign < 0 || open < assign)) return unit.words[open - 1] ?? null;
  const end = assign > 0 ? assign : unit.words.indexOf(";");
  const name = unit.words[end - 1];
  return name !== undefined && /^[A-Za-z_]/.test(name) && !AGGREGATES.has(unit.words[end - 2] ?? "") ? name : null;
}
