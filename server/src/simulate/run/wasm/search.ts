/** The search in WebAssembly: states, index and origins in one linear memory. */
import type { Compiled } from "../../machine/compile";
import type { Plan } from "../../reduce/plan";
import type { InterpretedSearch } from "../interpreted";
import type { Pause, Search, Watcher } from "../search";
import { LONGEST_CHAIN } from "../thin";
import { coreModule, GLOBALS, RECORDS_PER_ROOM, THREAD_BYTES, type GlobalName } from "./core";
import { engine, type Exported, type Memory } from "./engine";
import { mapOf, type MemoryMap } from "./map";
import { Sites, type Site } from "./sites";

const FIRST_INDEX = 1 << 13;
const PAGE = 1 << 16;

/** The core by words of a state. */
const cores = new Map<number, object>();

export function canCompile(): boolean {
  return engine !== null;
}

type Globals = Readonly<Record<GlobalName, { value: number }>>;

export class CompiledSearch implements Search {
  readonly starts: number[] = [];
  private readonly stride: number;
  private readonly memory: Memory;
  private readonly globals: Globals;
  private readonly calls: Readonly<Record<"reserve" | "add" | "find" | "move" | "grow", Exported>> & {
    readonly explore: (states: number) => Pause;
  };
  private readonly map: MemoryMap;
  private readonly sites: Sites;
  private view: Int32Array;
  private tellsAll = false;

  /** `plan`: fewer than all threads may move; null: they may not. */
  constructor(
    private readonly compiled: Compiled,
    private readonly watcher: Watcher,
    plan: Plan | null,
  ) {
    if (!engine) throw new Error("there is no WebAssembly here");
    const { layout, threads } = compiled;
    this.stride = 4 * (layout.words + 1);
    this.map = mapOf(compiled);
    this.memory = new engine.Memory({ initial: Math.ceil((this.map.index + 4 * FIRST_INDEX) / PAGE) + 1 });
    this.view = new Int32Array(this.memory.buffer);
    const table = new engine.Table({ element: "anyfunc", initial: 0 });

    let core = cores.get(layout.words);
    if (!core) cores.set(layout.words, (core = new engine.Module(coreModule(layout.words))));
    const { exports } = new engine.Instance(core, { env: { memory: this.memory, table, ...this.answers() } });
    this.calls = exports as typeof this.calls;
    this.globals = Object.fromEntries(GLOBALS.map((name) => [name, exports[name]])) as unknown as Globals;

    const first: number[] = [];
    for (const thread of threads.keys()) first.push((first.at(-1) ?? 0) + (threads[thread - 1]?.rests.length ?? 0));
    const listener = {
      report: (finding: number) => this.tell(this.map.findings + finding, () => watcher.report(finding)),
      note: (note: number) => this.tell(this.map.notes + note, () => watcher.note(note)),
    };
    const { memory, map, stride } = this;
    const needRoom = (successors: number): void => this.needRoom(successors);
    this.sites = new Sites(compiled, { memory, table, map, stride, listener, plan, needRoom }, first, exports);
    this.describe(first, plan);
    this.begin();
  }

  /** Compiles those at once. */
  compile(sites: Iterable<Site>): void {
    for (const site of sites) this.sites.want(site);
    this.sites.compile();
  }

  /** Goes on from where another search of the same model is. */
  takeOver(before: InterpretedSearch): void {
    const { store } = before;
    const { words } = this.compiled.layout;
    this.compile(before.code.made());
    for (let state = 1; state < store.count; state++) {
      this.store(store.states.subarray(state * words, (state + 1) * words), store.parentOf(state));
    }
    for (const [thread, executed] of before.executed.entries()) this.sites.executed[thread]?.set(executed);
    this.starts.splice(0, this.starts.length, ...before.starts);
    this.globals.next.value = before.next;
    this.globals.layer.value = before.starts.at(-1) ?? 0;
    this.globals.transitions.value = before.transitions;
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
    return this.sites.executed.map((interpreted, thread) => {
      const ran = new Uint8Array(this.memory.buffer, this.map.executed[thread] ?? 0, interpreted.length);
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
    new Uint8Array(this.memory.buffer).fill(0, this.map.findings, this.map.index);
  }

  explore(states: number, most: number): Pause {
    this.sites.compile();
    this.globals.maxStates.value = most;
    const pause = this.calls.explore(states);
    this.globals.interrupt.value = 0;
    return pause;
  }

  revisit(state: number, before: (thread: number) => void, after: (successor: number) => void): boolean {
    this.sites.compile();
    this.reserve();
    const { count, found } = this.globals;
    let moved = false;
    this.globals.state.value = state;
    const from = 4 * this.wordAt(state);
    const to = 4 * this.wordAt(count.value);
    for (let thread = 0; thread < this.compiled.threads.length; thread++) {
      before(thread);
      const successors = this.calls.move(thread, from, to);
      if (successors < 0) continue;
      moved = true;
      for (let i = 0; i < successors; i++) after(this.calls.find(to + i * this.stride) === 1 ? found.value : -1);
    }
    this.globals.thread.value = -1;
    return moved;
  }

  /** What the core asks for. */
  private answers(): Readonly<Record<string, unknown>> {
    return {
      interpret: (from: number, to: number) =>
        this.sites.interpret(this.globals.thread.value, () => this.words(), (from >>> 0) / 4, (to >>> 0) / 4),
      ask: (from: number) => this.sites.ask(this.globals.thread.value, this.words(), (from >>> 0) / 4),
      stuck: (state: number) => {
        this.globals.thread.value = -1;
        this.watcher.stuck(state);
      },
      layer: (start: number) => this.starts.push(start),
    };
  }

  /** Only grows: what is stored stays where it is, since a transition may be under way. */
  private needRoom(successors: number): void {
    const { room, count } = this.globals;
    const needed = successors * this.compiled.threads.length;
    if (needed <= room.value) return;
    room.value = needed;
    const end = 4 * this.wordAt(count.value + RECORDS_PER_ROOM * needed + 2);
    if (this.calls.grow(end) === 0) throw new RangeError("no memory for the successors of one state");
  }

  private begin(): void {
    this.starts.splice(0, this.starts.length, 0);
    this.store(this.compiled.layout.initial, -1);
  }

  private wordAt(state: number): number {
    return ((this.globals.records.value >>> 0) + state * this.stride) / 4;
  }

  /** Growing the memory makes the views of it empty. */
  private words(): Int32Array {
    if (this.view.length === 0) this.view = new Int32Array(this.memory.buffer);
    return this.view;
  }

  /** Writes what the core wants to know of the model. */
  private describe(first: readonly number[], plan: Plan | null): void {
    const { compiled, globals, map, view } = this;
    const { threads } = compiled;
    globals.threads.value = threads.length;
    globals.threadsAt.value = map.threads;
    globals.orderAt.value = map.order;
    globals.marksAt.value = map.marks;
    globals.indexAt.value = map.index;
    globals.mask.value = FIRST_INDEX - 1;
    globals.records.value = map.index + 4 * FIRST_INDEX;
    globals.room.value = threads.length;
    globals.tests.value = plan ? this.sites.count : 0;
    globals.canonical.value = this.sites.canonical;
    globals.links.value = plan?.chains ? LONGEST_CHAIN : 0;
    view.set(plan?.order ?? [...threads.keys()], map.order / 4);
    for (const [index, thread] of threads.entries()) {
      const place = compiled.layout.placeOf(thread.pc) ?? { word: 0, shift: 0, mask: 0 };
      const site = first[index] ?? 0;
      view.set([4 * place.word, place.shift, place.mask, site], (map.threads + index * THREAD_BYTES) / 4);
      for (const [pc, rest] of thread.rests.entries()) {
        const step = thread.places.stepOf(rest)?.step;
        if (step !== undefined) view[map.marks / 4 + site + pc] = (map.executed[index] ?? 0) + step;
      }
    }
  }

  private store(words: Int32Array, parent: number): void {
    this.reserve();
    const at = this.wordAt(this.count);
    this.words().set(words, at);
    this.calls.add(4 * at, parent);
  }

  private reserve(): void {
    if (this.calls.reserve() === 0) throw new RangeError("no memory for states that are known");
  }

  /** Marks it as told, so that it is not told again while nobody wants that. */
  private tell(byte: number, tell: () => void): void {
    if (!this.tellsAll) new Uint8Array(this.memory.buffer)[byte] = 1;
    tell();
  }
}
