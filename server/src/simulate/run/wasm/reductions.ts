/** Tests and symmetry of one model as functions, for the core to find in the table. */
import type { Group } from "../../reduce/plan";
import type { Test } from "../../reduce/test";
import type { Layout, Variable } from "../../machine/variables";
import { Code, I32, type Label } from "./code";

const STATE = 0;

/** Takes the address of a state, and gives 1 when the test holds there. */
export function testCode(layout: Layout, test: Test): Code {
  const code = new Code(1);
  code.block((fails) => {
    emitTest(code, layout, test, fails);
    code.constant(1).return();
  });
  return code.constant(0);
}

/** Takes the address of a state and puts the threads of each group into an order. */
export function canonicalCode(groups: readonly Group[]): Code {
  const code = new Code(1);
  for (const { threads, chunks } of groups) {
    // A sorting network for few: after each round the largest that is left is at the end.
    for (let end = threads.length - 1; end > 0; end--)
      for (let at = 0; at < end; at++) exchange(code, chunks, at, at + 1);
  }
  return code;
}

/** Goes on behind when it holds. */
function emitTest(code: Code, layout: Layout, test: Test, fails: Label): void {
  switch (test.op) {
    case "in":
      emitIn(code, layout, test.of, test.set);
      code.op(I32.Eqz).breakIf(fails);
      return;
    case "all":
      for (const part of test.of) emitTest(code, layout, part, fails);
      return;
    case "some":
      code.block((holds) => {
        for (const part of test.of) {
          code.block((next) => {
            emitTest(code, layout, part, next);
            code.break(holds);
          });
        }
        code.break(fails);
      });
  }
}

/** Leaves a number that is not 0 when the variable has one of the values. */
function emitIn(code: Code, layout: Layout, variable: Variable, set: readonly number[]): void {
  const place = layout.placeOf(variable);
  if (!place) {
    code.constant(set.includes(variable.initial) ? 1 : 0);
    return;
  }
  const { lowest, highest, words, isRange } = shapeOf(set);
  const read = (): void => {
    code.get(STATE).load(4 * place.word);
    if (place.shift > 0) code.constant(place.shift).op(I32.ShrU);
    if (place.shift + variable.bits < 32) code.constant(place.mask).op(I32.And);
  };
  if (lowest === highest) {
    read();
    code.constant(lowest).op(I32.Eq);
  } else if (isRange) {
    read();
    if (lowest > 0) code.constant(lowest).op(I32.Sub);
    code.constant(highest - lowest).op(I32.LeU);
  } else {
    const value = code.local();
    read();
    code.set(value);
    emitBits(code, value, words);
  }
}

interface Shape {
  readonly lowest: number;
  readonly highest: number;
  /** Bit v of word w: 32 * w + v is in the set. */
  readonly words: readonly number[];
  /** It holds all from the lowest to the highest. */
  readonly isRange: boolean;
}

/** Tests share many a set. */
const shapes = new WeakMap<readonly number[], Shape>();

function shapeOf(set: readonly number[]): Shape {
  const known = shapes.get(set);
  if (known) return known;
  const [first = 0] = set;
  let lowest = first;
  let highest = first;
  const words: number[] = [];
  for (const value of set) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    while (words.length <= value >> 5) words.push(0);
    words[value >> 5] = (words[value >> 5] as number) | (1 << (value & 31));
  }
  let isRange = true;
  for (let value = lowest; value < highest && isRange; value++) {
    isRange = (((words[value >> 5] as number) >>> (value & 31)) & 1) === 1;
  }
  const shape = { lowest, highest, words, isRange };
  shapes.set(set, shape);
  return shape;
}

function emitBits(code: Code, value: number, words: readonly number[]): void {
  for (const word of words) code.constant(word);
  // From the end: the word of the largest values is taken when the value is not below them.
  for (let at = words.length - 1; at > 0; at--) {
    const taken = code.local();
    code.set(taken);
    const before = code.local();
    code.set(before);
    code
      .get(taken)
      .get(before)
      .get(value)
      .constant(32 * at)
      .op(I32.GeU)
      .op(I32.Select);
  }
  // Shifting takes the distance modulo 32. What lies above the last word is in no set.
  code.get(value).op(I32.ShrU).constant(1).op(I32.And);
  code
    .get(value)
    .constant(32 * words.length)
    .op(I32.LtU)
    .op(I32.And);
}

/** Two threads change places when the first one's chunks are the larger ones. */
function exchange(code: Code, chunks: Group["chunks"], first: number, second: number): void {
  const pieces = chunks.map(({ mask, places }) => {
    const a = places[first];
    const b = places[second];
    if (!a || !b) throw new RangeError("a group with a chunk that not every thread has");
    const left = code.local();
    const right = code.local();
    for (const [local, { word, shift }] of [[left, a] as const, [right, b] as const]) {
      code
        .get(STATE)
        .load(4 * word)
        .constant(shift)
        .op(I32.ShrU)
        .constant(mask)
        .op(I32.And)
        .set(local);
    }
    return { a, b, left, right };
  });
  code.block((done) => {
    code.block((swap) => {
      for (const { left, right } of pieces) {
        code.get(left).get(right).op(I32.GtU).breakIf(swap);
        code.get(left).get(right).op(I32.LtU).breakIf(done);
      }
      code.break(done);
    });
    for (const { a, b, left, right } of pieces) {
      const bits = code.local();
      code.get(left).get(right).op(I32.Xor).set(bits);
      for (const { word, shift } of [a, b]) {
        code
          .get(STATE)
          .get(STATE)
          .load(4 * word)
          .get(bits)
          .constant(shift)
          .op(I32.Shl)
          .op(I32.Xor)
          .store(4 * word);
      }
    }
  });
}
