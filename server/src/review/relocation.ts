/**
 * Where something stands now that was lowered from an earlier version of the text.
 *
 * What a definition is lowered to depends on its words only, so it is kept when comments, layout or other definitions
 * change; its places then are those of the text that it was lowered from.
 */
import type { Place } from "../c/syntax";
import type { Words } from "../c/words";
import type { Codebase } from "../model/lower/codebase";

export interface Relocation {
  place(place: Place): Place;
}

export const UNMOVED: Relocation = { place: (place) => place };

/** Null when something that was asked of the one codebase has another answer in the other. */
export function relocation(asked: ReadonlySet<string>, from: Codebase, to: Codebase): Relocation | null {
  if (from === to) return UNMOVED;
  const pieces = new Map<string, Piece[]>();
  for (const question of asked) {
    const old = from.found(question);
    const now = to.found(question);
    if (old.words !== now.words || old.definitions.length !== now.definitions.length) return null;
    for (const [index, { place, words }] of old.definitions.entries()) {
      const target = now.definitions[index];
      if (target === undefined || words === target.words) continue;
      // Which of two files a definition is in may make a difference to who may see it.
      if (target.place.file !== place.file) return null;
      const inFile = pieces.get(place.file);
      if (inFile === undefined) pieces.set(place.file, [{ from: place, words, to: target.words }]);
      else inFile.push({ from: place, words, to: target.words });
    }
  }
  if (pieces.size === 0) return UNMOVED;
  for (const inFile of pieces.values()) inFile.sort((a, b) => a.from.start - b.from.start);
  const moved = new WeakMap<Place, Place>();
  return {
    place(place) {
      const had = moved.get(place);
      if (had !== undefined) return had;
      const made = move(place, pieces.get(place.file) ?? []);
      moved.set(place, made);
      return made;
    },
  };
}

interface Piece {
  readonly from: Place;
  readonly words: Words;
  readonly to: Words;
}

function move(place: Place, pieces: readonly Piece[]): Place {
  const piece = pieces.findLast(({ from }) => from.start <= place.start && place.end <= from.end);
  if (piece === undefined) return place;
  const { words, to } = piece;
  const first = lastAtMost(words.starts, place.start);
  const last = lastAtMost(words.starts, Math.max(place.start, place.end - 1));
  const start = (to.starts[first] ?? 0) + place.start - (words.starts[first] ?? 0);
  const end = (to.ends[last] ?? 0) + place.end - (words.ends[last] ?? 0);
  return { ...place, start, end: Math.max(start, end) };
}

/** Index of the last offset that is not behind `offset`; 0 when all are. */
function lastAtMost(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
