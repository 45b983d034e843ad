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
  /** Some way leads to that place. */
  isReachable(place: number): boolean;
  /** What happens at a place, ending in `go`. */
  code(place: number): readonly Stmt[];
  /** What begins at a place that moves right goes on with the next step, unless that one has to wait. */
  movesRight(place: number): boolean;
  movesLeft(place: number): boolean;
}

/** No further step joins a transition of that many. */
const LARGEST_JOINED = 120;

/** Empty where nothing can happen: at the end. */
export function transition(machine: Machine, fusing: Fusing, from: number): readonly Stmt[] {
  return new Transition(machine, fusing, from).stmts;
}

/** One way through a transition, as far as it has come. */
interface Path {
  /** Locals that were written on it. */
  readonly dirty: Set<number>;
  /** All so far moves right: the next step joins in. */
  readonly joins: boolean;
}

class Transition {
  readonly stmts: readonly Stmt[];
  /** Locals that the statements read or write. */
  private readonly touched = new Set<number>();
  private steps = 1;

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
    const begun = { dirty: new Set<number>(), joins: fusing.movesRight(from) };
    const whole = [{ kind: "begin" as const, pc: from }, ...this.list(body, begun)];
    this.stmts = [...this.loads(), ...whole];
  }

  /** Rewrites up to the end of the path. */
  private list(stmts: readonly Stmt[], path: Path): readonly Stmt[] {
    const { dirty, joins } = path;
    const result: Stmt[] = [];
    for (const stmt of stmts) {
      switch (stmt.kind) {
        case "go":
          result.push(...this.goOn(stmt.pc, path));
          return result;
        case "if": {
          this.noteLocals(stmt.test);
          const thenDirty = new Set(dirty);
          const otherwiseDirty = new Set(dirty);
          const then = this.list(stmt.then, { dirty: thenDirty, joins });
          const otherwise = this.list(stmt.otherwise, { dirty: otherwiseDirty, joins });
          for (const local of [...thenDirty, ...otherwiseDirty]) dirty.add(local);
          result.push({ ...stmt, then, otherwise });
          break;
        }
        case "alternatives":
          result.push({
            kind: "alternatives",
            of: stmt.of.map((one) => this.list(one, { dirty: new Set(dirty), joins })),
          });
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

  private goOn(place: number, { dirty, joins }: Path): readonly Stmt[] {
    const { fusing } = this;
    if (!fusing.isReachable(place)) return [{ kind: "stop" }];
    const value = fusing.rests.get(place);
    const code = fusing.code(place);
    if (value === undefined || (joins && this.canJoin(code))) {
      this.steps++;
      const goesOn = joins && (value === undefined ? !fusing.movesLeft(place) : fusing.movesRight(place));
      return [{ kind: "begin", pc: place }, ...this.list(code, { dirty, joins: goesOn })];
    }
    return [...this.store(place, dirty), set(fusing.pc, value), { kind: "rest" }];
  }

  private canJoin(code: readonly Stmt[]): boolean {
    return this.steps < LARGEST_JOINED && code.length > 0 && !mayWait(code);
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

function mayWait(stmts: readonly Stmt[]): boolean {
  return stmts.some(
    (stmt) =>
      stmt.kind === "block" ||
      (stmt.kind === "if" && (mayWait(stmt.then) || mayWait(stmt.otherwise))) ||
      (stmt.kind === "alternatives" && stmt.of.some(mayWait)),
  );
}
