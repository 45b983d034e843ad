/** Questions to a state: the form in which a search is told when it may leave something out. */
import type { Layout, Variable } from "../machine/variables";

export type Test =
  /** The variable has one of these values. */
  | { readonly op: "in"; readonly of: Variable; readonly set: readonly number[] }
  /** True when there are none. */
  | { readonly op: "all"; readonly of: readonly Test[] }
  /** False when there are none. */
  | { readonly op: "some"; readonly of: readonly Test[] };

export const ALWAYS: Test = { op: "all", of: [] };
export const NEVER: Test = { op: "some", of: [] };

export const is = (of: Variable, value: number): Test => oneOf(of, [value]);

export function oneOf(of: Variable, set: readonly number[]): Test {
  if (set.length === 0) return NEVER;
  return set.length === 2 ** of.bits ? ALWAYS : { op: "in", of, set };
}

/** Cheap ones first; what is decided already is left out, and several questions to one variable become one. */
export function all(of: readonly Test[]): Test {
  const asked = new Map<Variable, Test & { readonly op: "in" }>();
  const parts = new Set<Test>();
  for (const test of of.flatMap((part) => (part.op === "all" ? part.of : [part]))) {
    if (isNever(test)) return NEVER;
    if (test.op !== "in") parts.add(test);
    else {
      const before = asked.get(test.of);
      const set = before ? before.set.filter((value) => test.set.includes(value)) : test.set;
      if (set.length === 0) return NEVER;
      asked.set(test.of, before && set.length === before.set.length ? before : { ...test, set });
    }
  }
  const [only] = asked.values();
  if (parts.size === 0 && asked.size === 1 && only) return only;
  const [part] = parts;
  if (parts.size === 1 && asked.size === 0 && part) return part;
  return { op: "all", of: [...asked.values(), ...[...parts].toSorted((a, b) => size(a) - size(b))] };
}

export function some(of: readonly Test[]): Test {
  const parts = new Set(of.flatMap((test) => (test.op === "some" ? test.of : [test])));
  for (const part of parts) if (isAlways(part)) return ALWAYS;
  const [only] = parts;
  return parts.size === 1 && only ? only : { op: "some", of: [...parts] };
}

export function isNever(test: Test): boolean {
  return test.op === "some" && test.of.length === 0;
}

function isAlways(test: Test): boolean {
  return test.op === "all" && test.of.length === 0;
}

function size(test: Test): number {
  return test.op === "in" ? 1 : test.of.reduce((sum, part) => sum + size(part), 1);
}

/** For those who do not generate code. `from`: where the state begins in the words. */
export type Answer = (words: Int32Array, from: number) => boolean;

export function answer(test: Test, layout: Layout): Answer {
  switch (test.op) {
    case "in": {
      const place = layout.placeOf(test.of);
      const isIn = new Uint8Array(2 ** test.of.bits);
      for (const value of test.set) isIn[value] = 1;
      if (!place) return isIn[test.of.initial] === 1 ? () => true : () => false;
      const { word, shift, mask } = place;
      return (words, from) => isIn[((words[from + word] as number) >>> shift) & mask] === 1;
    }
    case "all": {
      const parts = test.of.map((part) => answer(part, layout));
      return (words, from) => parts.every((part) => part(words, from));
    }
    case "some": {
      const parts = test.of.map((part) => answer(part, layout));
      return (words, from) => parts.some((part) => part(words, from));
    }
  }
}
