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
import { all, is, isNever, NEVER, oneOf, some, type Test } from "./test";
import { conflicts, NOTHING, same, Toucher, type Touches } from "./touches";

export class PersistentSets {
  private readonly toucher: Toucher;
  private readonly sides: readonly Side[];
  private readonly made: (Test | undefined)[][];
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
    return some(this.idlers(moves).map((idle) => this.independent(moves, idle)));
  }

  /** Sets of daemons of which it is worth asking whether they have nothing to do; the smallest last. */
  private idlers({ thread }: Moving): readonly (readonly number[])[] {
    const daemons = this.sides.flatMap((side, other) => (side.task && other !== thread ? [other] : []));
    const callbacks = daemons.filter((other) => this.sides[other]?.task === "callback");
    const kinds = [daemons, callbacks, daemons.filter((other) => !callbacks.includes(other)), []];
    return kinds.filter((set, at) => kinds.findIndex((one) => one.join() === set.join()) === at);
  }

  private independent(moves: Moving, idle: readonly number[]): Test {
    const others = this.sides.flatMap((side, other) => {
      if (other === moves.thread) return [];
      const bars = { locks: moves.locks, reads: moves.reads, idle: idle.includes(other) };
      return [{ pc: side.thread.pc, regions: side.regions(bars) }];
    });
    const idleness = idle.map((daemon) => this.hasNothingToDo(moves, daemon, others));
    if (idleness.some(isNever)) return NEVER;
    return all([...idleness, this.undisturbed(moves, others)]);
  }

  private undisturbed({ touches }: Moving, others: readonly Other[]): Test {
    const met = others.map(({ regions }) => regions.map((region) => conflicts(touches, region.touches)));
    const steady = this.maybeSteady(
      touches,
      met.flat().reduce((sum, aspects) => sum | aspects, 0n),
    );
    const doubtful = steady.reduce((sum, { aspects }) => sum | aspects, 0n);
    const hard = rows(others, (at, region) => ((met[at]?.[region] ?? 0n) & ~doubtful) === 0n);
    if (isNever(hard)) return NEVER;
    return all([
      hard,
      ...steady.map(({ variable, aspects, values }) => {
        const untouched = (at: number, region: number): boolean => ((met[at]?.[region] ?? 0n) & aspects) === 0n;
        const stays = values.flatMap((c) => {
          const other = this.toucher.aspectIs(variable, c) ?? 0n;
          const leaves = (at: number, region: number): boolean =>
            ((others[at]?.regions[region]?.touches.stores ?? 0n) & other) === 0n;
          const helps = others.some(({ regions }, at) =>
            regions.some((_, one) => !untouched(at, one) && leaves(at, one)),
          );
          if (!helps) return [];
          const row = rows(others, (at, region) => untouched(at, region) || leaves(at, region));
          return isNever(row) ? [] : [all([is(variable, c), row])];
        });
        return some([rows(others, untouched), ...stays].filter((test) => !isNever(test)));
      }),
    ]);
  }

  /** Variables that may stay as they are in spite of all that is written to them. */
  private maybeSteady(touches: Touches, anywhere: bigint): readonly Steady[] {
    if (anywhere === 0n) return [];
    return this.toucher.variables.flatMap((variable) => {
      const aspects = this.toucher.aspects(variable);
      if ((aspects & anywhere) === 0n) return [];
      const values = this.toucher
        .numbers(variable)
        .filter((c) => (touches.stores & (this.toucher.aspectIs(variable, c) ?? 0n)) === 0n);
      return values.length === 0 ? [] : [{ variable, aspects, values }];
    });
  }

  /** A daemon has no task now, and gets none before the thread has moved. */
  private hasNothingToDo(moves: Moving, daemon: number, others: readonly Other[]): Test {
    const side = this.sides[daemon];
    if (!side) return NEVER;
    const { tasks } = side;
    const given = tasks.reduce((sum, variable) => sum | (this.toucher.aspectIs(variable, 0) ?? 0n), 0n);
    const nobodyGives = rows(
      others,
      (at, region) => ((others[at]?.regions[region]?.touches.stores ?? 0n) & given) === 0n,
    );
    const never = all([...tasks.map((variable) => is(variable, 0)), nobodyGives]);
    if (side.task !== "callback" || !moves.reads) return never;
    return some([this.allWait(moves.thread), never].filter((test) => !isNever(test)));
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
  readonly pc: Variable;
  readonly regions: readonly Region[];
}

/** What can be touched from some places on. */
interface Region {
  readonly touches: Touches;
  /** Values of pc. */
  readonly pcs: readonly number[];
}

interface Steady {
  readonly variable: Variable;
  readonly aspects: bigint;
  /** It could stay each of these. */
  readonly values: readonly number[];
}

/** Each of the others is at a place of a good region. */
function rows(others: readonly Other[], isGood: (other: number, region: number) => boolean): Test {
  return all(
    others.map(({ pc, regions }, at) => {
      const good = regions.filter((_, region) => isGood(at, region));
      return oneOf(
        pc,
        good.flatMap(({ pcs }) => pcs),
      );
    }),
  );
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
      thread.movesLeft(place) ? NOTHING : toucher.of(thread.body(place)),
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
      const all = regions(this.compiled.model, this.thread, this.own, bars);
      const groups: { touches: Touches; pcs: number[] }[] = [];
      for (const [pc, place] of this.thread.rests.entries()) {
        const touches = all[place] ?? NOTHING;
        const group = groups.find((one) => same(one.touches, touches));
        if (group) group.pcs.push(pc);
        else groups.push({ touches, pcs: [pc] });
      }
      found = groups;
      this.known.set(key, found);
    }
    return found;
  }
}
