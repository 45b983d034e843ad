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
 */
export function layOut(variables: readonly Variable[]): Layout {
  const places = new Map<Variable, Place>();
  const free: number[] = [];
  for (const variable of variables.toSorted((a, b) => b.bits - a.bits)) {
    if (variable.bits === 0) continue;
    let word = free.findIndex((bits) => bits >= variable.bits);
    if (word < 0) word = free.push(32) - 1;
    const left = free[word] ?? 0;
    places.set(variable, { word, shift: 32 - left, mask: largest(variable) });
    free[word] = left - variable.bits;
  }
  const words = Math.max(1, free.length);
  const initial = new Int32Array(words);
  for (const [variable, place] of places) {
    initial[place.word] = (initial[place.word] ?? 0) | (variable.initial << place.shift);
  }
  return { words, initial, placeOf: (variable) => places.get(variable) };
}
