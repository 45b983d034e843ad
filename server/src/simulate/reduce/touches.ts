/** Which shared variables statements read and write. */
import type { Machine } from "../machine/machine";
import type { Expr, Stmt } from "../machine/micro";
import type { Variable } from "../machine/variables";

/** Sets of variables, one bit each. What belongs to one thread alone is in none of them. */
export interface Touches {
  readonly reads: Int32Array;
  readonly writes: Int32Array;
}

export class Toucher {
  readonly words: number;
  private readonly numbers = new Map<Variable, number>();
  private readonly ofObject = new Map<string, Variable[]>();

  constructor(machine: Machine, isChanging: (variable: Variable) => boolean) {
    for (const variable of machine.variables) {
      if (variable.thread !== null || !isChanging(variable)) continue;
      this.numbers.set(variable, this.numbers.size);
      if (!variable.object) continue;
      const key = `${variable.object.type} ${variable.object.object}`;
      this.ofObject.set(key, [...(this.ofObject.get(key) ?? []), variable]);
    }
    this.words = Math.max(1, Math.ceil(this.numbers.size / 32));
  }

  none(): Touches {
    return { reads: new Int32Array(this.words), writes: new Int32Array(this.words) };
  }

  of(stmts: readonly Stmt[]): Touches {
    const touches = this.none();
    this.list(stmts, touches);
    return touches;
  }

  /** What decides whether the statements block; null when they never do. */
  guardOf(stmts: readonly Stmt[]): Int32Array | null {
    const reads = new Int32Array(this.words);
    return this.guard(stmts, reads) ? reads : null;
  }

  private guard(stmts: readonly Stmt[], reads: Int32Array): boolean {
    let blocks = false;
    for (const stmt of stmts) {
      if (stmt.kind === "block") return true;
      if (stmt.kind === "let") this.expr(stmt.value, reads);
      else if (stmt.kind === "if") {
        this.expr(stmt.test, reads);
        if (this.guard(stmt.then, reads)) blocks = true;
        if (this.guard(stmt.otherwise, reads)) blocks = true;
      } else if (stmt.kind === "alternatives") for (const one of stmt.of) if (this.guard(one, reads)) blocks = true;
    }
    return blocks;
  }

  private list(stmts: readonly Stmt[], touches: Touches): void {
    for (const stmt of stmts) {
      switch (stmt.kind) {
        case "set":
          if (stmt.unnoticed !== true) this.add(stmt.variable, touches.writes);
          this.expr(stmt.value, touches.reads);
          break;
        case "clear":
          for (const variable of stmt.variables) this.add(variable, touches.writes);
          break;
        case "forget":
          for (const variable of this.ofObject.get(`${stmt.type} ${stmt.object}`) ?? [])
            this.add(variable, touches.writes);
          break;
        case "setLocal":
        case "let":
          this.expr(stmt.value, touches.reads);
          break;
        case "if":
          this.expr(stmt.test, touches.reads);
          this.list(stmt.then, touches);
          this.list(stmt.otherwise, touches);
          break;
        case "alternatives":
          for (const one of stmt.of) this.list(one, touches);
          break;
        default:
      }
    }
  }

  private expr(expr: Expr, into: Int32Array): void {
    switch (expr.op) {
      case "variable":
        this.add(expr.of, into);
        return;
      case "any":
        for (const variable of expr.of) this.add(variable, into);
        return;
      case "const":
      case "local":
      case "temporary":
        return;
      case "!":
        return this.expr(expr.operand, into);
      case "if":
        this.expr(expr.test, into);
        this.expr(expr.then, into);
        return this.expr(expr.otherwise, into);
      default:
        this.expr(expr.left, into);
        this.expr(expr.right, into);
    }
  }

  private add(variable: Variable, into: Int32Array): void {
    const number = this.numbers.get(variable);
    if (number !== undefined) into[number >> 5] = (into[number >> 5] ?? 0) | (1 << (number & 31));
  }
}

/** Neither writes what the other reads or writes. */
export function independent(a: Touches, b: Touches): boolean {
  for (let word = 0; word < a.writes.length; word++) {
    const wa = a.writes[word] as number;
    const wb = b.writes[word] as number;
    if ((wa & ((b.reads[word] as number) | wb)) !== 0 || (wb & (a.reads[word] as number)) !== 0) return false;
  }
  return true;
}

export function meet(a: Int32Array, b: Int32Array): boolean {
  for (let word = 0; word < a.length; word++) if (((a[word] as number) & (b[word] as number)) !== 0) return true;
  return false;
}
