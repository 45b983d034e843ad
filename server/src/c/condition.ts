/**
 * The value of an `#if` expression. A name without a value stands for itself: two such names are equal when they are
 * spelled the same, and one alone counts as true, because a reviewer wants to see the configured-in code.
 */
import type { Token } from "./tokens";

export interface ConditionNames {
  isDefined(name: string): boolean;
  /** The tokens that stand for a name, null when it has none. */
  valueOf(name: string): readonly Token[] | null;
}

type Value = number | string;

export function conditionHolds(tokens: readonly Token[], names: ConditionNames): boolean {
  return truth(new Evaluator(tokens, names, new Set()).run());
}

const LEVELS: readonly (readonly string[])[] = [
  ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
]; // prettier-ignore
/** Of parentheses in each other, and of names in the values of names. */
const MOST_NESTING = 50;

function truth(value: Value): boolean {
  return value !== 0;
}

class Evaluator {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly names: ConditionNames,
    /** The names whose values we are inside of. */
    private readonly inside: ReadonlySet<string>,
  ) {}

  run(): Value {
    return this.conditional();
  }

  private conditional(): Value {
    if (++this.depth > MOST_NESTING) {
      this.at = this.tokens.length;
      return 1;
    }
    const test = this.binary(0);
    this.depth--;
    if (!this.take("?")) return test;
    const yes = this.conditional();
    this.take(":");
    const no = this.conditional();
    return truth(test) ? yes : no;
  }

  private binary(level: number): Value {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const op = this.tokens[this.at];
      if (op === undefined || op.kind !== "punct" || !operators.includes(op.shown)) return left;
      this.at++;
      left = apply(op.shown, left, this.binary(level + 1));
    }
  }

  private unary(): Value {
    let negations = 0;
    while (this.take("!")) negations++;
    if (negations > 0) return truth(this.unary()) === (negations % 2 === 0) ? 1 : 0;
    if (this.take("-")) return -number(this.primary());
    if (this.take("+")) return number(this.primary());
    if (this.take("~")) return ~number(this.primary());
    return this.primary();
  }

  private primary(): Value {
    const token = this.tokens[this.at++];
    if (token === undefined) return 0;
    if (token.kind === "number") return integer(token.text);
    if (token.kind === "char") return token.text.charCodeAt(1);
    if (token.shown === "(") {
      const value = this.conditional();
      this.take(")");
      return value;
    }
    if (token.kind !== "word") return 0;
    if (token.text === "defined") return this.defined();
    return this.tokens[this.at]?.shown === "(" ? this.call(token.text) : this.name(token.text);
  }

  private defined(): Value {
    const bracketed = this.take("(");
    const name = this.tokens[this.at++]?.text ?? "";
    if (bracketed) this.take(")");
    return this.names.isDefined(name) ? 1 : 0;
  }

  private name(name: string): Value {
    const value = this.inside.has(name) || this.inside.size >= MOST_NESTING ? null : this.names.valueOf(name);
    if (value === null) return name === "LINUX_VERSION_CODE" ? Number.MAX_SAFE_INTEGER : name;
    if (value.length === 0) return 1;
    return new Evaluator(value, this.names, new Set([...this.inside, name])).run();
  }

  /** `IS_ENABLED(X)` and its kin ask for an option; `KERNEL_VERSION` computes; any other call is unknown, so true. */
  private call(name: string): Value {
    const args: Value[] = [];
    this.at++;
    const first = this.tokens[this.at]?.text ?? "";
    while (this.at < this.tokens.length && !this.take(")")) {
      args.push(this.conditional());
      if (!this.take(",") && this.tokens[this.at]?.shown !== ")") this.at++;
    }
    if (/^IS_(ENABLED|BUILTIN|REACHABLE)$/.test(name)) return this.names.isDefined(first) ? 1 : 0;
    if (name === "IS_MODULE") return 0;
    if (name === "KERNEL_VERSION") return args.reduce<number>((sum, arg) => sum * 256 + number(arg), 0);
    return 1;
  }

  private take(sign: string): boolean {
    if (this.tokens[this.at]?.shown !== sign) return false;
    this.at++;
    return true;
  }
}

function apply(op: string, left: Value, right: Value): Value {
  if (op === "==") return left === right ? 1 : 0;
  if (op === "!=") return left === right ? 0 : 1;
  if (op === "||") return truth(left) || truth(right) ? 1 : 0;
  if (op === "&&") return truth(left) && truth(right) ? 1 : 0;
  return compute(op, number(left), number(right));
}

function compute(op: string, a: number, b: number): number {
  switch (op) {
    case "|": return a | b;
    case "^": return a ^ b;
    case "&": return a & b;
    case "<": return Number(a < b);
    case "<=": return Number(a <= b);
    case ">": return Number(a > b);
    case ">=": return Number(a >= b);
    case "<<": return a * 2 ** b;
    case ">>": return Math.floor(a / 2 ** b);
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return b === 0 ? 0 : Math.trunc(a / b);
    default: return b === 0 ? 0 : a % b;
  } // prettier-ignore
}

/** An unknown name is 0 where a number is needed, as in C. */
function number(value: Value): number {
  return typeof value === "number" ? value : 0;
}

/** The value of an integer or floating literal with any suffix; 0 for what is none. */
export function integer(text: string): number {
  const plain = text.replace(/'/g, "").replace(/([uUlLzZ]+|[iI]64)$/, "");
  if (/^0[0-7]+$/.test(plain)) return parseInt(plain, 8);
  const value = Number(/^0[xXbB]/.test(plain) ? plain : plain.replace(/[fF]$/, ""));
  return Number.isNaN(value) ? 0 : value;
}
