/**
 * The sites of a model, which are a thread at a value of its pc each, and what the table holds for them: compiled code
 * for those that run often, for others the way back to JavaScript. All that run often by then are compiled together.
 */
import type { Compiled, CompiledThread } from "../../machine/compile";
import type { Plan } from "../../reduce/plan";
import { answer, isNever, type Answer, type Test } from "../../reduce/test";
import { Code } from "../code";
import type { Listener } from "../interpreter";
import { CANONICAL, TEST, TRANSITION } from "./core";
import { engine, type Memory, type Table } from "./engine";
import type { MemoryMap } from "./map";
import { ModuleWriter } from "./module";
import { canonicalCode, testCode } from "./reductions";
import { transitionCode } from "./transition";

/** Times that JavaScript is asked about a site before it is compiled. */
const COMPILE_AFTER = 100;

export interface Site {
  readonly thread: number;
  readonly pc: number;
}

/** What there is beside the model. */
export interface Setting {
  readonly memory: Memory;
  readonly table: Table;
  readonly map: MemoryMap;
  /** Bytes from one state to the next. */
  readonly stride: number;
  readonly listener: Listener;
  /** A transition has that many successors: there must be room for them from now on. */
  needRoom(successors: number): void;
  /** Fewer than all threads may move; null: they may not. */
  readonly plan: Plan | null;
}

export class Sites {
  readonly count: number;
  /** Where the function that sorts threads stands in the table; 0 when there is none. */
  readonly canonical: number;
  /** For what is not compiled. */
  private readonly code: Code;
  private readonly answers: (Answer | undefined)[] = [];
  private readonly asked: Uint32Array;
  private wanted: Site[] = [];
  /** The function that sorts threads is in its place. */
  private sorts = false;

  constructor(
    private readonly compiled: Compiled,
    private readonly setting: Setting,
    /** First site of each thread. */
    private readonly first: readonly number[],
    private readonly core: Readonly<Record<string, unknown>>,
  ) {
    const { threads, layout } = compiled;
    const { table, plan } = setting;
    this.count = threads.reduce((sum, { rests }) => sum + rests.length, 0);
    this.asked = new Uint32Array(this.count);
    this.code = new Code(compiled, layout.words + 1, setting.listener);
    table.grow(this.count, core["interpret"]);
    if (plan) table.grow(this.count + 1, core["ask"]);
    this.canonical = plan && plan.groups.length > 0 ? 2 * this.count : 0;
    for (const [thread, { rests, places }] of threads.entries()) {
      for (const [pc, rest] of rests.entries()) {
        const site = this.siteOf(thread, pc);
        if (places.stepOf(rest) === null) table.set(site, core["ended"]);
      }
    }
  }

  /** Steps that ran here, by thread and number of the step in its program. */
  get executed(): readonly Uint8Array[] {
    return this.code.executed;
  }

  siteOf(thread: number, pc: number): number {
    return (this.first[thread] ?? 0) + pc;
  }

  want(site: Site): void {
    this.wanted.push(site);
  }

  /** As a transition does: positions of words instead of addresses. */
  interpret(thread: number, words: () => Int32Array, from: number, to: number): number {
    const pc = this.pcOf(thread, words(), from);
    this.note(thread, pc);
    const moves = this.code.moves[thread];
    if (moves?.[pc] === undefined) this.setting.needRoom(this.code.make(thread, pc));
    // Making room may have moved the words.
    return moves?.[pc]?.(words(), from, to) ?? -1;
  }

  ask(thread: number, words: Int32Array, from: number): number {
    const { plan } = this.setting;
    const pc = this.pcOf(thread, words, from);
    this.note(thread, pc);
    const site = this.siteOf(thread, pc);
    if (!plan) return 0;
    const holds = (this.answers[site] ??= this.answer(plan.suffices(thread, pc), site));
    return holds(words, from) ? 1 : 0;
  }

  /** Compiles what is wanted by now, and the sorting of threads at first. */
  compile(): void {
    const sorts = this.canonical > 0 && !this.sorts;
    if (!engine || (this.wanted.length === 0 && !sorts)) return;
    const { memory, table, map, stride, listener, plan } = this.setting;
    const module = new ModuleWriter();
    const report = module.importFunction("report", { takes: 1, gives: 0 });
    const note = module.importFunction("note", { takes: 1, gives: 0 });
    module.importMemory();
    module.importTable();
    const tests = new Map<Test, number>();
    for (const { thread, pc } of this.wanted) {
      const of = this.compiled.threads[thread] as CompiledThread;
      const stmts = of.transition(pc);
      if (stmts.length === 0) continue;
      const { findings, notes } = map;
      const around = { report, note, findings, notes, stride, executed: map.executed[thread] ?? 0 };
      const { code, most } = transitionCode(this.compiled, of, stmts, around);
      this.setting.needRoom(most);
      const site = this.siteOf(thread, pc);
      module.place(site, [module.add(TRANSITION, code)]);
      const test = plan?.suffices(thread, pc);
      if (!test || this.isNever(test, site)) continue;
      // Many sites share a test.
      const written = tests.get(test) ?? module.add(TEST, testCode(this.compiled.layout, test));
      tests.set(test, written);
      module.place(this.count + site, [written]);
    }
    if (plan && sorts) module.place(this.canonical, [module.add(CANONICAL, canonicalCode(plan.groups))]);
    this.sorts = true;
    this.wanted = [];
    const env = {
      memory,
      table,
      report: (finding: number) => listener.report(finding),
      note: (one: number) => listener.note(one),
    };
    void new engine.Instance(new engine.Module(module.finish()), { env });
  }

  private answer(test: Test, site: number): Answer {
    return this.isNever(test, site) ? () => false : answer(test, this.compiled.layout);
  }

  /** Then nobody asks again. */
  private isNever(test: Test, site: number): boolean {
    if (!isNever(test)) return false;
    this.setting.table.set(this.count + site, this.core["never"]);
    return true;
  }

  private note(thread: number, pc: number): void {
    const site = this.siteOf(thread, pc);
    this.asked[site] = (this.asked[site] ?? 0) + 1;
    if (this.asked[site] === COMPILE_AFTER) this.want({ thread, pc });
  }

  private pcOf(thread: number, words: Int32Array, from: number): number {
    const { layout, threads } = this.compiled;
    const { word, shift, mask } = layout.placeOf((threads[thread] as CompiledThread).pc) ?? NOWHERE;
    return ((words[from + word] as number) >>> shift) & mask;
  }
}

const NOWHERE = { word: 0, shift: 0, mask: 0 };
