/**
 * Transitions as numbers for one small interpreter (`interpreter.ts`): made in a few microseconds, which code for the
 * JavaScript engine is not, and most transitions run only a few hundred times.
 *
 * Expressions leave their value on a stack. Operands stand behind their instruction; targets are positions in the code.
 */
import type { ValueOp } from "../../model/ir";
import type { CompiledThread } from "../machine/compile";
import type { Expr, Stmt } from "../machine/micro";
import type { Layout, Variable } from "../machine/variables";

export const enum Op {
  /** value */
  Const,
  /** word, shift, mask: a variable */
  Field,
  /** local */
  Local,
  /** temporary */
  Temporary,
  Not,
  /** n, then n times word, mask in place: 1 when one of the bits is set */
  Any,
  Add,
  Subtract,
  Multiply,
  And,
  Or,
  Xor,
  AndNot,
  ShiftLeft,
  ShiftRight,
  Equal,
  Unequal,
  Less,
  AtMost,
  Greater,
  AtLeast,
  Both,
  Either,
  /** word, shift, mask */
  Set,
  /** word, mask in place, bits in place */
  SetConst,
  /** word, mask in place */
  Clear,
  /** local, mask */
  SetLocal,
  /** temporary */
  Let,
  /** target */
  JumpIfZero,
  /** target */
  Jump,
  /** finding */
  Report,
  /** note */
  Note,
  /** step */
  Mark,
  Rest,
  Stop,
  Block,
  /** n, then n targets, each to be run on its own copy of the state */
  Alternatives,
}

const OPS: Readonly<Record<ValueOp, Op>> = {
  "+": Op.Add,
  "-": Op.Subtract,
  "*": Op.Multiply,
  "&": Op.And,
  "|": Op.Or,
  "^": Op.Xor,
  "&~": Op.AndNot,
  "<<": Op.ShiftLeft,
  ">>": Op.ShiftRight,
  "==": Op.Equal,
  "!=": Op.Unequal,
  "<": Op.Less,
  "<=": Op.AtMost,
  ">": Op.Greater,
  ">=": Op.AtLeast,
  "&&": Op.Both,
  "||": Op.Either,
};

export interface Bytecode {
  readonly code: Int32Array;
  /** Locals and temporaries have numbers below these. */
  readonly locals: number;
  readonly temporaries: number;
  /** Values that may be on the stack at once. */
  readonly stack: number;
}

export function bytecodeOf(layout: Layout, thread: CompiledThread | null, stmts: readonly Stmt[]): Bytecode {
  return new Assembler(layout, thread).assemble(stmts);
}

class Assembler {
  private readonly code: number[] = [];
  private locals = 0;
  private temporaries = 0;
  private depth = 0;
  private deepest = 0;

  constructor(
    private readonly layout: Layout,
    private readonly thread: CompiledThread | null,
  ) {}

  assemble(stmts: readonly Stmt[]): Bytecode {
    this.list(stmts, true);
    this.code.push(Op.Stop);
    const { locals, temporaries } = this;
    return { code: Int32Array.from(this.code), locals, temporaries, stack: this.deepest };
  }

  private list(stmts: readonly Stmt[], first: boolean): void {
    let isFirst = first;
    for (const stmt of stmts) {
      if (stmt.kind === "begin") {
        // The first step is marked by the explorer: it may yet block.
        const at = isFirst ? null : this.thread?.places.stepOf(stmt.pc);
        if (at) this.code.push(Op.Mark, at.step);
        isFirst = false;
      } else this.one(stmt, isFirst);
    }
  }

  private one(stmt: Exclude<Stmt, { kind: "begin" }>, first: boolean): void {
    const { code } = this;
    switch (stmt.kind) {
      case "set":
        return this.set(stmt.variable, stmt.value);
      case "clear":
        return this.clear(stmt.variables);
      case "setLocal":
        this.expr(stmt.value);
        this.pop();
        code.push(Op.SetLocal, stmt.local, 2 ** (this.thread?.localBits[stmt.local] ?? 31) - 1);
        this.locals = Math.max(this.locals, stmt.local + 1);
        return;
      case "let":
        this.expr(stmt.value);
        this.pop();
        code.push(Op.Let, stmt.id);
        this.temporaries = Math.max(this.temporaries, stmt.id + 1);
        return;
      case "if":
        this.expr(stmt.test);
        return this.fork(
          () => this.list(stmt.then, first),
          stmt.otherwise.length === 0 ? null : () => this.list(stmt.otherwise, first),
        );
      case "report":
        code.push(Op.Report, stmt.finding);
        return;
      case "note":
        code.push(Op.Note, stmt.note);
        return;
      case "rest":
        code.push(Op.Rest);
        return;
      case "stop":
        code.push(Op.Stop);
        return;
      case "block":
        code.push(Op.Block);
        return;
      case "alternatives":
        return this.alternatives(stmt.of);
      case "go":
      case "forget":
        throw new Error(`a transition still holds "${stmt.kind}"`);
    }
  }

  private set(variable: Variable, value: Expr): void {
    const place = this.layout.placeOf(variable);
    if (!place) return;
    const { word, shift, mask } = place;
    if (value.op === "const") {
      this.code.push(Op.SetConst, word, mask << shift, (value.value & mask) << shift);
      return;
    }
    this.expr(value);
    this.pop();
    this.code.push(Op.Set, word, shift, mask);
  }

  private clear(variables: readonly Variable[]): void {
    for (const [word, mask] of this.masks(variables)) this.code.push(Op.Clear, word, mask);
  }

  private masks(variables: readonly Variable[]): Map<number, number> {
    const masks = new Map<number, number>();
    for (const variable of variables) {
      const place = this.layout.placeOf(variable);
      if (place) masks.set(place.word, (masks.get(place.word) ?? 0) | (place.mask << place.shift));
    }
    return masks;
  }

  private alternatives(of: readonly (readonly Stmt[])[]): void {
    const { code } = this;
    code.push(Op.Alternatives, of.length);
    const targets = code.length;
    for (let index = 0; index < of.length; index++) code.push(0);
    for (const [index, one] of of.entries()) {
      code[targets + index] = code.length;
      this.list(one, false);
      code.push(Op.Stop);
    }
  }

  /** Takes the test from the stack. */
  private fork(then: () => void, otherwise: (() => void) | null): void {
    const { code } = this;
    this.pop();
    const toElse = code.push(Op.JumpIfZero, 0) - 1;
    then();
    if (otherwise === null) {
      code[toElse] = code.length;
      return;
    }
    const toEnd = code.push(Op.Jump, 0) - 1;
    code[toElse] = code.length;
    otherwise();
    code[toEnd] = code.length;
  }

  private expr(expr: Expr): void {
    const { code } = this;
    switch (expr.op) {
      case "const":
        code.push(Op.Const, expr.value);
        return this.push();
      case "variable":
        return this.variable(expr.of);
      case "local":
        code.push(Op.Local, expr.local);
        this.locals = Math.max(this.locals, expr.local + 1);
        return this.push();
      case "temporary":
        code.push(Op.Temporary, expr.id);
        this.temporaries = Math.max(this.temporaries, expr.id + 1);
        return this.push();
      case "!":
        this.expr(expr.operand);
        code.push(Op.Not);
        return;
      case "any":
        return this.any(expr.of);
      case "if":
        this.expr(expr.test);
        this.fork(
          () => this.expr(expr.then),
          () => {
            // Only one of the two leaves its value.
            this.pop();
            this.expr(expr.otherwise);
          },
        );
        return;
      default:
        this.expr(expr.left);
        this.expr(expr.right);
        code.push(OPS[expr.op]);
        this.pop();
    }
  }

  private variable(of: Variable): void {
    const place = this.layout.placeOf(of);
    if (place) this.code.push(Op.Field, place.word, place.shift, place.mask);
    else this.code.push(Op.Const, of.initial & (2 ** of.bits - 1));
    this.push();
  }

  private any(variables: readonly Variable[]): void {
    const isSet = variables.some((variable) => !this.layout.placeOf(variable) && variable.initial !== 0);
    const masks = this.masks(variables);
    if (isSet || masks.size === 0) this.code.push(Op.Const, isSet ? 1 : 0);
    else this.code.push(Op.Any, masks.size, ...[...masks].flat());
    this.push();
  }

  private push(): void {
    this.depth++;
    if (this.depth > this.deepest) this.deepest = this.depth;
  }

  private pop(): void {
    this.depth--;
  }
}
