/**
 * Which locals of a program can still be read, by place.
 *
 * States that differ only in locals that are written before they are read, if at all, go on alike: they are kept as one,
 * with such locals 0 (Bozga, Fernandez, Ghirvu, State space reduction based on live variables analysis, 1999).
 */
import type { Program, Step } from "../../model/ir";
import type { Flow } from "./flow";
import type { Places } from "./places";

export interface Liveness {
  /** Locals whose value at that place matters; without those that nothing ever changes. */
  at(place: number): readonly number[];
}

/** Locals that some step writes. The others are what the thread's arguments made them. */
export function changedLocals(program: Program): ReadonlySet<number> {
  return new Set(program.steps.map(localWritten).filter((local) => local !== null));
}

/** Backward data flow over bit sets: one row of words for each place. */
export function liveLocals(program: Program, places: Places, { next, valueAt }: Flow): Liveness {
  const changed = changedLocals(program);
  const size = Math.max(1, Math.ceil(program.locals.length / 32));
  const rows = new Int32Array(places.count * size);
  const uses = new Int32Array(places.count * size);
  const written = new Int32Array(places.count).fill(-1);
  const before: number[][] = Array.from({ length: places.count }, () => []);
  for (const [place, all] of next.entries()) for (const one of all) before[one]?.push(place);
  for (const [index, step] of program.steps.entries()) {
    // Where only one way can be gone, nobody asks.
    const asks = step.action.kind !== "branch" || next[index]?.length !== 1;
    for (const local of asks ? localsRead(step) : []) {
      if (changed.has(local) && valueAt(index, local) === null) setBit(uses, index * size, local);
    }
    written[index] = localWritten(step) ?? -1;
  }
  const row = new Int32Array(size);
  const work = next.map((_, place) => place);
  for (let place = work.pop(); place !== undefined; place = work.pop()) {
    row.fill(0);
    for (const one of next[place] ?? []) {
      for (let word = 0; word < size; word++) row[word] = at(row, word) | at(rows, one * size + word);
    }
    const into = at(written, place);
    if (into >= 0) row[into >> 5] = at(row, into >> 5) & ~(1 << (into & 31));
    let grew = false;
    for (let word = 0; word < size; word++) {
      const now = at(row, word) | at(uses, place * size + word);
      if (now === at(rows, place * size + word)) continue;
      rows[place * size + word] = now;
      grew = true;
    }
    if (grew) work.push(...(before[place] ?? []));
  }
  const known = new Map<number, readonly number[]>();
  return {
    at(place) {
      let all = known.get(place);
      if (!all) {
        const base = place * size;
        all = program.locals.flatMap((_, local) =>
          (at(rows, base + (local >> 5)) >>> (local & 31)) & 1 ? [local] : [],
        );
        known.set(place, all);
      }
      return all;
    },
  };
}

function localWritten(step: Step): number | null {
  const { action } = step;
  return "into" in action ? action.into : null;
}

/** Every `{kind: "local"}` within the action. */
function localsRead(step: Step): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("kind" in node && node.kind === "local" && "local" in node && typeof node.local === "number") {
      found.add(node.local);
      return;
    }
    for (const part of Object.values(node)) if (typeof part === "object") visit(part);
  };
  visit(step.action);
  return found;
}

function setBit(rows: Int32Array, base: number, bit: number): void {
  const word = base + (bit >> 5);
  rows[word] = at(rows, word) | (1 << (bit & 31));
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}
