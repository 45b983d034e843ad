/**
 * Persistent sets: a state in which it is enough that one thread moves (Godefroid, Partial-order methods for the
 * verification of concurrent systems, 1996).
 *
 * That is so when nothing that the others can do before that thread has moved touches what its next transition
 * touches: then it does not matter when it moves, and it may as well move now. What others can do is everything ahead
 * of them (`regions.ts`), but
 * - what they could only do after they got a lock that this thread holds cannot come before;
 * - a daemon that has no task, and that nobody can give one before, does nothing. If this thread is in a read-side
 *   section, nobody can give one to who runs callbacks, unless it was queued before the section began;
 * - a variable that is c, and into which nobody can store anything but c, does not change;
 * - giving back a lock that is surely held commutes with all that can happen (`sections.ts`).
 *
 * Findings are made by steps, each of which still runs, in a state in which it reads the same values; states from
 * which nothing moves are all reached. That no thread is put off for ever is the matter of `sticky.ts`; the search sees
 * to it that a path which ends (a fatal finding, a bound) cuts nobody off.
 */
import type { Action } from "../../model/ir";
import type { Compiled, CompiledThread } from "../machine/compile";
import { surelyReads, type LockSet } from "../machine/certain";
import type { Variable } from "../machine/variables";
import { hasPending } from "../objects/buffer";
import { grace } from "../objects/grace";
import { items } from "../objects/items";
import { regions, type Bars } from "./regions";
import { stickyPlaces } from "./sticky";
import { all, ALWAYS, is, isNever, NEVER, oneOf, some, type Test } from "./test";
import { Toucher, type Touches } from "./touches";

export class PersistentSets {
  private readonly toucher: Toucher;
  private readonly sides: readonly Side[];
  private readonly made: (Test | undefined)[][];
  /** By what moves and under what. */
  private readonly known = new Map<string, Test>();
  private sticky: readonly (readonly boolean[])[] | null = null;

  constructor(private readonly compiled: Compiled) {
    const { machine, layout, threads } = compiled;
    this.toucher = new Toucher(machine, (variable) => layout.placeOf(variable) !== undefined);
    this.sides = threads.map((thread) => new Side(compiled, thread, this.toucher));
    this.made = threads.map(() => []);
  }

  /** In which states it is enough that this thread moves, if it can. */
  suffices(thread: number, pc: number): Test {
    const { model, threads } = this.compiled;
    this.sticky ??= stickyPlaces(model, threads, (one, at) => isNever(this.commutes(one, at)));
    return this.sticky[thread]?.[pc] === true ? NEVER : this.commutes(thread, pc);
  }

  private commutes(thread: number, pc: number): Test {
    return ((this.made[thread] ??= [])[pc] ??= this.make(thread, pc));
  }

  private make(thread: number, pc: number): Test {
    const { threads, model } = this.compiled;
    const mine = this.sides[thread];
    const place = threads[thread]?.rests[pc];
    if (!mine || place === undefined || place === mine.thread.places.ended) return NEVER;
    const certain = mine.thread.certain[place];
    const reads = surelyReads(model.locks, certain);
    const moves: Moving = { thread, touches: mine.transition(pc), locks: certain?.locks ?? 0n, reads };
    // Many places touch the same, under the same locks.
    const key = `${thread} ${moves.locks} ${reads} ${moves.touches.join()}`;
    let test = this.known.get(key);
    if (!test) {
      test = isEmpty(moves.touches) ? ALWAYS : this.whenAlone(moves);
      this.known.set(key, test);
    }
    return test;
  }

  private whenAlone(moves: Moving): Test {
    const busy = this.othersWhile(moves, []);
    const disturbing = busy.filter(
      ({ side, regions }) =>
        side.task !== null && regions.some(({ touches }) => !isEmpty(this.toucher.conflicts(moves.touches, touches))),
    );
    // Where no daemon can disturb it does not matter whether they have something to do.
    if (disturbing.length === 0) return this.undisturbed(moves, busy);
    return some(
      this.idlers(moves).map((idle) => {
        const others = idle.length === 0 ? busy : this.othersWhile(moves, idle);
        const test = this.undisturbed(moves, others);
        return isNever(test) ? NEVER : all([...idle.map((one) => this.hasNothingToDo(moves, one, others)), test]);
      }),
    );
  }

  /** Sets of daemons of which it is worth asking whether they have nothing to do; the smallest last. */
  private idlers({ thread }: Moving): readonly (readonly number[])[] {
    const daemons = this.sides.flatMap((side, other) => (side.task && other !== thread ? [other] : []));
    const callbacks = daemons.filter((other) => this.sides[other]?.task === "callback");
    const kinds = [daemons, callbacks, daemons.filter((other) => !callbacks.includes(other)), []];
    return kinds.filter((set, at) => kinds.findIndex((one) => one.join() === set.join()) === at);
  }

  private othersWhile({ thread, locks, reads }: Moving, idle: readonly number[]): readonly Other[] {
    return this.sides.flatMap((side, other) =>
      other === thread ? [] : [{ side, regions: side.regions({ locks, reads, idle: idle.includes(other) }) }],
    );
  }

  private undisturbed({ touches }: Moving, others: readonly Other[]): Test {
    const { toucher } = this;
    const met = others.map(({ regions }) => regions.map((region) => toucher.conflicts(touches, region.touches)));
    const anywhere = new Int32Array(toucher.words);
    for (const one of met.flat())
      for (const [word, bits] of one.entries()) anywhere[word] = (anywhere[word] ?? 0) | bits;
    if (isEmpty(anywhere)) return ALWAYS;
    const disturbed = [...toucher.variables.keys()].filter((variable) => toucher.has(anywhere, variable));
    return all(
      disturbed.map((variable) => {
        const untouched = (at: number, region: number): boolean =>
          !toucher.has(met[at]?.[region] ?? anywhere, variable);
        return some([rows(others, untouched), ...this.steady(touches, variable, others, untouched)]);
      }),
    );
  }

  /** The variable is c, and nobody can store anything else into it. */
  private steady(
    touches: Touches,
    variable: number,
    others: readonly Other[],
    untouched: (at: number, region: number) => boolean,
  ): readonly Test[] {
    const { toucher } = this;
    const of = toucher.variables[variable];
    if (!of) return [];
    return toucher.values(of).flatMap((c) => {
      if (toucher.storesOther(touches, variable, c)) return [];
      const leaves = (at: number, region: number): boolean => {
        const there = others[at]?.regions[region];
        return there !== undefined && !toucher.storesOther(there.touches, variable, c);
      };
      const helps = others.some(({ regions }, at) => regions.some((_, one) => !untouched(at, one) && leaves(at, one)));
      if (!helps) return [];
      return [all([is(of, c), rows(others, (at, region) => untouched(at, region) || leaves(at, region))])];
    });
  }

  /** A daemon has no task now, and gets none before the thread has moved. */
  private hasNothingToDo(moves: Moving, daemon: number, others: readonly Other[]): Test {
    const side = this.sides[daemon];
    if (!side) return NEVER;
    const numbers = side.tasks.flatMap((variable) => this.toucher.numberOf(variable) ?? []);
    const nobodyGives = rows(others, (at, region) => {
      const there = others[at]?.regions[region];
      return there !== undefined && !numbers.some((task) => this.toucher.storesOther(there.touches, task, 0));
    });
    const never = all([...side.tasks.map((variable) => is(variable, 0)), nobodyGives]);
    return side.task === "callback" && moves.reads ? some([this.allWait(moves.thread), never]) : never;
  }

  /** Every callback that is queued waits for the thread's section to end; those to come do so anyway. */
  private allWait(thread: number): Test {
    const { machine, layout } = this.compiled;
    return all(
      grace(machine).heads.map(({ pending, marks }) => {
        const mark = marks[thread];
        if (!layout.placeOf(pending)) return all([]);
        return some([is(pending, 0), ...(mark ? [is(mark, 1)] : [])]);
      }),
    );
  }
}

interface Moving {
  readonly thread: number;
  readonly touches: Touches;
  /** What it surely holds. */
  readonly locks: LockSet;
  /** In a read-side section for sure. */
  readonly reads: boolean;
}

interface Other {
  readonly side: Side;
  readonly regions: readonly Region[];
}

/** What can be touched from some places on. */
interface Region {
  readonly touches: Touches;
  /** Values of pc. */
  readonly pcs: readonly number[];
}

/** Each of the others is at a place of a good region. */
function rows(others: readonly Other[], isGood: (other: number, region: number) => boolean): Test {
  return all(
    others.map(({ side, regions }, at) => {
      const good = regions.filter((_, region) => isGood(at, region));
      if (good.length === regions.length) return ALWAYS;
      return oneOf(
        side.thread.pc,
        good.flatMap(({ pcs }) => pcs),
      );
    }),
  );
}

function isEmpty(words: Int32Array): boolean {
  for (let at = 0; at < words.length; at++) if (words[at] !== 0) return false;
  return true;
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** What is 0 when there is no task of that kind. */
function tasksOf({ machine }: Compiled, action: Action): readonly Variable[] {
  if (action.kind === "drain") {
    const pending = hasPending(machine, action.thread);
    return pending.op === "any" ? pending.of : [];
  }
  if (action.kind !== "take") return [];
  const all = action.what === "rcu" ? grace(machine).heads : items(machine).items;
  return all.flatMap(({ type, pending }) => (type === action.type ? [pending] : []));
}

/** What is known of one thread. */
class Side {
  /** What kind of task a daemon waits for; null for others. */
  readonly task: "callback" | "other" | null;
  /** What is 0 when there is no task. */
  readonly tasks: readonly Variable[];
  private readonly own: readonly Touches[];
  private readonly known = new Map<string, readonly Region[]>();

  constructor(
    private readonly compiled: Compiled,
    readonly thread: CompiledThread,
    private readonly toucher: Toucher,
  ) {
    const { places, program } = thread;
    this.own = Array.from({ length: places.count }, (_, place) =>
      thread.movesLeft(place) ? toucher.nothing : toucher.of(thread.body(place)),
    );
    const waiting = program.steps.findIndex(({ action }) => action.kind === "take" || action.kind === "drain");
    const action = program.steps[waiting]?.action;
    this.task = action === undefined ? null : action.kind === "take" && action.what === "rcu" ? "callback" : "other";
    this.tasks = action === undefined ? [] : tasksOf(compiled, action);
  }

  transition(pc: number): Touches {
    return this.toucher.of(this.thread.transition(pc), (place) => this.thread.movesLeft(place));
  }

  /** What it can touch from each place on while that keeps it from going on. */
  regions(bars: Bars): readonly Region[] {
    const key = `${bars.locks} ${bars.reads} ${bars.idle}`;
    let found = this.known.get(key);
    if (!found) {
      const ahead = regions(this.compiled.model, this.thread, this.own, bars);
      const groups: { touches: Touches; pcs: number[] }[] = [];
      for (const [pc, place] of this.thread.rests.entries()) {
        const touches = ahead(place);
        const group = groups.find((one) => areEqual(one.touches, touches));
        if (group) group.pcs.push(pc);
        else groups.push({ touches, pcs: [pc] });
      }
      found = groups;
      this.known.set(key, found);
    }
    return found;
  }
}
