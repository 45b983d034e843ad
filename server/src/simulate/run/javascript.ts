/**
 * Transitions as JavaScript functions, each with the layout and the masks written into it.
 *
 * A function reads one state, writes its successors one behind the other at `to`, and gives their number, or -1
 * when the thread cannot move.
 */
import type { Compiled, CompiledThread } from "../machine/compile";
import type { Expr, Stmt } from "../machine/micro";
import { largest, type Layout, type Variable } from "../machine/variables";

export type Move = (states: Int32Array, from: number, to: number) => number;

/** What a transition calls on its way. */
export interface Listener {
  report(finding: number): void;
  note(note: number): void;
}

/** Makes the function of a transition. */
export type Generate = (thread: CompiledThread | null, stmts: readonly Stmt[], executed: Uint8Array) => Move;

/** What it gives throws EvalError where a Content-Security-Policy forbids generated code. */
export function generator(compiled: Compiled, listener: Listener): Generate {
  const report = (finding: number): void => listener.report(finding);
  const note = (number: number): void => listener.note(number);
  return (thread, stmts, executed) => {
    // In parentheses, since it is called at once: the engine then reads it once, not quickly first and fully later.
    const source = `"use strict";return (${new Writer(compiled.layout, thread).write(stmts)})`;
    // Nothing but numbers and our own names goes into the source.
    // oxlint-disable-next-line typescript/no-implied-eval
    const make = new Function("R", "N", "X", source) as (...given: unknown[]) => Move;
    return make(report, note, executed);
  };
}

interface Written {
  readonly code: string;
  /** Not larger than this. */
  readonly most: number;
}

const LARGEST = 0x7fffffff;

class Writer {
  private readonly lines: string[] = [];
  private readonly locals = new Set<number>();
  private readonly temporaries = new Map<number, number>();
  private labels = 0;
  private branching = false;

  constructor(
    private readonly layout: Layout,
    private readonly thread: CompiledThread | null,
  ) {}

  write(stmts: readonly Stmt[]): string {
    this.branching = holdsAlternatives(stmts);
    this.list(stmts, null, true);
    const words = Array.from({ length: this.layout.words }, (_, word) => `n${word}=S[f+${word}]`);
    const locals = [...this.locals].map((local) => `l${local}=0`);
    const counters = this.branching ? ["k=0", "moved=-1"] : [];
    const head = `let ${[...words, ...locals, ...counters].join(",")};`;
    return `function(S,f,t){${head}${this.lines.join("")}}`;
  }

  /** `exit`: the label to break to at the end of a path within an alternative; null for the function itself. */
  private list(stmts: readonly Stmt[], exit: string | null, first: boolean): void {
    let isFirst = first;
    for (const stmt of stmts) {
      if (stmt.kind === "begin") {
        // The first step is marked by the explorer: it may yet block.
        if (!isFirst) this.mark(stmt.pc);
        isFirst = false;
      } else this.one(stmt, exit, isFirst);
    }
  }

  private one(stmt: Stmt, exit: string | null, first: boolean): void {
    switch (stmt.kind) {
      case "set": {
        const place = this.layout.placeOf(stmt.variable);
        if (!place) return;
        const value = this.expr(stmt.value);
        const fitted = value.most <= place.mask ? value.code : `(${value.code})&${place.mask}`;
        this.lines.push(`n${place.word}=${assigned(place, stmt.value, fitted)};`);
        return;
      }
      case "clear": {
        const masks = new Map<number, number>();
        for (const variable of stmt.variables) {
          const place = this.layout.placeOf(variable);
          if (place) masks.set(place.word, (masks.get(place.word) ?? 0) | (place.mask << place.shift));
        }
        for (const [word, mask] of masks) this.lines.push(`n${word}&=${~mask};`);
        return;
      }
      case "setLocal": {
        const most = 2 ** (this.thread?.localBits[stmt.local] ?? 31) - 1;
        const value = this.expr(stmt.value);
        this.locals.add(stmt.local);
        this.lines.push(`l${stmt.local}=${value.most <= most ? value.code : `(${value.code})&${most}`};`);
        return;
      }
      case "let": {
        const value = this.expr(stmt.value);
        this.temporaries.set(stmt.id, value.most);
        this.lines.push(`const t${stmt.id}=${value.code};`);
        return;
      }
      case "if":
        this.lines.push(`if(${this.expr(stmt.test).code}){`);
        this.list(stmt.then, exit, first);
        if (stmt.otherwise.length > 0) {
          this.lines.push("}else{");
          this.list(stmt.otherwise, exit, first);
        }
        this.lines.push("}");
        return;
      case "report":
        this.lines.push(`R(${stmt.finding});`);
        return;
      case "note":
        this.lines.push(`N(${stmt.note});`);
        return;
      case "rest":
        this.rest(exit);
        return;
      case "stop":
        if (exit === null) this.lines.push(this.branching ? "return k;" : "return 0;");
        else this.lines.push(`moved=0;break ${exit};`);
        return;
      case "block":
        this.lines.push(exit === null ? "return -1;" : `break ${exit};`);
        return;
      case "alternatives":
        this.alternatives(stmt.of, exit);
        return;
      case "begin":
        return;
      case "go":
      case "forget":
        throw new Error(`a transition still holds "${stmt.kind}"`);
    }
  }

  private rest(exit: string | null): void {
    const words = Array.from({ length: this.layout.words }, (_, word) => word);
    if (exit === null && !this.branching) {
      this.lines.push(words.map((word) => `S[t+${word}]=n${word};`).join(""), "return 1;");
      return;
    }
    const size = this.layout.words;
    this.lines.push(words.map((word) => `S[t+${word}]=n${word};`).join(""), `t+=${size};k++;moved=0;`);
    this.lines.push(exit === null ? "return k;" : `break ${exit};`);
  }

  private alternatives(of: readonly (readonly Stmt[])[], exit: string | null): void {
    const id = this.labels++;
    // Locals are declared in the function's head; which ones there are is known only at its end, so all are saved by
    // running each alternative in a copy of what it may change.
    for (const [index, one] of of.entries()) {
      const label = `a${id}_${index}`;
      const saved = [...this.changedBy(one)];
      this.lines.push(`${label}:{`);
      const names = saved.map((name) => `${name}_${id}_${index}=${name}`);
      if (names.length > 0) this.lines.push(`const ${names.join(",")};`);
      const inner = `b${id}_${index}`;
      this.lines.push(`${inner}:{`);
      this.list(one, inner, false);
      this.lines.push("}");
      this.lines.push(saved.map((name) => `${name}=${name}_${id}_${index};`).join(""));
      this.lines.push("}");
    }
    this.lines.push(exit === null ? "return moved<0?-1:k;" : `break ${exit};`);
  }

  /** Names of the JavaScript variables that the statements may change. */
  private changedBy(stmts: readonly Stmt[], names = new Set<string>()): Set<string> {
    const word = (variable: Variable): void => {
      const place = this.layout.placeOf(variable);
      if (place) names.add(`n${place.word}`);
    };
    for (const stmt of stmts) {
      if (stmt.kind === "set") word(stmt.variable);
      else if (stmt.kind === "clear") for (const variable of stmt.variables) word(variable);
      else if (stmt.kind === "setLocal") {
        this.locals.add(stmt.local);
        names.add(`l${stmt.local}`);
      } else if (stmt.kind === "if") {
        this.changedBy(stmt.then, names);
        this.changedBy(stmt.otherwise, names);
      } else if (stmt.kind === "alternatives") for (const one of stmt.of) this.changedBy(one, names);
    }
    return names;
  }

  private mark(place: number): void {
    const at = this.thread?.places.stepOf(place);
    if (at) this.lines.push(`X[${at.step}]=1;`);
  }

  private expr(expr: Expr): Written {
    switch (expr.op) {
      case "const":
        return { code: String(expr.value), most: expr.value };
      case "variable":
        return this.variable(expr.of);
      case "local":
        this.locals.add(expr.local);
        return { code: `l${expr.local}`, most: 2 ** (this.thread?.localBits[expr.local] ?? 31) - 1 };
      case "temporary":
        return { code: `t${expr.id}`, most: this.temporaries.get(expr.id) ?? LARGEST };
      case "!":
        return { code: `(${this.expr(expr.operand).code}===0?1:0)`, most: 1 };
      case "any":
        return this.any(expr.of);
      case "if": {
        const then = this.expr(expr.then);
        const otherwise = this.expr(expr.otherwise);
        const code = `(${this.expr(expr.test).code}?${then.code}:${otherwise.code})`;
        return { code, most: Math.max(then.most, otherwise.most) };
      }
      default:
        return operation(expr.op, this.expr(expr.left), this.expr(expr.right));
    }
  }

  private variable(variable: Variable): Written {
    const place = this.layout.placeOf(variable);
    if (!place) return { code: String(variable.initial), most: variable.initial };
    const shifted = place.shift === 0 ? `n${place.word}` : `n${place.word}>>>${place.shift}`;
    return { code: `(${shifted}&${place.mask})`, most: largest(variable) };
  }

  private any(variables: readonly Variable[]): Written {
    const masks = new Map<number, number>();
    for (const variable of variables) {
      const place = this.layout.placeOf(variable);
      if (!place) {
        if (variable.initial !== 0) return { code: "1", most: 1 };
        continue;
      }
      masks.set(place.word, (masks.get(place.word) ?? 0) | (place.mask << place.shift));
    }
    const tests = [...masks].map(([word, mask]) => `(n${word}&${mask})!==0`);
    if (tests.length === 0) return { code: "0", most: 0 };
    return { code: `((${tests.join("||")})?1:0)`, most: 1 };
  }
}

/** `n` with the field replaced. */
function assigned(
  place: { readonly word: number; readonly shift: number; readonly mask: number },
  value: Expr,
  code: string,
): string {
  const mask = place.mask << place.shift;
  if (value.op === "const") {
    const bits = (value.value & place.mask) << place.shift;
    if (bits === 0) return `n${place.word}&${~mask}`;
    if (bits === mask) return `n${place.word}|${mask}`;
    return `n${place.word}&${~mask}|${bits}`;
  }
  return `n${place.word}&${~mask}|(${code})<<${place.shift}`;
}

function operation(
  op: Exclude<Expr["op"], "const" | "variable" | "local" | "temporary" | "!" | "any" | "if">,
  left: Written,
  right: Written,
): Written {
  const a = left.code;
  const b = right.code;
  const bool = (code: string): Written => ({ code: `(${code}?1:0)`, most: 1 });
  const cut = (code: string, most: number): Written =>
    most <= LARGEST ? { code: `(${code})`, most } : { code: `((${code})&${LARGEST})`, most: LARGEST };
  switch (op) {
    case "+":
      return cut(`${a}+${b}`, left.most + right.most);
    case "-":
      return { code: `(${a}>${b}?${a}-${b}:0)`, most: left.most };
    case "*":
      return cut(`Math.imul(${a},${b})`, left.most * right.most);
    case "&":
      return { code: `(${a}&${b})`, most: Math.min(left.most, right.most) };
    case "|":
    case "^":
      return { code: `(${a}${op}${b})`, most: allOnes(Math.max(left.most, right.most)) };
    case "&~":
      return { code: `(${a}&~${b})`, most: left.most };
    case "<<":
      return { code: `(${b}>30?0:(${a}<<${b})&${LARGEST})`, most: LARGEST };
    case ">>":
      return { code: `(${b}>30?0:${a}>>>${b})`, most: left.most };
    case "==":
      return bool(`${a}===${b}`);
    case "!=":
      return bool(`${a}!==${b}`);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return bool(`${a}${op}${b}`);
    case "&&":
    case "||":
      return bool(`${a}!==0${op}${b}!==0`);
  }
}

function allOnes(most: number): number {
  return 2 ** (32 - Math.clz32(most)) - 1;
}

function holdsAlternatives(stmts: readonly Stmt[]): boolean {
  return stmts.some(
    (stmt) =>
      stmt.kind === "alternatives" ||
      (stmt.kind === "if" && (holdsAlternatives(stmt.then) || holdsAlternatives(stmt.otherwise))),
  );
}
