/**
 * Walks the statements of a transition. Slow and simple: it tells which steps a fused transition was made of, and
 * is what a trace is told from.
 */
import type { Compiled, CompiledThread } from "../machine/compile";
import { compute, type Expr, type Stmt } from "../machine/micro";
import { largest, type Layout, type Variable } from "../machine/variables";

/** One way that a transition can go. */
export interface Outcome {
  readonly kind: "rest" | "stop";
  readonly words: Int32Array;
  /** The places passed, with the alternative taken at each. */
  readonly passed: readonly { readonly place: number; readonly alternative: number }[];
  /** What was found, with the number of places passed by then. */
  readonly reports: readonly { readonly finding: number; readonly after: number }[];
  readonly notes: readonly number[];
}

/** All ways; empty when the thread cannot move. */
export function evaluate(
  compiled: Compiled,
  thread: CompiledThread | null,
  stmts: readonly Stmt[],
  words: Int32Array,
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const walk = new Walk(compiled.layout, thread?.localBits ?? [], outcomes);
  walk.run(stmts, {
    words: words.slice(),
    locals: [],
    temporaries: [],
    passed: [],
    reports: [],
    notes: [],
  });
  return outcomes;
}

interface Path {
  readonly words: Int32Array;
  readonly locals: number[];
  readonly temporaries: number[];
  readonly passed: { place: number; alternative: number }[];
  readonly reports: { finding: number; after: number }[];
  readonly notes: number[];
}

class Walk {
  constructor(
    private readonly layout: Layout,
    private readonly localBits: readonly number[],
    private readonly outcomes: Outcome[],
  ) {}

  /** True when the path has ended within these statements. */
  run(stmts: readonly Stmt[], path: Path): boolean {
    for (const stmt of stmts) if (this.one(stmt, path)) return true;
    return false;
  }

  private one(stmt: Stmt, path: Path): boolean {
    switch (stmt.kind) {
      case "set":
        this.write(path.words, stmt.variable, this.value(stmt.value, path));
        return false;
      case "clear":
        for (const variable of stmt.variables) this.write(path.words, variable, 0);
        return false;
      case "setLocal": {
        const bits = this.localBits[stmt.local] ?? 31;
        path.locals[stmt.local] = this.value(stmt.value, path) & (2 ** bits - 1);
        return false;
      }
      case "let":
        path.temporaries[stmt.id] = this.value(stmt.value, path);
        return false;
      case "if":
        return this.run(this.value(stmt.test, path) !== 0 ? stmt.then : stmt.otherwise, path);
      case "report":
        path.reports.push({ finding: stmt.finding, after: path.passed.length });
        return false;
      case "note":
        path.notes.push(stmt.note);
        return false;
      case "begin":
        path.passed.push({ place: stmt.pc, alternative: 0 });
        return false;
      case "alternatives":
        for (const [index, one] of stmt.of.entries()) this.run(one, take(path, index));
        return true;
      case "stop":
      case "rest":
        this.outcomes.push({ ...path, kind: stmt.kind });
        return true;
      case "block":
        return true;
      case "go":
      case "forget":
        throw new Error(`a transition still holds "${stmt.kind}"`);
    }
  }

  private write(words: Int32Array, variable: Variable, value: number): void {
    const place = this.layout.placeOf(variable);
    if (!place) return;
    const rest = (words[place.word] ?? 0) & ~(place.mask << place.shift);
    words[place.word] = rest | ((value & place.mask) << place.shift);
  }

  private value(expr: Expr, path: Path): number {
    switch (expr.op) {
      case "const":
        return expr.value;
      case "variable":
        return readVariable(this.layout, path.words, expr.of);
      case "local":
        return path.locals[expr.local] ?? 0;
      case "temporary":
        return path.temporaries[expr.id] ?? 0;
      case "!":
        return this.value(expr.operand, path) === 0 ? 1 : 0;
      case "any":
        return expr.of.some((variable) => readVariable(this.layout, path.words, variable) !== 0) ? 1 : 0;
      case "if":
        return this.value(expr.test, path) !== 0 ? this.value(expr.then, path) : this.value(expr.otherwise, path);
      default:
        return compute(expr.op, this.value(expr.left, path), this.value(expr.right, path));
    }
  }
}

export function readVariable(layout: Layout, words: Int32Array, variable: Variable): number {
  const place = layout.placeOf(variable);
  if (!place) return variable.initial & largest(variable);
  return ((words[place.word] ?? 0) >>> place.shift) & place.mask;
}

function take(path: Path, alternative: number): Path {
  const passed = path.passed.map((one) => ({ ...one }));
  const last = passed.at(-1);
  if (last) last.alternative = alternative;
  return {
    words: path.words.slice(),
    locals: [...path.locals],
    temporaries: [...path.temporaries],
    passed,
    reports: [...path.reports],
    notes: [...path.notes],
  };
}
