/** Neighbours in the other order: two statements, a critical section and a statement, or a statement and a lock. */
import type { Stmt } from "../../c/syntax";
import type { Span } from "../../text/mapped";
import type { Change } from "./change";

/** What a statement is to those beside it. */
export interface Roles {
  /** It, or something in it, does something to an object, a lock or the world. */
  acts(statement: Stmt): boolean;
  /** It takes or releases a lock: which. */
  lock(statement: Stmt): { readonly lock: string; readonly op: "acquire" | "release" } | null;
}

export interface Swap extends Change {
  /** `under`: a statement comes under a lock, or from under it. */
  readonly kind: "swap" | "under";
}

/** Of the statements of one block. */
export function swapsIn(block: readonly Stmt[], text: string, roles: Roles): Swap[] {
  const units = unitsOf(block, roles);
  const swaps = neighbours(units).flatMap(([first, second]): Swap[] => {
    if (!canMove(first, roles) || !canMove(second, roles)) return [];
    const title = `${shortly(second, text)} before ${shortly(first, text)}`;
    return [{ kind: "swap", title, edits: exchanged(spanOf(first), spanOf(second)) }];
  });
  const unders = neighbours(block).flatMap(([first, second]): Swap[] => {
    const [one, other] = [roles.lock(first), roles.lock(second)];
    if ((one === null) === (other === null)) return [];
    const moved = one === null ? first : second;
    if (!canMove([moved], roles)) return [];
    const isInto = one === null ? other?.op === "acquire" : one.op === "release";
    const title = `${shortly([moved], text)} ${isInto ? "under" : "outside of"} the lock`;
    return [{ kind: "under", title, edits: exchanged(first.place, second.place) }];
  });
  return [...swaps, ...unders];
}

type Unit = readonly Stmt[];

/** A critical section is one unit. */
function unitsOf(block: readonly Stmt[], roles: Roles): Unit[] {
  const units: Unit[] = [];
  for (let at = 0; at < block.length; at++) {
    const statement = block[at];
    if (statement === undefined) break;
    const taken = roles.lock(statement);
    const end =
      taken?.op !== "acquire"
        ? -1
        : block.findIndex((other, index) => {
            const released = index > at ? roles.lock(other) : null;
            return released?.op === "release" && released.lock === taken.lock;
          });
    units.push(end < 0 ? [statement] : block.slice(at, end + 1));
    if (end > 0) at = end;
  }
  return units;
}

/** Who jumps leaves nothing behind that could come before; a declaration must stand before what names it. */
function canMove(unit: Unit, roles: Roles): boolean {
  const fixed = ["decl", "label", "case", "goto", "return", "break", "continue", "empty", "gap", "error"];
  return (
    unit.some((each) => roles.acts(each)) &&
    unit.every(({ kind, place }) => !fixed.includes(kind) && place.via === null)
  );
}

function exchanged(first: Span, second: Span): Change["edits"] {
  const [one, other] = [
    { start: first.start, end: first.end },
    { start: second.start, end: second.end },
  ];
  return [
    { ...one, text: "", from: other },
    { ...other, text: "", from: one },
  ];
}

function spanOf(unit: Unit): Span {
  return { start: unit[0]?.place.start ?? 0, end: unit[unit.length - 1]?.place.end ?? 0 };
}

/** The first line, and the last where it is more than that. */
function shortly(unit: Unit, text: string): string {
  const span = spanOf(unit);
  const lines = text.slice(span.start, span.end).split("\n");
  const words = (line: string | undefined): string =>
    (line ?? "").replaceAll(/\s+/g, " ").trim().replace(/[;{]$/, "").trim();
  return unit.length === 1 ? words(lines[0]) : `${words(lines[0])} ... ${words(lines[lines.length - 1])}`;
}

function neighbours<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((item, index): [T, T][] => {
    const next = items[index + 1];
    return next === undefined ? [] : [[item, next]];
  });
}
