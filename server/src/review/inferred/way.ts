/** Where in a function a patch acts, as a place that both of its sides have. */
import type { FunctionDef, Place, Stmt } from "../../c/syntax";
import { walkSyntax } from "../../c/rewrite";
import type { SideName } from "../sides";
import type { Both, SideCode } from "./evidence";

export interface Way {
  /** Name of a statement that is passed on the side where the patch acts; null for the beginning of the function. */
  readonly marks: Readonly<Record<SideName, string | null>>;
  /** Names of the conditions under which it acts -> whether they hold. */
  readonly pinned: ReadonlyMap<string, boolean>;
  /** What stands next to it, on either side: there a person looks for what is told. */
  readonly beside: Readonly<Record<SideName, Place | null>>;
}

/** @param place of what the patch does, on `side` */
export function wayThrough(place: Place, focus: string, side: SideName, both: Both): Way {
  const pinned = new Map<string, boolean>();
  const fn = both[side].functions.get(focus);
  const there = both[side === "before" ? "after" : "before"].functions.get(focus);
  const at = offsetOf(both[side].nameOf(place));
  const names = there === undefined ? new Set<string>() : namesOf(there, both[side === "before" ? "after" : "before"]);
  const find = new Finder(place, both[side], names, pinned);
  const mark = fn === undefined ? null : find.in(fn.body);
  const beside = (of: SideCode): Place | null => nearest(at, mark, focus, of);
  const way = { pinned, beside: { before: beside(both.before), after: beside(both.after) } };
  if (mark !== null || find.behind === null) return { ...way, marks: { before: mark, after: mark } };
  // All around it changes: what stands there on the other side takes its place.
  const other = side === "before" ? "after" : "before";
  const there_ = way.beside[other];
  const instead = there_ !== null && both[other].isChanged(there_) ? both[other].nameOf(there_) : null;
  return {
    ...way,
    marks: side === "after" ? { before: instead, after: find.behind } : { before: find.behind, after: instead },
  };
}

export const ANYWHERE: Way = {
  marks: { before: null, after: null },
  pinned: new Map(),
  beside: { before: null, after: null },
};

/** Of the statements that the patch changes the nearest in the document; the mark where it changes none, or what is nearest. */
function nearest(at: number | null, mark: string | null, focus: string, side: SideCode): Place | null {
  const fn = side.functions.get(focus);
  let found: Place | null = null;
  let distance = Infinity;
  if (at === null || fn === undefined) return null;
  walkSyntax(fn.body, (node) => {
    const name = MARKED.has(node.kind) ? side.nameOf(node.place) : null;
    const offset = offsetOf(name);
    if (offset === null) return;
    const rank = side.isChanged(node.place) ? 0 : name === mark ? FAR : 2 * FAR;
    if (rank + Math.abs(offset - at) >= distance) return;
    distance = rank + Math.abs(offset - at);
    found = node.place;
  });
  return found;
}

/** Beyond any document. */
const FAR = 2 ** 40;

/** Where in its source what is called so stands. */
function offsetOf(name: string | null): number | null {
  return name === null ? null : Number(name.slice(name.lastIndexOf(":") + 1));
}

/** Names of all statements that are shown. */
function namesOf(fn: FunctionDef, side: SideCode): ReadonlySet<string> {
  const names = new Set<string>();
  walkSyntax(fn.body, (node) => {
    if (!MARKED.has(node.kind)) return;
    const name = side.nameOf(node.place);
    if (name !== null) names.add(name);
  });
  return names;
}

/** A mark may stand before these, and only these are named. */
export const MARKED = new Set<string>([
  "expr",
  "if",
  "while",
  "dowhile",
  "for",
  "switch",
  "macro",
  "return",
  "goto",
  "break",
]);
/** Behind these it may come from elsewhere. */
const ENTERED = new Set<Stmt["kind"]>(["label", "case"]);
const LEFT = new Set<Stmt["kind"]>(["return", "goto", "break", "continue"]);

class Finder {
  constructor(
    private readonly place: Place,
    private readonly side: SideCode,
    private readonly names: ReadonlySet<string>,
    private readonly pinned: Map<string, boolean>,
  ) {}

  /** Name of the statement behind the innermost one, where only this side has it. */
  behind: string | null = null;

  in(stmt: Stmt): string | null {
    switch (stmt.kind) {
      case "block": {
        const at = stmt.body.findIndex((each) => this.holds(each));
        const inner = stmt.body[at];
        return inner === undefined ? null : (this.in(inner) ?? this.near(stmt.body, at));
      }
      case "if": {
        const isThen = this.holds(stmt.then);
        if (!isThen && !(stmt.else !== null && this.holds(stmt.else))) return null;
        const name = this.side.nameOf(stmt.place);
        if (name !== null) this.pinned.set(name, isThen);
        return this.in(isThen ? stmt.then : (stmt.else ?? stmt.then));
      }
      case "while":
      case "dowhile":
      case "for":
      case "switch":
      case "macro":
        return this.holds(stmt.body) ? this.in(stmt.body) : null;
      default:
        return null;
    }
  }

  /** Behind it, for choice: what is passed there has passed it. */
  private near(body: readonly Stmt[], at: number): string | null {
    for (let i = at + 1; i < body.length; i++) {
      const each = body[i];
      if (each === undefined || ENTERED.has(each.kind)) break;
      const name = this.shared(each);
      if (name !== null) return name;
      if (MARKED.has(each.kind)) this.behind ??= this.side.nameOf(each.place);
      if (LEFT.has(each.kind)) break;
    }
    for (let i = at - 1; i >= 0; i--) {
      const each = body[i];
      if (each === undefined || ENTERED.has(each.kind) || LEFT.has(each.kind) || each.kind === "gap") break;
      const name = this.shared(each);
      if (name !== null) return name;
    }
    return null;
  }

  private shared(stmt: Stmt): string | null {
    if (!MARKED.has(stmt.kind)) return null;
    const name = this.side.nameOf(stmt.place);
    return name !== null && this.names.has(name) ? name : null;
  }

  private holds({ place }: Stmt): boolean {
    return place.start <= this.place.start && this.place.start < place.end;
  }
}
