/**
 * A transition as a function of two addresses: it reads the state at the first, writes its successors one behind the
 * other at the second, and gives their number, or -1 when the thread cannot move.
 */
import type { Compiled, CompiledThread } from "../../machine/compile";
import type { Stmt } from "../../machine/micro";
import type { Variable } from "../../machine/variables";
import { Code, I32, type Label } from "./code";
import { emitValue, masksOf, type Operands } from "./value";

/** What a transition calls and marks on its way. */
export interface Surroundings {
  /** Functions that take a number of a finding or a note. */
  readonly report: number;
  readonly note: number;
  /** Address of a byte for each finding, each note: 0 while it is to be told. */
  readonly findings: number;
  readonly notes: number;
  /** Address of a byte for each step of the thread's program: 1 once it ran. */
  readonly executed: number;
  /** Bytes from one state to the next. */
  readonly stride: number;
}

const FROM = 0;
const TO = 1;

export interface Written {
  readonly code: Code;
  /** It has no more successors than that. */
  readonly most: number;
}

export function transitionCode(
  compiled: Compiled,
  thread: CompiledThread,
  stmts: readonly Stmt[],
  around: Surroundings,
): Written {
  return new Writer(compiled, thread, around).write(stmts);
}

/** Where a path ends. */
interface Ends {
  /** To where the state is stored as a successor. */
  readonly rest: Label;
  /** To behind that. */
  readonly over: Label;
}

class Writer implements Operands {
  readonly code = new Code(2);
  readonly layout;
  /** WebAssembly locals that hold words of the state, by word. */
  private readonly words = new Map<number, number>();
  private readonly locals = new Map<number, number>();
  private readonly temporaries = new Map<number, { at: number; most: number }>();
  /** Number of successors so far, or -1. */
  private readonly result = this.code.local();

  private ends: Ends = { rest: 0, over: 0 };
  /** Places at which a successor is stored. */
  private stores = 0;

  constructor(
    compiled: Compiled,
    private readonly thread: CompiledThread,
    private readonly around: Surroundings,
  ) {
    this.layout = compiled.layout;
  }

  write(stmts: readonly Stmt[]): Written {
    const { code, result } = this;
    code.inHead(() => code.constant(-1).set(result));
    this.path(() => this.list(stmts, true));
    code.get(result);
    return { code, most: this.stores };
  }

  word(word: number): number {
    let local = this.words.get(word);
    if (local === undefined) {
      local = this.code.local();
      this.words.set(word, local);
      const at = local;
      this.code.inHead(() =>
        this.code
          .get(FROM)
          .load(4 * word)
          .set(at),
      );
    }
    return local;
  }

  local(local: number): { readonly at: number; readonly most: number } {
    let at = this.locals.get(local);
    if (at === undefined) {
      at = this.code.local();
      this.locals.set(local, at);
    }
    // Shifting by 32 bits would shift by none.
    return { at, most: 0x7fffffff >>> (31 - (this.thread.localBits[local] ?? 31)) };
  }

  temporary(id: number): { readonly at: number; readonly most: number } {
    const known = this.temporaries.get(id);
    if (!known) throw new RangeError("a temporary is read before it is set");
    return known;
  }

  /** Statements that end in all kinds of ways, and what follows when they end at rest. */
  private path(body: () => void): void {
    const { code } = this;
    const outer = this.ends;
    code.block((over) => {
      code.block((rest) => {
        this.ends = { rest, over };
        body();
        // Only the final check runs to its end without saying how it ends.
        this.stop();
      });
      this.store();
    });
    this.ends = outer;
  }

  private store(): void {
    const { code, result, around } = this;
    this.stores++;
    for (let word = 0; word < this.layout.words; word++) {
      code.get(TO);
      const known = this.words.get(word);
      if (known === undefined) code.get(FROM).load(4 * word);
      else code.get(known);
      code.store(4 * word);
    }
    code.get(TO).constant(around.stride).op(I32.Add).set(TO);
    // -1 becomes 1.
    code.get(result).constant(0).get(result).constant(-1).op(I32.Ne).op(I32.Select);
    code.constant(1).op(I32.Add).set(result);
  }

  private stop(): void {
    const { code, result } = this;
    code.get(result).constant(0).get(result).constant(-1).op(I32.Ne).op(I32.Select).set(result);
    code.break(this.ends.over);
  }

  private list(stmts: readonly Stmt[], first: boolean): void {
    let isFirst = first;
    for (const stmt of stmts) {
      if (stmt.kind === "begin") {
        // The first step is marked by who calls: it may yet block.
        if (!isFirst) this.mark(stmt.pc);
        isFirst = false;
      } else this.one(stmt, isFirst);
    }
  }

  private one(stmt: Exclude<Stmt, { kind: "begin" }>, first: boolean): void {
    const { code } = this;
    switch (stmt.kind) {
      case "set":
        return this.set(stmt);
      case "clear":
        for (const [word, mask] of masksOf(this.layout, stmt.variables)) {
          const at = this.word(word);
          code.get(at).constant(~mask).op(I32.And).set(at);
        }
        return;
      case "setLocal": {
        const { at, most } = this.local(stmt.local);
        if (emitValue(this, stmt.value) > most) code.constant(most).op(I32.And);
        code.set(at);
        return;
      }
      case "let": {
        const most = emitValue(this, stmt.value);
        const at = code.local();
        code.set(at);
        this.temporaries.set(stmt.id, { at, most });
        return;
      }
      case "if":
        emitValue(this, stmt.test);
        code.if(
          () => this.list(stmt.then, first),
          stmt.otherwise.length > 0 ? () => this.list(stmt.otherwise, first) : null,
        );
        return;
      case "report":
        return this.tell(this.around.findings + stmt.finding, this.around.report, stmt.finding);
      case "note":
        return this.tell(this.around.notes + stmt.note, this.around.note, stmt.note);
      case "rest":
        code.break(this.ends.rest);
        return;
      case "stop":
        return this.stop();
      case "block":
        code.break(this.ends.over);
        return;
      case "alternatives":
        return this.alternatives(stmt.of);
      case "go":
      case "forget":
        throw new Error(`a transition still holds "${stmt.kind}"`);
    }
  }

  private set({ variable, value }: Extract<Stmt, { kind: "set" }>): void {
    const { code } = this;
    const place = this.layout.placeOf(variable);
    if (!place) return;
    const at = this.word(place.word);
    const mask = place.mask << place.shift;
    if (value.op === "const") {
      const bits = (value.value & place.mask) << place.shift;
      code.get(at);
      if (bits !== mask) code.constant(~mask).op(I32.And);
      if (bits !== 0) code.constant(bits).op(I32.Or);
      code.set(at);
      return;
    }
    code.get(at).constant(~mask).op(I32.And);
    if (emitValue(this, value) > place.mask) code.constant(place.mask).op(I32.And);
    if (place.shift > 0) code.constant(place.shift).op(I32.Shl);
    code.op(I32.Or).set(at);
  }

  /** Each starts with what the words and locals are now. */
  private alternatives(of: readonly (readonly Stmt[])[]): void {
    const { code } = this;
    const { over } = this.ends;
    for (const [index, one] of of.entries()) {
      const changed = index === of.length - 1 ? [] : [...this.changedBy(one)];
      const kept = changed.map((at) => {
        const copy = code.local();
        code.get(at).set(copy);
        return { at, copy };
      });
      this.path(() => this.list(one, false));
      for (const { at, copy } of kept) code.get(copy).set(at);
    }
    code.break(over);
  }

  /** WebAssembly locals that the statements may change. */
  private changedBy(stmts: readonly Stmt[], into = new Set<number>()): ReadonlySet<number> {
    const add = (variable: Variable): void => {
      const place = this.layout.placeOf(variable);
      if (place) into.add(this.word(place.word));
    };
    for (const stmt of stmts) {
      if (stmt.kind === "set") add(stmt.variable);
      else if (stmt.kind === "clear") for (const variable of stmt.variables) add(variable);
      else if (stmt.kind === "setLocal") into.add(this.local(stmt.local).at);
      else if (stmt.kind === "if") {
        this.changedBy(stmt.then, into);
        this.changedBy(stmt.otherwise, into);
      } else if (stmt.kind === "alternatives") for (const one of stmt.of) this.changedBy(one, into);
    }
    return into;
  }

  private mark(place: number): void {
    const at = this.thread.places.stepOf(place);
    if (at)
      this.code
        .constant(this.around.executed + at.step)
        .constant(1)
        .storeByte();
  }

  /** Calls only while the byte says that it is to be told. */
  private tell(byte: number, target: number, number: number): void {
    const { code } = this;
    code.constant(byte).loadByte().op(I32.Eqz);
    code.if(() => code.constant(number).call(target));
  }
}
