/** Which shared variables statements read and write, and what of them. */
import type { Machine } from "../machine/machine";
import type { Expr, Stmt } from "../machine/micro";
import { largest, type Variable } from "../machine/variables";

/**
 * Sets of aspects of variables, as bits. Aspects of a variable are its value, whether it is 0, and whether it is each
 * of a few small numbers: who only asks whether somebody holds a lock exclusively does not notice a reader.
 * Variables that belong to one thread alone are in none of the sets.
 */
export interface Touches {
  readonly reads: bigint;
  /** Aspects that may change. */
  readonly writes: bigint;
  /** Aspect "is c": something else than c may be stored. */
  readonly stores: bigint;
}

export const NOTHING: Touches = { reads: 0n, writes: 0n, stores: 0n };

/** Value, not 0, is 0, is 1, is 2, is 3. */
const ASPECTS = 6;
const NOT_ZERO = 1;
const FIRST_NUMBER = 2;
const MOST_NUMBER = ASPECTS - FIRST_NUMBER - 1;
const EVERY_ASPECT = (1n << BigInt(ASPECTS)) - 1n;

export class Toucher {
  readonly variables: readonly Variable[];
  private readonly first = new Map<Variable, bigint>();
  private readonly ofObject = new Map<string, Variable[]>();

  constructor(machine: Machine, isChanging: (variable: Variable) => boolean) {
    this.variables = machine.variables.filter((variable) => variable.thread === null && isChanging(variable));
    for (const [index, variable] of this.variables.entries()) {
      this.first.set(variable, BigInt(index * ASPECTS));
      if (!variable.object) continue;
      const key = `${variable.object.type} ${variable.object.object}`;
      this.ofObject.set(key, [...(this.ofObject.get(key) ?? []), variable]);
    }
  }

  /** @param isLeftOut places of a transition whose part in it does not count */
  of(stmts: readonly Stmt[], isLeftOut: (place: number) => boolean = () => false): Touches {
    const gathering = new Gathering(this.first, this.ofObject, isLeftOut);
    gathering.list(stmts);
    return gathering;
  }

  /** What decides whether the statements block. */
  guardOf(stmts: readonly Stmt[]): Touches {
    const gathering = new Gathering(this.first, this.ofObject, () => false);
    gathering.guard(stmts);
    return gathering;
  }

  /** All aspects of a variable. */
  aspects(variable: Variable): bigint {
    const first = this.first.get(variable);
    return first === undefined ? 0n : EVERY_ASPECT << first;
  }

  /** The aspect "is c"; null for numbers that are looked at as values only. */
  aspectIs(variable: Variable, c: number): bigint | null {
    const first = this.first.get(variable);
    return first === undefined || c > MOST_NUMBER ? null : 1n << (first + BigInt(FIRST_NUMBER + c));
  }

  /** Numbers that have an aspect. */
  numbers(variable: Variable): readonly number[] {
    return Array.from({ length: Math.min(largest(variable), MOST_NUMBER) + 1 }, (_, c) => c);
  }
}

/** Aspects that one of them changes and the other reads or changes. */
export function conflicts(a: Touches, b: Touches): bigint {
  return (a.writes & (b.reads | b.writes)) | (b.writes & a.reads);
}

export function union(a: Touches, b: Touches): Touches {
  return { reads: a.reads | b.reads, writes: a.writes | b.writes, stores: a.stores | b.stores };
}

export function same(a: Touches, b: Touches): boolean {
  return a.reads === b.reads && a.writes === b.writes && a.stores === b.stores;
}

class Gathering implements Touches {
  reads = 0n;
  writes = 0n;
  stores = 0n;
  private leftOut = false;

  constructor(
    private readonly first: ReadonlyMap<Variable, bigint>,
    private readonly ofObject: ReadonlyMap<string, readonly Variable[]>,
    private readonly isLeftOut: (place: number) => boolean,
  ) {}

  list(stmts: readonly Stmt[]): void {
    const leftOut = this.leftOut;
    for (const stmt of stmts) {
      if (stmt.kind === "begin") this.leftOut = this.isLeftOut(stmt.pc);
      else this.one(stmt);
    }
    this.leftOut = leftOut;
  }

  guard(stmts: readonly Stmt[]): boolean {
    let blocks = false;
    for (const stmt of stmts) {
      if (stmt.kind === "block") return true;
      if (stmt.kind === "let") this.expr(stmt.value);
      else if (stmt.kind === "if") {
        const before = this.reads;
        this.expr(stmt.test);
        const then = this.guard(stmt.then);
        const otherwise = this.guard(stmt.otherwise);
        if (then || otherwise) blocks = true;
        else this.reads = before;
      } else if (stmt.kind === "alternatives") for (const one of stmt.of) if (this.guard(one)) blocks = true;
    }
    return blocks;
  }

  private one(stmt: Stmt): void {
    switch (stmt.kind) {
      case "if":
        if (!this.leftOut) this.expr(stmt.test);
        this.list(stmt.then);
        this.list(stmt.otherwise);
        return;
      case "alternatives":
        for (const alternative of stmt.of) this.list(alternative);
        return;
      default:
        if (!this.leftOut) this.simple(stmt);
    }
  }

  private simple(stmt: Stmt): void {
    switch (stmt.kind) {
      case "set": {
        const constant = stmt.value.op === "const" ? stmt.value.value & largest(stmt.variable) : null;
        this.write(stmt.variable, constant, stmt.was ?? null, stmt.unnoticed === true);
        this.expr(stmt.value);
        return;
      }
      case "clear":
        for (const variable of stmt.variables) this.write(variable, 0, null, false);
        return;
      case "forget":
        for (const variable of this.ofObject.get(`${stmt.type} ${stmt.object}`) ?? [])
          this.write(variable, 0, null, false);
        return;
      case "setLocal":
      case "let":
        this.expr(stmt.value);
        return;
      default:
    }
  }

  private write(variable: Variable, constant: number | null, was: number | null, unnoticed: boolean): void {
    const first = this.first.get(variable);
    if (first === undefined) return;
    if (!unnoticed) this.writes |= changed(constant, was) << first;
    this.stores |= (constant === null ? EVERY_ASPECT : EVERY_ASPECT & ~aspectBit(constant)) << first;
  }

  private expr(expr: Expr): void {
    switch (expr.op) {
      case "variable":
        this.read(expr.of, 1n);
        return;
      case "any":
        for (const variable of expr.of) this.read(variable, 1n << BigInt(NOT_ZERO));
        return;
      case "const":
      case "local":
      case "temporary":
        return;
      case "!":
        if (expr.operand.op === "variable") this.read(expr.operand.of, 1n << BigInt(NOT_ZERO));
        else this.expr(expr.operand);
        return;
      case "if":
        this.expr(expr.test);
        this.expr(expr.then);
        this.expr(expr.otherwise);
        return;
      default: {
        const aspects = comparesWith(expr);
        if (aspects !== 0n && expr.left.op === "variable") this.read(expr.left.of, aspects);
        else {
          this.expr(expr.left);
          this.expr(expr.right);
        }
      }
    }
  }

  private read(variable: Variable, aspects: bigint): void {
    const first = this.first.get(variable);
    if (first !== undefined) this.reads |= aspects << first;
  }
}

/** The aspect that `variable == c` looks at; 0 for other expressions. */
function comparesWith({ op, left, right }: { readonly op: string; readonly left: Expr; readonly right: Expr }): bigint {
  const compares = (op === "==" || op === "!=") && left.op === "variable" && right.op === "const";
  return compares ? aspectBit(right.value) : 0n;
}

/** 0 when the number has no aspect of its own. */
function aspectBit(c: number): bigint {
  return c <= MOST_NUMBER ? 1n << BigInt(FIRST_NUMBER + c) : 0n;
}

/** Aspects that change when the variable, which is `was`, is set to that constant; null: not known. */
function changed(constant: number | null, was: number | null): bigint {
  if (constant === null || was === null) return EVERY_ASPECT;
  if (constant === was) return 0n;
  const notZero = (constant === 0) === (was === 0) ? 0n : 1n << BigInt(NOT_ZERO);
  return 1n | notZero | aspectBit(constant) | aspectBit(was);
}
