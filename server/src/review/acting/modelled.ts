/** How many of the statements that act have become steps. */
import type { Place } from "../../c/syntax";
import type { Program } from "../../model/ir";
import type { Lowered } from "../../model/lower/programs";
import type { Relocation } from "../relocation";
import type { ActingStatement } from "./statements";

export interface ModelledCount {
  readonly acting: readonly ActingStatement[];
  /** Those that are not modelled, with the reason. */
  readonly rest: readonly (ActingStatement & { readonly why: string })[];
}

/** What some C was lowered to, from an earlier version of the text perhaps. */
export interface LoweredFrom {
  readonly lowered: Lowered;
  readonly moved: Relocation;
}

/**
 * A statement is modelled when some program has steps of it and lacks nothing of it, or when the lowering came to it and
 * proved that nothing leads there. Later groups of programs are looked at for what is left only.
 */
export function countModelled(
  acting: readonly ActingStatement[],
  groups: readonly (readonly LoweredFrom[])[],
  neverRun: () => readonly Place[],
): ModelledCount {
  const reasons = new Map<ActingStatement, string>();
  let rest = acting;
  for (const group of groups) {
    const spans = new Spans(rest.map(({ place }) => place));
    const modelled = new Set<number>();
    for (const { lowered, moved } of rest.length === 0 ? [] : group) {
      const { stepped, lost } = spans.of(lowered.raw, moved);
      for (const index of stepped) if (!lost.has(index)) modelled.add(index);
      for (const [index, why] of lost) reasons.set(rest[index] as ActingStatement, why);
    }
    rest = rest.filter((_, index) => !modelled.has(index));
  }
  const proved = new Set(rest.length === 0 ? [] : neverRun().map(keyOf));
  return {
    acting,
    rest: rest
      .filter(({ place }) => !proved.has(keyOf(place)))
      .map((statement) => ({ ...statement, why: reasons.get(statement) ?? `${statement.text} leaves no step` })),
  };
}

function keyOf({ file, start, end }: Place): string {
  return `${file}:${start}:${end}`;
}

/** Finds the statement that a place lies in. */
class Spans {
  private readonly order: readonly number[];

  constructor(private readonly places: readonly Place[]) {
    this.order = [...places.keys()].toSorted((a, b) => this.start(a) - this.start(b));
  }

  /** The statements that steps of the program come from, and those of which a part is not modelled there, with what. */
  of(program: Program, moved: Relocation): { stepped: Set<number>; lost: Map<number, string> } {
    const stepped = new Set<number>();
    const lost = new Map<number, string>();
    for (const { action, place, stack } of program.steps) {
      const own = this.around(place, moved);
      if (own !== null) stepped.add(own);
      if (own !== null && action.kind === "unknown") lost.set(own, action.what);
      for (const { call } of stack) {
        const caller = this.around(call, moved);
        if (caller !== null) stepped.add(caller);
      }
    }
    return { stepped, lost };
  }

  /** The place, or one that it was expanded through. */
  private around(place: Place | null, moved: Relocation): number | null {
    for (let at = place; at !== null; at = at.via) {
      const found = this.holding(moved.place(at));
      if (found !== null) return found;
    }
    return null;
  }

  private holding({ file, start, end }: Place): number | null {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.start(this.order[middle] ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const found = this.order[low - 1];
    const place = found === undefined ? undefined : this.places[found];
    return found !== undefined && place !== undefined && place.file === file && place.end >= end ? found : null;
  }

  private start(index: number): number {
    return this.places[index]?.start ?? 0;
  }
}
