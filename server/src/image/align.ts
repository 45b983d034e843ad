/**
 * Lays pieces of code, of which only some of the statements are shown, over the units of one whole function.
 *
 * Within a piece everything is shown: a unit of the base between its first and its last matched unit that is not
 * shown costs, as does a shown unit that the base does not have. Between the pieces anything may be hidden, so
 * nothing costs there. Of all ways that keep the order of the pieces and the balance of braces, the best one wins.
 */
import { isOwn } from "./base";
import { costOfDropping, isPlain, liken, type Likened, NO_LIKENESS } from "./likeness";
import type { Unit } from "./units";

export interface ShownPiece {
  readonly units: readonly Unit[];
  /** The piece begins with the function's head; ends with its closing brace. */
  readonly fromHead: boolean;
  readonly toEnd: boolean;
  /** The first (last) unit may be torn off by the edge of what is shown. */
  readonly tornStart: boolean;
  readonly tornEnd: boolean;
  /** The range of base units that the line numbers alone point at, for a piece that no statement holds in its place. */
  readonly pinned: { readonly from: number; readonly to: number } | null;
  /** 0-based line in the old file of each unit's line; null where the diff gives no numbers. Only breaks ties. */
  readonly oldLine: ((unit: Unit) => number) | null;
}

export interface Pair {
  /** Indices of the shown unit and of the base's. */
  readonly shown: number;
  readonly base: number;
  readonly likened: Likened;
}

/** The piece takes the place of the base's units from `from` to `to` (exclusive). */
export interface Laid {
  readonly from: number;
  readonly to: number;
  readonly pairs: readonly Pair[];
  readonly score: number;
}

/** Where each piece goes; null when some piece has no place that one can defend. Units in `own` may stay unseen. */
export function layPieces(
  pieces: readonly ShownPiece[],
  base: readonly Unit[],
  own: ReadonlySet<number> = new Set(),
): Laid[] | null {
  const shown = pieces.reduce((sum, piece) => sum + piece.units.length, 0);
  if ((shown + pieces.length) * base.length * base.length > MOST_WORK) return null;
  const tables = pieces.map((piece) => new Table(piece, base, own));
  const ends = chain(tables, base.length);
  return ends === null ? null : ends.map(({ table, from, to }) => table.laid(from, to));
}

/** Above this a function is none of a short base, and its alignment would take seconds. */
const MOST_WORK = 1e8;
const KEEPING_COSTS = 0.5;
/** For each brace by which a piece and what it takes the place of differ; the image then gets a brace more. */
const IMBALANCE_COSTS = 3;
const NEVER = -Infinity;

/** Puts the pieces one behind the other: the best sum over all places that do not overlap. */
function chain(tables: readonly Table[], length: number): { table: Table; from: number; to: number }[] | null {
  // best[to] is the best sum so far of pieces that end at or before `to`.
  let best = new Float64Array(length + 1);
  const steps: { from: Int32Array; to: Int32Array }[] = [];
  for (const table of tables) {
    const next = new Float64Array(length + 1).fill(NEVER);
    const from = new Int32Array(length + 1).fill(-1);
    const to = new Int32Array(length + 1).fill(-1);
    for (let end = 0; end <= length; end++) {
      if (end > 0 && (next[end - 1] ?? NEVER) > (next[end] ?? NEVER)) {
        next[end] = next[end - 1] ?? NEVER;
        from[end] = from[end - 1] ?? -1;
        to[end] = to[end - 1] ?? -1;
      }
      for (let start = 0; start <= end; start++) {
        const sum = (best[start] ?? NEVER) + table.score(start, end);
        if (sum > (next[end] ?? NEVER)) {
          next[end] = sum;
          from[end] = start;
          to[end] = end;
        }
      }
    }
    steps.push({ from, to });
    best = next;
  }
  if ((best[length] ?? NEVER) === NEVER) return null;
  const places: { table: Table; from: number; to: number }[] = [];
  let limit = length;
  for (let i = tables.length - 1; i >= 0; i--) {
    const table = tables[i];
    const step = steps[i];
    if (table === undefined || step === undefined) return null;
    const from = step.from[limit] ?? 0;
    places.unshift({ table, from, to: step.to[limit] ?? 0 });
    limit = from;
  }
  return places;
}

/** The scores of one piece for every range of the base that it may take the place of. */
class Table {
  private readonly scores: Float64Array;
  private readonly likenesses: Likened[][];
  private readonly net: number;
  /** What is not shown to begin with the head, or end with the last brace, lies between these. */
  private readonly bodyStart: number;
  private readonly bodyEnd: number;
  /** Where a piece has to begin that shows the function's opening brace but not all of its head; else -1. */
  private readonly brace: number;
  private isPlaced = false;

  constructor(
    private readonly piece: ShownPiece,
    private readonly base: readonly Unit[],
    private readonly own: ReadonlySet<number>,
  ) {
    this.likenesses = piece.units.map((shown, i) => {
      const edges = { first: i === 0 && piece.tornStart, last: i === piece.units.length - 1 && piece.tornEnd };
      return base.map((unit, j) => {
        // A head that governs only what is our own is no head that a patch could show.
        const isHidden = own.has(j) && !isOwn(unit);
        return isHidden ? NO_LIKENESS : this.withLine(liken(shown, unit, edges), shown, unit);
      });
    });
    this.net = netDepth(piece.units);
    this.bodyStart = base.findIndex((unit) => unit.kind === "open") + 1;
    const brace = endsHead(piece.units) ? this.bodyStart - 1 : -1;
    this.brace = brace < 0 ? -1 : brace - (piece.units[0]?.kind === "open" ? 0 : 1);
    const end = base.findLastIndex((unit) => unit.kind === "close");
    this.bodyEnd = end < 0 ? base.length : end;
    this.scores = new Float64Array((base.length + 1) * (base.length + 1)).fill(NEVER);
    const held = this.heldBefore();
    for (let from = 0; from <= base.length; from++) this.fill(from, held);
    const { pinned } = piece;
    if (!this.isPlaced && pinned !== null) this.scores[pinned.from * (base.length + 1) + pinned.to] = 0;
  }

  score(from: number, to: number): number {
    return this.scores[from * (this.base.length + 1) + to] ?? NEVER;
  }

  /** The alignment behind a score, traced back. */
  laid(from: number, to: number): Laid {
    const rows = this.rows(from, to);
    const width = to - from + 1;
    const pairs: Pair[] = [];
    let i = this.piece.units.length;
    let j = to - from;
    while (i > 0 && j > 0) {
      const here = rows[i * width + j] ?? NEVER;
      const likened = this.likenesses[i - 1]?.[from + j - 1];
      if (
        likened !== undefined &&
        likened.gain > 0 &&
        here === (rows[(i - 1) * width + j - 1] ?? NEVER) + likened.gain
      ) {
        pairs.unshift({ shown: i - 1, base: from + j - 1, likened });
        i--;
        j--;
      } else if (here === (rows[(i - 1) * width + j] ?? NEVER) - KEEPING_COSTS) i--;
      else j--;
    }
    return { from, to, pairs, score: this.score(from, to) };
  }

  private fill(from: number, held: readonly number[]): void {
    const { units, fromHead, toEnd } = this.piece;
    const length = this.base.length;
    if (fromHead && from !== 0) return;
    const rows = this.rows(from, length);
    const width = length - from + 1;
    const depth = this.depthAt(from);
    if (!fromHead && from < this.bodyStart && from !== this.brace) return;
    if (this.brace >= 0 && from !== this.brace) return;
    for (let to = from + 1; to <= (toEnd ? length : this.bodyEnd); to++) {
      if (toEnd && to !== length) continue;
      if (!fromHead && !toEnd && held[to] === held[from]) continue;
      const imbalance = Math.abs(this.depthAt(to) - depth - this.net);
      const score = rows[units.length * width + (to - from)] ?? NEVER;
      this.scores[from * (length + 1) + to] = score - imbalance * IMBALANCE_COSTS;
      this.isPlaced = true;
    }
  }

  /**
   * How many of the base's units before each index may hold the piece in its place: matched by a shown one, and not
   * of a kind that is everywhere. A piece with the function's head or end is held by that.
   */
  private heldBefore(): number[] {
    const held = [0];
    for (const [j, unit] of this.base.entries()) {
      const holds = !isPlain(unit) && this.likenesses.some((row) => (row[j]?.gain ?? 0) > 0);
      held.push((held[j] ?? 0) + (holds ? 1 : 0));
    }
    return held;
  }

  /** The scores of aligning the first i shown units with the first j units from `from` on. */
  private rows(from: number, to: number): Float64Array {
    const width = to - from + 1;
    const rows = new Float64Array((this.piece.units.length + 1) * width);
    for (let j = 1; j < width; j++) rows[j] = (rows[j - 1] ?? 0) - this.dropping(from + j - 1);
    for (let i = 1; i <= this.piece.units.length; i++) {
      rows[i * width] = -KEEPING_COSTS * i;
      const likenesses = this.likenesses[i - 1];
      for (let j = 1; j < width; j++) {
        const gain = likenesses?.[from + j - 1]?.gain ?? 0;
        const match = gain > 0 ? (rows[(i - 1) * width + j - 1] ?? NEVER) + gain : NEVER;
        const keep = (rows[(i - 1) * width + j] ?? NEVER) - KEEPING_COSTS;
        const drop = (rows[i * width + j - 1] ?? NEVER) - this.dropping(from + j - 1);
        rows[i * width + j] = Math.max(match, keep, drop);
      }
    }
    return rows;
  }

  private dropping(index: number): number {
    const unit = this.base[index];
    return unit === undefined || this.own.has(index) ? 0 : costOfDropping(unit);
  }

  private depthAt(index: number): number {
    return this.base[index]?.depth ?? depthBehind(this.base);
  }

  /** Among equally good places the one with the nearest line number. */
  private withLine(likened: Likened, shown: Unit, base: Unit): Likened {
    if (likened.gain === 0 || this.piece.oldLine === null) return likened;
    const distance = Math.min(Math.abs(this.piece.oldLine(shown) - base.line), 200);
    return { ...likened, gain: likened.gain - distance * 1e-4 };
  }
}

/** They begin with the end of a function's head, or right behind it: its brace stands in column 0. */
export function endsHead(units: readonly Unit[]): boolean {
  const brace = units[0]?.cutAtStart === true ? units[1] : units[0];
  return brace?.kind === "open" && brace.atMargin;
}

/** How many braces the units open more than they close. */
export function netDepth(units: readonly Unit[]): number {
  return depthBehind(units) - (units[0]?.depth ?? 0);
}

/** Open braces behind the last unit. */
function depthBehind(units: readonly Unit[]): number {
  const last = units[units.length - 1];
  if (last === undefined) return 0;
  if (last.kind === "open") return last.depth + 1;
  return last.kind === "close" ? last.depth - 1 : last.depth;
}
