/**
 * The search itself as a WebAssembly module: the same for all models whose states have as many words, so that it is
 * compiled and made fast once in a process. Transitions and tests stand in a table, numbered by site: a thread at a
 * value of its pc; what else a model has to say lies in memory (`search.ts`).
 *
 * A state is a record: its words, then the number of the state before it. Behind the last record there is always room
 * for all successors of one state. In front of the records lies a hash index; an entry holds the number of a state plus
 * 1 in its low bits and as many high bits of the hash as there is room for: others are not even looked at.
 */
import { Code, I32, type Label } from "./code";
import { Pause } from "../search";
import { ModuleWriter } from "./module";

/** Bytes of what is known of a thread: where its pc lies (byte offset of the word, shift, mask) and its first site. */
export const THREAD_BYTES = 16;

/**
 * Behind what is stored there is room for so many times the successors of one state: what becomes of them when they are
 * stored, what is not stored yet, and where the next link of a chain leads.
 */
export const RECORDS_PER_ROOM = 3;

/** Numbers that both sides can read and set. */
export const GLOBALS = [
  /** States stored; the next one to expand; the first state of the next layer. */
  "count",
  "next",
  "layer",
  "maxStates",
  "transitions",
  "interrupt",
  /** The thread that moves now, and the state. */
  "thread",
  "state",
  "threads",
  /** Addresses: what is known of the threads; for each site the address of the byte that marks its step. */
  "threadsAt",
  "marksAt",
  /** Where the index lies and how long it is (entries minus 1); where the first record lies. */
  "indexAt",
  "mask",
  "records",
  /** Successors that one state can have at most. */
  "room",
  /** Sites: so far behind a transition stands its test in the table. 0: every thread moves in every state. */
  "tests",
  /** Where the function that sorts threads that are alike stands in the table; 0: there is none. */
  "canonical",
  /** Steps that may be gone from a state without storing what lies between. */
  "links",
  /** Address of the order in which threads are looked at. */
  "orderAt",
  /** The state that `find` and `add` came upon. */
  "found",
] as const;

export type GlobalName = (typeof GLOBALS)[number];

export function coreModule(words: number): Uint8Array<ArrayBuffer> {
  return new Core(words).finish();
}

/** A function of the table: addresses of a state and of where its successors go; their number or -1. */
export const TRANSITION = { takes: 2, gives: 1 } as const;

/** Of the table, too: takes the address of a state. */
export const TEST = { takes: 1, gives: 1 } as const;
export const CANONICAL = { takes: 1, gives: 0 } as const;

class Core {
  private readonly module = new ModuleWriter();
  private readonly globals: Readonly<Record<GlobalName, number>>;
  private readonly stride: number;

  constructor(private readonly words: number) {
    this.stride = 4 * (words + 1);
    const { module } = this;
    const interpret = module.importFunction("interpret", TRANSITION);
    const ask = module.importFunction("ask", TEST);
    const stuck = module.importFunction("stuck", { takes: 1, gives: 0 });
    const layer = module.importFunction("layer", { takes: 1, gives: 0 });
    module.importMemory();
    module.importTable();
    this.globals = Object.fromEntries(GLOBALS.map((name) => [name, module.exportGlobal(name)])) as typeof this.globals;
    // These stand in the table for what is not compiled, and for what is always the same.
    this.exported("interpret", TRANSITION, new Code(2).get(0).get(1).call(interpret));
    this.exported("ask", TEST, new Code(1).get(0).call(ask));
    this.exported("ended", TRANSITION, new Code(2).constant(-1));
    this.exported("never", TEST, new Code(1).constant(0));
    const grow = this.exported("grow", { takes: 1, gives: 1 }, this.grow());
    const rehash = this.exported("rehash", { takes: 0, gives: 1 }, this.rehash(grow));
    const reserve = this.exported("reserve", { takes: 0, gives: 1 }, this.reserve(grow, rehash));
    this.exported("find", { takes: 1, gives: 1 }, this.find());
    const add = this.exported("add", { takes: 2, gives: 1 }, this.add());
    const move = this.exported("move", { takes: 3, gives: 1 }, this.move());
    const suffices = this.exported("suffices", { takes: 2, gives: 1 }, this.suffices());
    const settle = this.exported("settle", { takes: 2, gives: 0 }, this.settle(suffices, move, add));
    const all = this.exported("all", { takes: 3, gives: 1 }, this.all(move, settle));
    const one = this.exported("one", { takes: 2, gives: 1 }, this.one(suffices, move, settle, all));
    this.exported("explore", { takes: 1, gives: 1 }, this.explore({ reserve, one, stuck, layer }));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.module.finish();
  }

  private exported(name: string, signature: { readonly takes: number; readonly gives: 0 | 1 }, code: Code): number {
    const number = this.module.add(signature, code);
    this.module.exportFunction(name, number);
    return number;
  }

  /** Makes the memory at least that long (in bytes). 0 when there is no more. */
  private grow(): Code {
    const code = new Code(1);
    const pages = code.local();
    // Pages that are missing.
    code.get(0).constant(16).op(I32.ShrU).constant(1).op(I32.Add).memorySize().op(I32.Sub).set(pages);
    code.get(0).constant(16).op(I32.ShrU).constant(1).op(I32.Add).memorySize().op(I32.LeU);
    code.if(() => code.constant(1).return());
    // An eighth more at once, where that much is to be had.
    code.memorySize().constant(3).op(I32.ShrU).get(pages).op(I32.Add).growMemory().constant(-1).op(I32.Ne);
    code.if(() => code.constant(1).return());
    return code.get(pages).growMemory().constant(-1).op(I32.Ne);
  }

  /** Makes room for one more expansion. 0 when there is no more memory. Addresses of records may change. */
  private reserve(grow: number, rehash: number): Code {
    const code = new Code(0);
    const { count, mask, room } = this.globals;
    // Three quarters of the index may be taken.
    code.getGlobal(count).getGlobal(room).op(I32.Add);
    code.getGlobal(mask).constant(2).op(I32.ShrU).constant(3).op(I32.Mul).op(I32.GtU);
    code.if(() =>
      code
        .call(rehash)
        .op(I32.Eqz)
        .if(() => code.constant(0).return()),
    );
    this.recordAt(code, () => this.lastRecord(code));
    return code.call(grow);
  }

  /** Doubles the index. */
  private rehash(grow: number): Code {
    const code = new Code(0);
    const { count, mask, records, indexAt } = this.globals;
    const state = code.local();
    const at = code.local();
    const hash = code.local();
    const slot = code.local();
    const size = code.local();
    code.getGlobal(mask).constant(1).op(I32.Add).constant(2).op(I32.Shl).set(size);
    this.recordAt(code, () => this.lastRecord(code));
    code.get(size).op(I32.Add).call(grow).op(I32.Eqz);
    code.if(() => code.constant(0).return());
    code.getGlobal(records).get(size).op(I32.Add).getGlobal(records);
    code.getGlobal(count).constant(this.stride).op(I32.Mul).copyMemory();
    code.getGlobal(records).get(size).op(I32.Add).setGlobal(records);
    code.getGlobal(mask).constant(1).op(I32.Shl).constant(1).op(I32.Or).setGlobal(mask);
    code.getGlobal(indexAt).constant(0).get(size).constant(1).op(I32.Shl).fillMemory();
    code.getGlobal(records).set(at);
    code.block((end) => {
      code.loop((again) => {
        code.get(state).getGlobal(count).op(I32.GeU).breakIf(end);
        this.hash(code, at, hash);
        this.slotOf(code, hash, slot);
        code.loop((taken) => {
          code.get(slot).load();
          code.if(() => this.nextSlot(code, slot).break(taken));
        });
        code.get(slot);
        code.get(hash).getGlobal(mask).constant(-1).op(I32.Xor).op(I32.And);
        code.get(state).constant(1).op(I32.Add).tee(state).op(I32.Or).store();
        code.get(at).constant(this.stride).op(I32.Add).set(at).break(again);
      });
    });
    return code.constant(1);
  }

  /** 1 when the state at that address is stored; `found` is its number then. */
  private find(): Code {
    const code = new Code(1);
    const hash = code.local();
    const slot = code.local();
    this.lookUp(code, hash, slot, () => code.constant(1).return());
    return code.constant(0);
  }

  /** Stores the state at an address, that came from a state, unless it is known. 1 when it was new. */
  private add(): Code {
    const code = new Code(2);
    const { count, mask, found } = this.globals;
    const hash = code.local();
    const slot = code.local();
    const place = code.local();
    this.lookUp(code, hash, slot, () => code.constant(0).return());
    this.recordAt(code, () => code.getGlobal(count));
    code.set(place);
    code.get(place).get(0).op(I32.Ne);
    code.if(() => this.copyState(code, place, 0));
    code
      .get(place)
      .get(1)
      .store(4 * this.words);
    code.getGlobal(count).setGlobal(found);
    code.getGlobal(count).constant(1).op(I32.Add).setGlobal(count);
    code.get(slot).get(hash).getGlobal(mask).constant(-1).op(I32.Xor).op(I32.And);
    code.getGlobal(count).op(I32.Or).store();
    return code.constant(1);
  }

  /** Lets a thread move in the state at an address; its successors go to another. Their number, or -1. */
  private move(): Code {
    const code = new Code(3);
    const { thread, marksAt } = this.globals;
    const site = code.local();
    const result = code.local();
    code.get(0).setGlobal(thread);
    this.siteOf(code, 0, 1);
    code.set(site);
    code.get(1).get(2).get(site).callTable(this.module.typeOf(TRANSITION)).tee(result);
    code.constant(-1).op(I32.Ne);
    code.if(() => {
      code.getGlobal(marksAt).get(site).constant(2).op(I32.Shl).op(I32.Add).load().constant(1).storeByte();
    });
    return code.get(result);
  }

  /** 1 when it is enough that the thread moves in the state at an address. */
  private suffices(): Code {
    const code = new Code(2);
    code.get(0).setGlobal(this.globals.thread).get(1);
    this.siteOf(code, 0, 1);
    return code.getGlobal(this.globals.tests).op(I32.Add).callTable(this.module.typeOf(TEST));
  }

  /** Lets those threads move in a state, which lies at an address, whose bits are not set. 1 when one could. */
  private all(move: number, settle: number): Code {
    const code = new Code(3);
    const { threads, count, transitions } = this.globals;
    const thread = code.local();
    const to = code.local();
    const left = code.local();
    const moved = code.local();
    code.loop((again) => {
      code.get(2).get(thread).op(I32.ShrU).constant(1).op(I32.And).op(I32.Eqz);
      code.if(() => {
        this.recordAt(code, () => code.getGlobal(count));
        code.set(to);
        code.get(thread).get(1).get(to).call(move).tee(left).constant(-1).op(I32.Ne);
        code.if(() => {
          code.constant(1).set(moved);
          code.getGlobal(transitions).get(left).op(I32.Add).setGlobal(transitions);
          this.each(code, to, left, () => code.get(to).get(0).call(settle));
        });
      });
      code.get(thread).constant(1).op(I32.Add).tee(thread).getGlobal(threads).op(I32.LtU).breakIf(again);
    });
    return code.get(moved);
  }

  /** Lets one thread move where that is enough, else all. 1 when one could. */
  private one(suffices: number, move: number, settle: number, all: number): Code {
    const code = new Code(2);
    const { threads, count, transitions, tests, orderAt } = this.globals;
    const place = code.local();
    const thread = code.local();
    const to = code.local();
    const left = code.local();
    const tried = code.local();
    const moved = code.local();
    code.getGlobal(tests).op(I32.Eqz);
    code.if(() => code.get(0).get(1).constant(0).call(all).return());
    this.recordAt(code, () => code.getGlobal(count));
    code.set(to);
    code.loop((again) => {
      this.threadAt(code, orderAt, place, thread);
      code.get(thread).get(1).call(suffices);
      code.if(() => {
        code.constant(1).get(thread).op(I32.Shl).get(tried).op(I32.Or).set(tried);
        code.get(thread).get(1).get(to).call(move).tee(left).constant(-1).op(I32.Ne);
        code.if(() => {
          code.constant(1).set(moved);
          code.get(left);
          code.if(() => {
            code.getGlobal(transitions).get(left).op(I32.Add).setGlobal(transitions);
            this.each(code, to, left, () => code.get(to).get(0).call(settle));
            code.constant(1).return();
          });
        });
      });
      code.get(place).constant(1).op(I32.Add).tee(place).getGlobal(threads).op(I32.LtU).breakIf(again);
    });
    return code.get(0).get(1).get(tried).call(all).get(moved).op(I32.Or);
  }

  /** Goes on from a successor at an address as long as there is one way only, then stores where that ends. */
  private settle(suffices: number, move: number, add: number): Code {
    const code = new Code(2);
    const { threads, count, transitions, room, links, canonical, orderAt } = this.globals;
    const place = code.local();
    const thread = code.local();
    const left = code.local();
    const to = code.local();
    const result = code.local();
    code.getGlobal(links).set(left);
    code.block((end) => {
      code.get(left).op(I32.Eqz).breakIf(end);
      this.recordAt(code, () => code.getGlobal(count).getGlobal(room).op(I32.Add));
      code.set(to);
      code.loop((again) => {
        this.threadAt(code, orderAt, place, thread);
        code.get(thread).get(0).call(suffices);
        code.if(() => {
          code.get(thread).get(0).get(to).call(move).tee(result).constant(1).op(I32.Eq);
          code.if(() => {
            code.getGlobal(transitions).constant(1).op(I32.Add).setGlobal(transitions);
            this.copyState(code, 0, to);
            code.constant(0).set(place);
            code.get(left).constant(1).op(I32.Sub).tee(left).breakIf(again).break(end);
          });
          code.get(result).constant(-1).op(I32.Ne).breakIf(end);
        });
        code.get(place).constant(1).op(I32.Add).tee(place).getGlobal(threads).op(I32.LtU).breakIf(again);
      });
    });
    code.getGlobal(canonical);
    code.if(() => code.get(0).getGlobal(canonical).callTable(this.module.typeOf(CANONICAL)));
    return code.get(0).get(1).call(add).drop();
  }

  /** Expands that many states, unless something comes in between: gives a Pause. */
  private explore(calls: {
    readonly reserve: number;
    readonly one: number;
    readonly stuck: number;
    readonly layer: number;
  }): Code {
    const code = new Code(1);
    const { count, next, layer, maxStates, state, interrupt } = this.globals;
    const come = (pause: Pause) => () => code.constant(pause).return();
    code.loop((again) => {
      code.get(0).op(I32.Eqz).if(come(Pause.Slice));
      code.get(0).constant(1).op(I32.Sub).set(0);
      code.getGlobal(next).getGlobal(count).op(I32.GeU).if(come(Pause.Done));
      code.getGlobal(count).getGlobal(maxStates).op(I32.GeU).if(come(Pause.Full));
      code.call(calls.reserve).op(I32.Eqz).if(come(Pause.NoMemory));
      code.getGlobal(next).setGlobal(state);
      code.getGlobal(next).constant(1).op(I32.Add).setGlobal(next);
      code.getGlobal(state).getGlobal(layer).op(I32.Eq);
      code.if(() => code.getGlobal(count).setGlobal(layer).getGlobal(count).call(calls.layer));
      code.getGlobal(state);
      this.recordAt(code, () => code.getGlobal(state));
      code.call(calls.one).op(I32.Eqz);
      code.if(() => code.getGlobal(state).call(calls.stuck));
      code.getGlobal(interrupt).op(I32.Eqz).breakIf(again);
    });
    return code.constant(Pause.Interrupted);
  }

  /** The site of thread `thread` in the state at `state`. */
  private siteOf(code: Code, thread: number, state: number): void {
    const about = code.local();
    code.getGlobal(this.globals.threadsAt).get(thread).constant(THREAD_BYTES).op(I32.Mul).op(I32.Add).set(about);
    code.get(state).get(about).load(0).op(I32.Add).load().get(about).load(4).op(I32.ShrU);
    code.get(about).load(8).op(I32.And).get(about).load(12).op(I32.Add);
  }

  private threadAt(code: Code, orderAt: number, place: number, thread: number): void {
    code.getGlobal(orderAt).get(place).constant(2).op(I32.Shl).op(I32.Add).load().set(thread);
  }

  /** Does something `left` times, while `to` goes from record to record. */
  private each(code: Code, to: number, left: number, what: () => void): void {
    code.block((end) => {
      code.loop((next) => {
        code.get(left).op(I32.Eqz).breakIf(end);
        what();
        code.get(to).constant(this.stride).op(I32.Add).set(to);
        code.get(left).constant(1).op(I32.Sub).set(left).break(next);
      });
    });
  }

  private copyState(code: Code, to: number, from: number): void {
    for (let word = 0; word < this.words; word++) {
      code
        .get(to)
        .get(from)
        .load(4 * word)
        .store(4 * word);
    }
  }

  /** Number of the record up to which there must be memory. */
  private lastRecord(code: Code): void {
    const { count, room } = this.globals;
    code.getGlobal(room).constant(RECORDS_PER_ROOM).op(I32.Mul).getGlobal(count).op(I32.Add).constant(2).op(I32.Add);
  }

  /** Address of the record whose number `number` leaves on the stack. */
  private recordAt(code: Code, number: () => void): void {
    number();
    code.constant(this.stride).op(I32.Mul).getGlobal(this.globals.records).op(I32.Add);
  }

  /** Sets `hash` for the state at an address. Every bit of the state reaches both ends of the hash. */
  private hash(code: Code, at: number, hash: number): void {
    const mixed = (shift: number): Code => code.tee(hash).get(hash).constant(shift).op(I32.ShrU).op(I32.Xor);
    code.constant(0x9e3779b9);
    for (let word = 0; word < this.words; word++) {
      code
        .get(at)
        .load(4 * word)
        .op(I32.Xor)
        .constant(0x85ebca6b)
        .op(I32.Mul);
      mixed(15);
    }
    code.constant(0xc2b2ae35).op(I32.Mul);
    mixed(16).set(hash);
  }

  private slotOf(code: Code, hash: number, slot: number): void {
    const { mask, indexAt } = this.globals;
    code.get(hash).getGlobal(mask).op(I32.And).constant(2).op(I32.Shl).getGlobal(indexAt).op(I32.Add).set(slot);
  }

  private nextSlot(code: Code, slot: number): Code {
    const { mask, indexAt } = this.globals;
    code.get(slot).getGlobal(indexAt).op(I32.Sub).constant(4).op(I32.Add);
    code.getGlobal(mask).constant(2).op(I32.Shl).constant(3).op(I32.Or).op(I32.And);
    return code.getGlobal(indexAt).op(I32.Add).set(slot);
  }

  /** Looks for the state at address local 0: `known` when it is stored; goes on behind it when not, with its slot. */
  private lookUp(code: Code, hash: number, slot: number, known: () => void): void {
    const { mask, found } = this.globals;
    const entry = code.local();
    const other = code.local();
    this.hash(code, 0, hash);
    this.slotOf(code, hash, slot);
    code.block((missing) => {
      code.loop((again) => {
        code.get(slot).load().tee(entry).op(I32.Eqz).breakIf(missing);
        code.block((different) => {
          code.get(entry).get(hash).op(I32.Xor).getGlobal(mask).constant(-1).op(I32.Xor).op(I32.And).breakIf(different);
          code.get(entry).getGlobal(mask).op(I32.And).constant(1).op(I32.Sub).setGlobal(found);
          this.recordAt(code, () => code.getGlobal(found));
          code.set(other);
          this.unlessEqual(code, other, different);
          known();
        });
        this.nextSlot(code, slot).break(again);
      });
    });
  }

  private unlessEqual(code: Code, other: number, different: Label): void {
    for (let word = 0; word < this.words; word++) {
      code
        .get(0)
        .load(4 * word)
        .get(other)
        .load(4 * word)
        .op(I32.Ne)
        .breakIf(different);
    }
  }
}
