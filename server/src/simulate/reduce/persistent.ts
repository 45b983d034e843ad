/**
 * Persistent sets: a state in which it is enough that one thread moves.
 *
 * That is so when nothing that the others can do before that thread has moved touches what its next transition
 * touches: then it does not matter when it moves, and it may as well move now. Locks count: what others could only do
 * after they got a lock that this thread holds cannot come before. Findings are made by steps, each of which still
 * runs, from a state in which it reads the same values; states from which nothing moves are all reached. The
 * explorer takes care that no thread is put off for ever (a set that leads to nothing new is not enough), and that a
 * path which ends cuts nobody off.
 */
import type { Compiled, CompiledThread } from "../machine/compile";
import { heldLocks, regions, type LockSet } from "./regions";
import { independent, Toucher, type Touches } from "./touches";

const UNKNOWN = 0;
const INDEPENDENT = 1;
const DEPENDENT = 2;

export class PersistentSets {
  private readonly toucher: Toucher;
  private readonly threads: readonly Side[];
  /** By thread, its pc, the other thread: answers by the other's pc. */
  private readonly answers: (Uint8Array[] | undefined)[][] = [];

  constructor(private readonly compiled: Compiled) {
    this.toucher = new Toucher(compiled.machine, (variable) => compiled.layout.placeOf(variable) !== undefined);
    this.threads = compiled.threads.map((thread) => new Side(compiled, thread, this.toucher));
  }

  /** Whether it is enough that this thread moves; `pcs` holds the value of each thread's pc. */
  suffices(thread: number, pcs: Int32Array): boolean {
    const pc = pcs[thread] as number;
    const rows = (this.answers[thread] ??= []);
    const row = (rows[pc] ??= this.compiled.threads.map((other) => new Uint8Array(other.rests.length)));
    for (let other = 0; other < pcs.length; other++) {
      if (other === thread) continue;
      const answers = row[other] as Uint8Array;
      const otherPc = pcs[other] as number;
      if (answers[otherPc] === UNKNOWN) {
        answers[otherPc] = this.decide(thread, pc, other, otherPc) ? INDEPENDENT : DEPENDENT;
      }
      if (answers[otherPc] === DEPENDENT) return false;
    }
    return true;
  }

  private decide(thread: number, pc: number, other: number, otherPc: number): boolean {
    const mine = this.threads[thread];
    const theirs = this.threads[other];
    if (!mine || !theirs) return false;
    return independent(mine.transition(pc), theirs.region(otherPc, mine.heldAt(pc)));
  }
}

/** What is known of one thread. */
class Side {
  private readonly held: readonly LockSet[];
  private readonly own: readonly Touches[];
  private readonly byLocks = new Map<LockSet, readonly Touches[]>();
  private readonly transitions: Touches[] = [];

  constructor(
    private readonly compiled: Compiled,
    private readonly thread: CompiledThread,
    private readonly toucher: Toucher,
  ) {
    this.held = heldLocks(compiled.model, thread.program, thread.places);
    this.own = Array.from({ length: thread.places.count }, (_, place) => toucher.of(thread.body(place)));
  }

  transition(pc: number): Touches {
    return (this.transitions[pc] ??= this.toucher.of(this.thread.transition(pc)));
  }

  heldAt(pc: number): LockSet {
    return this.held[this.thread.rests[pc] ?? 0] ?? 0n;
  }

  region(pc: number, held: LockSet): Touches {
    let touched = this.byLocks.get(held);
    if (!touched) {
      const { program, places } = this.thread;
      touched = regions(this.compiled.model, program, places, this.own, this.toucher, held);
      this.byLocks.set(held, touched);
    }
    return touched[this.thread.rests[pc] ?? 0] ?? this.toucher.none();
  }
}
