/**
 * Persistent sets: a state in which it is enough that one thread moves.
 *
 * That is so when nothing that the others can do before that thread has moved touches what its next transition
 * touches: then it does not matter when it moves, and it may as well move now. Locks count: what others could only do
 * after they got a lock that this thread holds cannot come before. A thread that cannot move now counts only if
 * another one (not this) can let it go on. Findings are made by steps, each of which still runs, in a state in which
 * it reads the same values; states from which nothing moves are all reached. The explorer takes care that no thread is
 * put off for ever (a set that leads to nothing new is not enough), and that a path which ends cuts nobody off.
 */
import type { Compiled, CompiledThread } from "../machine/compile";
import { surelyReads, type LockSet } from "../machine/certain";
import type { Place } from "../machine/variables";
import { grace } from "../objects/grace";
import { regions } from "./regions";
import { independent, meet, Toucher, type Touches } from "./touches";

export class PersistentSets {
  private readonly sides: readonly Side[];
  private readonly heads: readonly {
    readonly pending: Place | undefined;
    readonly marks: readonly (Place | undefined)[];
  }[];
  /** Each set of locks that somebody holds somewhere has a number. */
  private readonly lockSets: LockSet[] = [];

  constructor(compiled: Compiled) {
    const toucher = new Toucher(compiled.machine, (variable) => compiled.layout.placeOf(variable) !== undefined);
    this.heads = grace(compiled.machine).heads.map(({ pending, marks }) => ({
      pending: compiled.layout.placeOf(pending),
      marks: marks.map((mark) => mark && compiled.layout.placeOf(mark)),
    }));
    this.sides = compiled.threads.map((thread) => new Side(compiled, thread, toucher, this.lockSets));
  }

  /** Whether a thread at that place may have to wait. */
  mayBlock(thread: number, pc: number): boolean {
    return (this.sides[thread] as Side).guard(pc) !== null;
  }

  /**
   * Whether it is enough that this thread moves, which can. `pcs` holds the value of each thread's pc in the state;
   * bit t of `blocked` says that thread t cannot move.
   */
  suffices(thread: number, pcs: Int32Array, blocked: number, words: Int32Array, from: number): boolean {
    const { sides } = this;
    const mine = sides[thread] as Side;
    const pc = pcs[thread] as number;
    const locks = mine.lockSet(pc);
    const moves = mine.transition(pc);
    let active = 0;
    for (let other = 0; other < pcs.length; other++) {
      if (other === thread || ((blocked >> other) & 1) !== 0) continue;
      if (!independent(moves, (sides[other] as Side).region(pcs[other] as number, locks))) return false;
      active |= 1 << other;
    }
    const holdsOff = mine.reads(pc) && this.holdsOffCallbacks(thread, words, from);
    for (let grew = true; grew;) {
      grew = false;
      for (let other = 0; other < pcs.length; other++) {
        if (other === thread || ((active >> other) & 1) !== 0) continue;
        const guard = (sides[other] as Side).guard(pcs[other] as number);
        if (holdsOff && (sides[other] as Side).waitsForCallbacks(pcs[other] as number)) continue;
        if (!guard || !this.canBeFreed(guard, pcs, active, locks)) continue;
        if (!independent(moves, (sides[other] as Side).region(pcs[other] as number, locks))) return false;
        active |= 1 << other;
        grew = true;
      }
    }
    return true;
  }

  /**
   * The thread is in a read-side section: whatever others hand to call_rcu() from now on waits for it. True when what
   * is queued already does, too.
   */
  private holdsOffCallbacks(thread: number, words: Int32Array, from: number): boolean {
    return this.heads.every(({ pending, marks }) => {
      if (!pending || ((words[from + pending.word] ?? 0) & (pending.mask << pending.shift)) === 0) return true;
      const mark = marks[thread];
      return mark !== undefined && ((words[from + mark.word] ?? 0) & (mark.mask << mark.shift)) !== 0;
    });
  }

  /** Whether one of the active threads can change what a waiting one waits for. */
  private canBeFreed(guard: Int32Array, pcs: Int32Array, active: number, locks: number): boolean {
    for (let other = 0; other < pcs.length; other++) {
      if (((active >> other) & 1) === 0) continue;
      if (meet(guard, (this.sides[other] as Side).region(pcs[other] as number, locks).writes)) return true;
    }
    return false;
  }
}

/** What is known of one thread. */
class Side {
  private readonly held: Int32Array;
  private readonly reading: Uint8Array;
  private readonly takesCallbacks: Uint8Array;
  private readonly own: readonly Touches[];
  /** By number of the lock set, then by value of pc. */
  private readonly ahead: (readonly Touches[])[] = [];
  private readonly transitions: Touches[] = [];
  private readonly guards: (Int32Array | null)[] = [];

  constructor(
    private readonly compiled: Compiled,
    private readonly thread: CompiledThread,
    private readonly toucher: Toucher,
    private readonly lockSets: LockSet[],
  ) {
    this.held = Int32Array.from(thread.rests, (place) => {
      const locks = thread.certain[place]?.locks ?? 0n;
      const known = lockSets.indexOf(locks);
      return known >= 0 ? known : lockSets.push(locks) - 1;
    });
    this.reading = Uint8Array.from(thread.rests, (place) =>
      surelyReads(compiled.model.locks, thread.certain[place]) ? 1 : 0,
    );
    this.takesCallbacks = Uint8Array.from(thread.rests, (place) => {
      const at = thread.places.stepOf(place);
      const action = at ? thread.program.steps[at.step]?.action : undefined;
      return action?.kind === "take" && action.what === "rcu" ? 1 : 0;
    });
    this.own = Array.from({ length: thread.places.count }, (_, place) => toucher.of(thread.body(place)));
  }

  transition(pc: number): Touches {
    return (this.transitions[pc] ??= this.toucher.of(this.thread.transition(pc)));
  }

  /** What decides whether the thread can move from there; null where it always can. */
  guard(pc: number): Int32Array | null {
    let guard = this.guards[pc];
    if (guard === undefined) {
      guard = this.toucher.guardOf(this.thread.transition(pc));
      this.guards[pc] = guard;
    }
    return guard;
  }

  /** In a read-side section for sure. */
  reads(pc: number): boolean {
    return this.reading[pc] === 1;
  }

  /** A daemon that waits for callbacks to run. */
  waitsForCallbacks(pc: number): boolean {
    return this.takesCallbacks[pc] === 1;
  }

  /** Number of the set of locks that the thread surely holds there. */
  lockSet(pc: number): number {
    return this.held[pc] as number;
  }

  /** What it can touch from there on while somebody else holds those locks. */
  region(pc: number, locks: number): Touches {
    let ahead = this.ahead[locks];
    if (!ahead) {
      const { program, places, rests } = this.thread;
      const held = this.lockSets[locks] ?? 0n;
      const all = regions(this.compiled.model, program, places, this.own, this.toucher, held);
      ahead = rests.map((place) => all[place] ?? this.toucher.none());
      this.ahead[locks] = ahead;
    }
    return ahead[pc] as Touches;
  }
}
