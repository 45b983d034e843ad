/** State variables and how they are packed into words. */

/** A finite number that belongs to the state. */
export interface Variable {
  /** For people who debug the machine. */
  readonly name: string;
  readonly bits: number;
  readonly initial: number;
  /** The object that it describes: forgotten when that is freed. Null for all else. */
  readonly object: { readonly type: number; readonly object: number } | null;
  /** The thread whose place or locals it holds; null for all else. */
  readonly thread: number | null;
  /** The threads of which it tells something: what one of them holds, whether another one waits for it. */
  readonly about: readonly number[];
}

/** Where a variable lies in the words of a state. */
export interface Place {
  readonly word: number;
  readonly shift: number;
  /** Not shifted: the largest value. */
  readonly mask: number;
}

export interface Layout {
  readonly words: number;
  /** Undefined for variables that never change: they are their initial value. */
  placeOf(variable: Variable): Place | undefined;
  /** The words of the initial state. */
  readonly initial: Int32Array;
}

/** Bits that hold 0..max. */
export function bitsFor(max: number): number {
  return 32 - Math.clz32(max);
}

export function largest(variable: Variable): number {
  return 2 ** variable.bits - 1;
}

/**
 * First fit, larger ones first within a word's reach: no variable lies across two words. Order of declaration
 * decides between equals, so that equal models have equal layouts.
 * @param blocks variables that are laid out side by side, as far as words allow
 */
export function layOut(variables: readonly Variable[], blocks: readonly (readonly Variable[])[] = []): Layout {
  const places = new Map<Variable, Place>();
  const free: number[] = [];
  const inBlocks = new Set(blocks.flat());
  const pieces = [
    ...blocks.flatMap(cut),
    ...variables
      .filter((variable) => !inBlocks.has(variable))
      .map((variable) => ({ bits: variable.bits, of: [variable] })),
  ];
  for (const { bits, of } of pieces.toSorted((a, b) => b.bits - a.bits)) {
    if (bits === 0) continue;
    let word = free.findIndex((left) => left >= bits);
    if (word < 0) word = free.push(32) - 1;
    for (const variable of of) {
      const left = free[word] ?? 0;
      if (variable.bits > 0) places.set(variable, { word, shift: 32 - left, mask: largest(variable) });
      free[word] = left - variable.bits;
    }
  }
  const words = Math.max(1, free.length);
  const initial = new Int32Array(words);
  for (const [variable, place] of places) {
    initial[place.word] = (initial[place.word] ?? 0) | (variable.initial << place.shift);
  }
  return { words, initial, placeOf: (variable) => places.get(variable) };
}

interface Piece {
  readonly bits: number;
  readonly of: readonly Variable[];
}

/** Into pieces of less than a word each; equal blocks in equal ways. */
function cut(block: readonly Variable[]): readonly Piece[] {
  const pieces: { bits: number; of: Variable[] }[] = [];
  for (const variable of block.toSorted((a, b) => b.bits - a.bits)) {
    const piece = pieces.find(({ bits }) => bits + variable.bits < 32);
    if (piece) {
      piece.of.push(variable);
      piece.bits += variable.bits;
    } else pieces.push({ bits: variable.bits, of: [variable] });
  }
  return pieces;
}
