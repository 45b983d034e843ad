/** The search in WebAssembly: states, index and origins in one linear memory. */
import type { Compiled, CompiledThread } from "../../machine/compile";
import { Code } from "../code";
import { leaves } from "../leaves";
import type { InterpretedSearch } from "../interpreted";
import type { Pause, Search, Watcher } from "../search";
import { coreModule, GLOBALS, THREAD_BYTES, TRANSITION, type GlobalName } from "./core";
import { engine, type Exported, type Memory, type Table } from "./engine";
import { ModuleWriter } from "./module";
import { transitionCode } from "./transition";

/** Calls of a transition through the interpreter before it is compiled, too. */
const COMPILE_AFTER = 100;
const FIRST_INDEX = 1 << 13;
const PAGE = 1 << 16;

/** The core by words of a state. */
const cores = new Map<number, object>();

export function canCompile(): boolean {
  return engine !== null;
}

type Globals = Readonly<Record<GlobalName, { value: number }>>;

/** Where things lie in memory, in bytes. */
interface MemoryMap {
  readonly threads: number;
  readonly marks: number;
  readonly executed: readonly number[];
  readonly findings: number;
  readonly notes: number;
  readonly index: number;
}

export class CompiledSearch implements Search {
  readonly starts: number[] = [0];
  private readonly stride: number;
  private readonly memory: Memory;
  private readonly table: Table;
  private readonly globals: Globals;
  private readonly calls: Readonly<Record<"reserve" | "add" | "find" | "move" | "grow", Exported>> & {
    readonly explore: (states: number) => Pause;
  };
  private readonly at: MemoryMap;
  /** First site of each thread. */
  private readonly firstSite: readonly number[];
  /** For what is not compiled. */
  private readonly code: Code;
  private readonly interpretedCalls: Uint32Array;
  private wanted: { readonly thread: number; readonly pc: number }[] = [];
  private view: Int32Array;
  private leaves = 1;
  private tellsAll = false;

  constructor(
    private readonly compiled: Compiled,
    private readonly watcher: Watcher,
    before: InterpretedSearch,
  ) {
    if (!engine) throw new Error("there is no WebAssembly here");
    const { layout, threads } = compiled;
    this.stride = 4 * (layout.words + 1);
    let sites = 0;
    this.firstSite = threads.map(({ rests }) => (sites += rests.length) - rests.length);
    this.interpretedCalls = new Uint32Array(sites);
    this.at = mapOf(compiled, sites);
    const bytes = this.at.index + 4 * FIRST_INDEX + 2 * before.count * this.stride;
    this.memory = new engine.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
    this.table = new engine.Table({ element: "anyfunc", initial: 0 });
    this.view = new Int32Array(this.memory.buffer);
    this.code = new Code(compiled, layout.words + 1, watcher);

    let core = cores.get(layout.words);
    if (!core) cores.set(layout.words, (core = new engine.Module(coreModule(layout.words))));
    const { exports } = new engine.Instance(core, {
      env: {
        memory: this.memory,
        table: this.table,
        interpret: (from: number, to: number) => this.interpret(from, to),
        stuck: (state: number) => {
          this.globals.thread.value = -1;
          watcher.stuck(state);
        },
        layer: (start: number) => this.starts.push(start),
      },
    });
    this.calls = exports as typeof this.calls;
    this.globals = Object.fromEntries(GLOBALS.map((name) => [name, exports[name]])) as unknown as Globals;
    this.table.grow(sites, exports["interpret"]);
    this.describe(exports["ended"]);
    this.takeOver(before);
  }

  get count(): number {
    return this.globals.count.value;
  }

  get transitions(): number {
    return this.globals.transitions.value >>> 0;
  }

  get expanded(): number {
    return this.globals.next.value;
  }

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  get current(): { readonly state: number; readonly thread: number } {
    return { state: this.globals.state.value, thread: this.globals.thread.value };
  }

  get executed(): readonly Uint8Array[] {
    return this.code.executed.map((interpreted, thread) => {
      const ran = new Uint8Array(this.memory.buffer, this.at.executed[thread] ?? 0, interpreted.length);
      return interpreted.map((one, step) => one | (ran[step] ?? 0));
    });
  }

  wordsOf(state: number): Int32Array {
    const at = this.wordAt(state);
    return this.words().slice(at, at + this.compiled.layout.words);
  }

  parentOf(state: number): number {
    return this.words()[this.wordAt(state) + this.compiled.layout.words] ?? -1;
  }

  interrupt(): void {
    this.globals.interrupt.value = 1;
  }

  tellAll(): void {
    this.tellsAll = true;
    this.forgetTold();
  }

  restart(): void {
    const { count, next, layer, transitions, mask, indexAt } = this.globals;
    for (const global of [count, next, layer, transitions]) global.value = 0;
    new Uint8Array(this.memory.buffer, indexAt.value, 4 * (mask.value + 1)).fill(0);
    this.starts.splice(0, this.starts.length, 0);
    this.forgetTold();
    this.store(this.compiled.layout.initial, -1);
  }

  explore(states: number, most: number): Pause {
    this.compileWanted();
    this.globals.maxStates.value = most;
    const pause = this.calls.explore(states);
    this.globals.interrupt.value = 0;
    return pause;
  }

  revisit(state: number, before: (thread: number) => void, after: (successor: number) => void): boolean {
    this.calls.reserve();
    const { count, found, room } = this.globals;
    let moved = false;
    this.globals.state.value = state;
    const from = 4 * this.wordAt(state);
    const to = 4 * this.wordAt(count.value);
    for (let thread = 0; thread < this.compiled.threads.length; thread++) {
      before(thread);
      const successors = this.calls.move(thread, from, to);
      if (successors < 0) continue;
      if (successors > room.value) throw new RangeError("more successors than there was room for");
      moved = true;
      for (let i = 0; i < successors; i++) after(this.calls.find(to + i * this.stride) === 1 ? found.value : -1);
    }
    this.globals.thread.value = -1;
    return moved;
  }

  private wordAt(state: number): number {
    return ((this.globals.records.value >>> 0) + state * this.stride) / 4;
  }

  /** Growing the memory makes the views of it empty. */
  private words(): Int32Array {
    if (this.view.length === 0) this.view = new Int32Array(this.memory.buffer);
    return this.view;
  }

  /** Writes what the core wants to know of the threads. */
  private describe(ended: unknown): void {
    const { compiled, globals, at, view } = this;
    globals.threads.value = compiled.threads.length;
    globals.threadsAt.value = at.threads;
    globals.marksAt.value = at.marks;
    globals.indexAt.value = at.index;
    globals.mask.value = FIRST_INDEX - 1;
    globals.records.value = at.index + 4 * FIRST_INDEX;
    globals.room.value = compiled.threads.length;
    for (const [index, thread] of compiled.threads.entries()) {
      const place = compiled.layout.placeOf(thread.pc) ?? { word: 0, shift: 0, mask: 0 };
      const first = this.firstSite[index] ?? 0;
      view.set([4 * place.word, place.shift, place.mask, first], (at.threads + index * THREAD_BYTES) / 4);
      for (const [pc, rest] of thread.rests.entries()) {
        const step = thread.places.stepOf(rest)?.step;
        if (step === undefined) this.table.set(first + pc, ended);
        else view[at.marks / 4 + first + pc] = (at.executed[index] ?? 0) + step;
      }
    }
  }

  private takeOver(before: InterpretedSearch): void {
    const { store, code } = before;
    const { words } = this.compiled.layout;
    for (const [thread, moves] of code.moves.entries()) {
      for (const pc of moves.keys()) if (moves[pc]) this.wanted.push({ thread, pc });
    }
    this.compileWanted();
    for (let state = 0; state < store.count; state++) {
      this.store(store.states.subarray(state * words, (state + 1) * words), store.parentOf(state));
    }
    for (const [thread, executed] of before.executed.entries()) this.code.executed[thread]?.set(executed);
    this.starts.splice(0, this.starts.length, ...before.starts);
    this.globals.next.value = before.next;
    this.globals.layer.value = before.starts.at(-1) ?? 0;
    this.globals.transitions.value = before.transitions;
  }

  private store(words: Int32Array, parent: number): void {
    if (this.calls.reserve() === 0) throw new RangeError("no memory for states that are known");
    const at = this.wordAt(this.count);
    this.words().set(words, at);
    this.calls.add(4 * at, parent);
  }

  private interpret(from: number, to: number): number {
    const thread = this.globals.thread.value;
    const of = this.compiled.threads[thread] as CompiledThread;
    const place = this.compiled.layout.placeOf(of.pc) ?? { word: 0, shift: 0, mask: 0 };
    const at = (from >>> 0) / 4;
    const pc = ((this.words()[at + place.word] as number) >>> place.shift) & place.mask;
    const site = (this.firstSite[thread] ?? 0) + pc;
    const moves = this.code.moves[thread];
    if (moves?.[pc] === undefined) this.needs(this.code.make(thread, pc));
    this.interpretedCalls[site] = (this.interpretedCalls[site] ?? 0) + 1;
    if (this.interpretedCalls[site] === COMPILE_AFTER) this.wanted.push({ thread, pc });
    return moves?.[pc]?.(this.words(), at, (to >>> 0) / 4) ?? -1;
  }

  /** A transition may have that many successors. */
  private needs(successors: number): void {
    if (successors <= this.leaves) return;
    this.leaves = successors;
    const { room, count } = this.globals;
    room.value = successors * this.compiled.threads.length;
    // Only grows: what is stored stays where it is, since a transition may be under way.
    const end = 4 * this.wordAt(count.value + room.value + 2);
    if (this.calls.grow(end) === 0) throw new RangeError("no memory for the successors of one state");
  }

  private compileWanted(): void {
    if (!engine || this.wanted.length === 0) return;
    const module = new ModuleWriter();
    const report = module.importFunction("report", { takes: 1, gives: 0 });
    const note = module.importFunction("note", { takes: 1, gives: 0 });
    module.importMemory();
    module.importTable();
    const { findings, notes, executed } = this.at;
    const around = { report, note, findings, notes, stride: this.stride };
    for (const { thread, pc } of this.wanted) {
      const of = this.compiled.threads[thread];
      if (!of) continue;
      const stmts = of.transition(pc);
      this.needs(leaves(stmts));
      const code = transitionCode(this.compiled, of, stmts, { ...around, executed: executed[thread] ?? 0 });
      module.place((this.firstSite[thread] ?? 0) + pc, [module.add(TRANSITION, code)]);
    }
    this.wanted = [];
    const env = {
      memory: this.memory,
      table: this.table,
      report: (finding: number) => this.tell(this.at.findings + finding, () => this.watcher.report(finding)),
      note: (one: number) => this.tell(this.at.notes + one, () => this.watcher.note(one)),
    };
    void new engine.Instance(new engine.Module(module.finish()), { env });
  }

  /** Marks it as told, so that it is not told again while nobody wants that. */
  private tell(byte: number, tell: () => void): void {
    if (!this.tellsAll) new Uint8Array(this.memory.buffer)[byte] = 1;
    tell();
  }

  private forgetTold(): void {
    new Uint8Array(this.memory.buffer).fill(0, this.at.findings, this.at.index);
  }
}

function mapOf({ threads, machine }: Compiled, sites: number): MemoryMap {
  let end = 64;
  const take = (bytes: number): number => {
    const at = end;
    end += (bytes + 3) & ~3;
    return at;
  };
  return {
    threads: take(threads.length * THREAD_BYTES),
    marks: take(4 * sites),
    executed: threads.map(({ program }) => take(program.steps.length)),
    findings: take(machine.findings.length),
    notes: take(machine.notes.length),
    index: take(0),
  };
}
