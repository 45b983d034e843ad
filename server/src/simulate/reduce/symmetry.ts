/**
 * Thread symmetry: of states that differ only in which of some threads that are alike did what, one is stored.
 *
 * Threads are alike that run the same program with the same arguments. All that tells of one of them (its place, its
 * locals, what it holds, who waits for it) is a block of variables; nothing else in a state names a thread. To swap two
 * such blocks is then an automorphism of the machine: what could happen before can happen after, to the other one
 * (Emerson and Sistla, Symmetry and model checking, 1996; Ip and Dill, Better verification through symmetry, 1996). The
 * state with the blocks in order stands for all. A finding names a step of a program, not a thread.
 *
 * A variable that tells of two threads that are alike (one waits for the other in synchronize_rcu()) would have to be
 * swapped twice over: then they are not taken as alike. The same holds where stores go through buffers, since what
 * empties a buffer is a thread of its own.
 */
import type { CompiledThread } from "../machine/compile";
import type { Machine } from "../machine/machine";
import type { Layout, Variable } from "../machine/variables";

export interface Alike {
  readonly threads: readonly number[];
  /** By member: what tells of it, in the same order for each. */
  readonly blocks: readonly (readonly Variable[])[];
}

export interface Group {
  readonly threads: readonly number[];
  /** What there is of each thread, in parts. Equal tuples of parts: the threads do the same. */
  readonly chunks: readonly Chunk[];
}

export interface Chunk {
  /** Not shifted: the largest value. */
  readonly mask: number;
  /** By member of the group. */
  readonly places: readonly { readonly word: number; readonly shift: number }[];
}

/** @param changing the variables that belong to the state */
export function alikeThreads(
  machine: Machine,
  threads: readonly CompiledThread[],
  changing: readonly Variable[],
): readonly Alike[] {
  const groups = new Map<string, number[]>();
  for (const [thread, { program, role, args }] of machine.model.threads.entries()) {
    if (role !== "thread" || threads[thread]?.program.storeBuffer !== undefined) continue;
    const key = `${program} ${args.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), thread]);
  }
  return [...groups.values()].flatMap((members) => {
    if (members.length < 2) return [];
    const tellsOfTwo = changing.some(({ about }) => about.filter((one) => members.includes(one)).length > 1);
    const blocks = members.map((member) =>
      changing.filter(({ about }) => about.includes(member)).toSorted((a, b) => b.bits - a.bits),
    );
    return tellsOfTwo || !blocks.every((block) => areEqual(block, blocks[0] ?? []))
      ? []
      : [{ threads: members, blocks }];
  });
}

/** How the blocks lie in the words of a state; variables side by side in all blocks alike are one part. */
export function groupOf({ threads, blocks }: Alike, layout: Layout): Group {
  const chunks: { bits: number; places: { word: number; shift: number }[] }[] = [];
  for (const index of (blocks[0] ?? []).keys()) {
    const variables = blocks.flatMap((block) => block[index] ?? []);
    const places = variables.flatMap((variable) => layout.placeOf(variable) ?? []);
    const bits = variables[0]?.bits ?? 0;
    if (bits === 0) continue;
    const before = chunks.find((chunk) => areAdjacent(chunk, places) && chunk.bits + bits < 32);
    if (before) before.bits += bits;
    else chunks.push({ bits, places: places.map(({ word, shift }) => ({ word, shift })) });
  }
  return { threads, chunks: chunks.map(({ bits, places }) => ({ mask: 2 ** bits - 1, places })) };
}

function areAdjacent(
  chunk: { readonly bits: number; readonly places: readonly { readonly word: number; readonly shift: number }[] },
  places: readonly { readonly word: number; readonly shift: number }[],
): boolean {
  return chunk.places.every(
    ({ word, shift }, member) => places[member]?.word === word && places[member].shift === shift + chunk.bits,
  );
}

function areEqual(a: readonly Variable[], b: readonly Variable[]): boolean {
  return a.length === b.length && a.every(({ bits, initial }, at) => bits === b[at]?.bits && initial === b[at].initial);
}
