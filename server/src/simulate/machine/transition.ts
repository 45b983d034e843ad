/** One transition: a step, and the thread's own affairs after it, up to the next place to rest. */
import type { Machine } from "./machine";
import { read, set, type Expr, type Stmt } from "./micro";
import type { Places } from "./places";
import type { Slots } from "./slots";
import type { Variable } from "./variables";

export interface Fusing {
  readonly places: Places;
  /** Place -> value of `pc`. */
  readonly rests: ReadonlyMap<number, number>;
  readonly pc: Variable;
  readonly slots: Slots;
  /** Locals that matter at a place. */
  live(place: number): readonly number[];
  /** What happens at a place, ending in `go`. */
  code(place: number): readonly Stmt[];
}

/** Empty where nothing can happen: at the end. */
export function transition(machine: Machine, fusing: Fusing, from: number): readonly Stmt[] {
  return new Transition(machine, fusing, from).stmts;
}

class Transition {
  readonly stmts: readonly Stmt[];
  /** Locals that the statements read or write. */
  private readonly touched = new Set<number>();

  constructor(
    private readonly machine: Machine,
    private readonly fusing: Fusing,
    private readonly from: number,
  ) {
    const body = fusing.code(from);
    if (body.length === 0) {
      this.stmts = [];
      return;
    }
    const whole = [{ kind: "begin" as const, pc: from }, ...this.list(body, new Set())];
    this.stmts = [...this.loads(), ...whole];
  }

  /** Rewrites up to the end of the path; `dirty` gathers the locals that were written on it. */
  private list(stmts: readonly Stmt[], dirty: Set<number>): readonly Stmt[] {
    const result: Stmt[] = [];
    for (const stmt of stmts) {
      switch (stmt.kind) {
        case "go":
          result.push(...this.goOn(stmt.pc, dirty));
          return result;
        case "if": {
          this.noteLocals(stmt.test);
          const thenDirty = new Set(dirty);
          const otherwiseDirty = new Set(dirty);
          const then = this.list(stmt.then, thenDirty);
          const otherwise = this.list(stmt.otherwise, otherwiseDirty);
          for (const local of [...thenDirty, ...otherwiseDirty]) dirty.add(local);
          result.push({ ...stmt, then, otherwise });
          break;
        }
        case "alternatives":
          result.push({ kind: "alternatives", of: stmt.of.map((one) => this.list(one, new Set(dirty))) });
          return result;
        case "setLocal":
          this.noteLocals(stmt.value);
          this.touched.add(stmt.local);
          dirty.add(stmt.local);
          result.push(stmt);
          break;
        case "forget":
          result.push(this.forget(stmt.type, stmt.object));
          break;
        case "set":
        case "let":
          this.noteLocals(stmt.value);
          result.push(stmt);
          break;
        default:
          result.push(stmt);
          if (stmt.kind === "stop" || stmt.kind === "block") return result;
      }
    }
    return result;
  }

  private goOn(place: number, dirty: Set<number>): readonly Stmt[] {
    const value = this.fusing.rests.get(place);
    if (value === undefined) return [{ kind: "begin", pc: place }, ...this.list(this.fusing.code(place), dirty)];
    return [...this.store(place, dirty), set(this.fusing.pc, value), { kind: "rest" }];
  }

  /** Puts the locals that still matter into their slots, and empties the slots that are no longer used. */
  private store(place: number, dirty: ReadonlySet<number>): readonly Stmt[] {
    const { slots } = this.fusing;
    const live = (at: number): readonly number[] => this.fusing.live(at);

    const used = new Set<Variable>();
    const stores: Stmt[] = [];
    for (const local of live(place)) {
      const slot = slots[local];
      if (!slot) continue;
      used.add(slot);
      if (dirty.has(local)) stores.push(set(slot, { op: "local", local }));
    }
    const unused = new Set<Variable>();
    for (const local of live(this.from)) {
      const slot = slots[local];
      if (slot && !used.has(slot)) unused.add(slot);
    }
    return unused.size === 0 ? stores : [...stores, { kind: "clear", variables: [...unused] }];
  }

  private loads(): readonly Stmt[] {
    return this.fusing.live(this.from).flatMap((local): readonly Stmt[] => {
      const slot = this.fusing.slots[local];
      return slot && this.touched.has(local) ? [{ kind: "setLocal", local, value: read(slot) }] : [];
    });
  }

  private forget(type: number, object: number): Stmt {
    const variables = this.machine.variables.filter(
      (variable) => variable.object?.type === type && variable.object.object === object,
    );
    return { kind: "clear", variables };
  }

  private noteLocals(value: Expr): void {
    switch (value.op) {
      case "local":
        this.touched.add(value.local);
        return;
      case "const":
      case "variable":
      case "temporary":
      case "any":
        return;
      case "!":
        return this.noteLocals(value.operand);
      case "if":
        this.noteLocals(value.test);
        this.noteLocals(value.then);
        return this.noteLocals(value.otherwise);
      default:
        this.noteLocals(value.left);
        this.noteLocals(value.right);
    }
  }
}
