/** Which shared variables statements read and write, and what of them. */
import type { Machine } from "../machine/machine";
import type { Expr, Stmt } from "../machine/micro";
import { largest, type Variable } from "../machine/variables";

/**
 * Three sets in one array of words, bit by bit: what is read, what may change, what else may be stored.
 *
 * The first two hold aspects of variables: its value, whether it is 0, whether it is 2. Who only asks whether somebody
 * holds a lock exclusively does not notice a reader. The third says for each small number c that something else than c
 * may be stored into the variable. Variables that belong to one thread alone are in none of the sets.
 */
export type Touches = Int32Array;

const ASPECTS = 3;
const VALUE = 1;
const NOT_ZERO = 2;
const IS_TWO = 4;
const EVERY_ASPECT = VALUE | NOT_ZERO | IS_TWO;
/** Variables in a word of aspects. */
const IN_WORD = Math.floor(32 / ASPECTS);
/** Numbers that may be stored and are told from others; so many bits has each variable in the third set. */
const NUMBERS = 4;

export class Toucher {
  readonly variables: readonly Variable[];
  /** Words of a set of aspects, and of all three sets. */
  readonly words: number;
  readonly length: number;
  readonly nothing: Touches;
  private readonly numbers = new Map<Variable, number>();
  private readonly ofObject = new Map<string, Variable[]>();

  constructor(machine: Machine, isChanging: (variable: Variable) => boolean) {
    this.variables = machine.variables.filter((variable) => variable.thread === null && isChanging(variable));
    this.words = Math.max(1, Math.ceil(this.variables.length / IN_WORD));
    this.length = 2 * this.words + Math.ceil((this.variables.length * NUMBERS) / 32);
    this.nothing = new Int32Array(this.length);
    for (const [index, variable] of this.variables.entries()) {
      this.numbers.set(variable, index);
      if (!variable.object) continue;
      const key = `${variable.object.type} ${variable.object.object}`;
      this.ofObject.set(key, [...(this.ofObject.get(key) ?? []), variable]);
    }
  }

  /** @param isLeftOut places of a transition whose part in it does not count */
  of(stmts: readonly Stmt[], isLeftOut: (place: number) => boolean = () => false): Touches {
    const gathering = new Gathering(this.numbers, this.words, this.length, this.ofObject, isLeftOut);
    gathering.list(stmts);
    return gathering.touches;
  }

  /** Variables of which one changes something that the other reads or changes, as a set of aspects. */
  conflicts(a: Touches, b: Touches): Int32Array {
    const { words } = this;
    const met = new Int32Array(words);
    for (let word = 0; word < words; word++) {
      const wa = a[words + word] as number;
      const wb = b[words + word] as number;
      met[word] = (wa & ((b[word] as number) | wb)) | (wb & (a[word] as number));
    }
    return met;
  }

  /** Whether a set of aspects has any of that variable (a number among `variables`). */
  has(aspects: Int32Array, variable: number): boolean {
    const word = Math.floor(variable / IN_WORD);
    return (((aspects[word] as number) >>> (ASPECTS * (variable % IN_WORD))) & EVERY_ASPECT) !== 0;
  }

  /** Something else than c may be stored into the variable. */
  storesOther(touches: Touches, variable: number, c: number): boolean {
    const bit = variable * NUMBERS + c;
    return (((touches[2 * this.words + (bit >> 5)] as number) >>> (bit & 31)) & 1) !== 0;
  }

  numberOf(variable: Variable): number | undefined {
    return this.numbers.get(variable);
  }

  /** Values of a variable that it can be known to keep. */
  values(variable: Variable): readonly number[] {
    return Array.from({ length: Math.min(largest(variable) + 1, NUMBERS) }, (_, c) => c);
  }
}

class Gathering {
  readonly touches: Touches;
  private leftOut = false;

  constructor(
    private readonly numbers: ReadonlyMap<Variable, number>,
    private readonly words: number,
    length: number,
    private readonly ofObject: ReadonlyMap<string, readonly Variable[]>,
    private readonly isLeftOut: (place: number) => boolean,
  ) {
    this.touches = new Int32Array(length);
  }

  list(stmts: readonly Stmt[]): void {
    const leftOut = this.leftOut;
    for (const stmt of stmts) {
      if (stmt.kind === "begin") this.leftOut = this.isLeftOut(stmt.pc);
      else this.one(stmt);
    }
    this.leftOut = leftOut;
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
    const number = this.numbers.get(variable);
    if (number === undefined) return;
    if (!unnoticed) this.aspects(this.words, number, changed(constant, was));
    for (let c = 0; c < NUMBERS; c++) {
      const bit = number * NUMBERS + c;
      const word = 2 * this.words + (bit >> 5);
      if (c !== constant) this.touches[word] = (this.touches[word] as number) | (1 << (bit & 31));
    }
  }

  private expr(expr: Expr): void {
    switch (expr.op) {
      case "variable":
        this.read(expr.of, VALUE);
        return;
      case "any":
        for (const variable of expr.of) this.read(variable, NOT_ZERO);
        return;
      case "const":
      case "local":
      case "temporary":
        return;
      case "!":
        if (expr.operand.op === "variable") this.read(expr.operand.of, NOT_ZERO);
        else this.expr(expr.operand);
        return;
      case "if":
        this.expr(expr.test);
        this.expr(expr.then);
        this.expr(expr.otherwise);
        return;
      default: {
        const aspects = comparesWith(expr);
        if (aspects !== 0 && expr.left.op === "variable") this.read(expr.left.of, aspects);
        else {
          this.expr(expr.left);
          this.expr(expr.right);
        }
      }
    }
  }

  private read(variable: Variable, aspects: number): void {
    const number = this.numbers.get(variable);
    if (number !== undefined) this.aspects(0, number, aspects);
  }

  private aspects(set: number, variable: number, aspects: number): void {
    const word = set + Math.floor(variable / IN_WORD);
    this.touches[word] = (this.touches[word] as number) | (aspects << (ASPECTS * (variable % IN_WORD)));
  }
}

/** The aspect that `variable == c` looks at; 0 for other expressions. */
function comparesWith({ op, left, right }: { readonly op: string; readonly left: Expr; readonly right: Expr }): number {
  if ((op !== "==" && op !== "!=") || left.op !== "variable" || right.op !== "const") return 0;
  return right.value === 0 ? NOT_ZERO : right.value === 2 ? IS_TWO : 0;
}

/** Aspects that change when the variable, which is `was`, is set to that constant; null: not known. */
function changed(constant: number | null, was: number | null): number {
  if (constant === null || was === null) return EVERY_ASPECT;
  if (constant === was) return 0;
  const notZero = (constant === 0) === (was === 0) ? 0 : NOT_ZERO;
  const isTwo = (constant === 2) === (was === 2) ? 0 : IS_TWO;
  return VALUE | notZero | isTwo;
}
