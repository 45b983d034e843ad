/** The rules by which a search leaves states out, in JavaScript; `wasm/core.ts` follows the same ones. */
import type { Compiled } from "../machine/compile";
import type { Group, Plan } from "../reduce/plan";
import { answer, isNever, type Answer } from "../reduce/test";

/** Steps that may be gone from a state without storing what lies between. */
export const LONGEST_CHAIN = 1000;

export class Thinning {
  readonly order: readonly number[];
  readonly links: number;
  private readonly answers: (Answer | null | undefined)[][];

  constructor(
    private readonly compiled: Compiled,
    private readonly plan: Plan,
  ) {
    this.order = plan.order;
    this.links = plan.chains ? LONGEST_CHAIN : 0;
    this.answers = compiled.threads.map(() => []);
  }

  /** Whether it is enough that the thread moves, in the state that lies there. */
  suffices(thread: number, pc: number, words: Int32Array, from: number): boolean {
    const known = (this.answers[thread] as (Answer | null | undefined)[])[pc];
    const holds = known === undefined ? this.make(thread, pc) : known;
    return holds !== null && holds(words, from);
  }

  /** Puts the threads of each group into an order, in place. */
  canonicalise(words: Int32Array, from: number): void {
    for (const group of this.plan.groups) {
      for (let end = group.threads.length - 1; end > 0; end--)
        for (let at = 0; at < end; at++) if (isLarger(group, words, from, at)) exchange(group, words, from, at);
    }
  }

  private make(thread: number, pc: number): Answer | null {
    const test = this.plan.suffices(thread, pc);
    const made = isNever(test) ? null : answer(test, this.compiled.layout);
    (this.answers[thread] as (Answer | null | undefined)[])[pc] = made;
    return made;
  }
}

type Words = Int32Array;

function isLarger({ chunks }: Group, words: Words, from: number, member: number): boolean {
  for (const chunk of chunks) {
    const first = part(chunk, words, from, member);
    const second = part(chunk, words, from, member + 1);
    if (first !== second) return first > second;
  }
  return false;
}

function exchange({ chunks }: Group, words: Words, from: number, member: number): void {
  for (const chunk of chunks) {
    const bits = part(chunk, words, from, member) ^ part(chunk, words, from, member + 1);
    for (const at of [member, member + 1]) {
      const { word, shift } = chunk.places[at] ?? NOWHERE;
      words[from + word] = (words[from + word] as number) ^ (bits << shift);
    }
  }
}

function part({ mask, places }: Group["chunks"][number], words: Words, from: number, member: number): number {
  const { word, shift } = places[member] ?? NOWHERE;
  return (((words[from + word] as number) >>> shift) & mask) >>> 0;
}

const NOWHERE = { word: 0, shift: 0 };
