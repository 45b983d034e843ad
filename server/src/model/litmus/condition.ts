/**
 * The last clause of a litmus test: `exists (1:r0=1 /\ ~(x=2 \/ y=x))`.
 *
 * A register is named with its process, a variable by its name; a value is a number or, for pointers, a variable.
 */
import { LitmusProblem } from "./problem";

export interface Clause {
  /** `exists`: some end meets it, `never` (`~exists`): none does, `always` (`forall`): all do. */
  readonly asks: "exists" | "never" | "always";
  readonly condition: Condition;
}

export type Condition =
  | { readonly kind: "equal"; readonly what: string; readonly value: number | string }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "true" };

/** Values by name: `1:r0`, `x`. */
export type End = Readonly<Record<string, number>>;

/** @throws LitmusProblem */
export function readClause(text: string): Clause {
  const [, word, rest = ""] = /^\s*(~\s*exists|exists|forall)\b(.*)$/s.exec(text) ?? [];
  if (word === undefined) throw new LitmusProblem("it ends in no exists, ~exists or forall clause");
  const reader = new Reader(rest.match(/\/\\|\\\/|[~()=]|!=|(?:\d+\s*:\s*)?[A-Za-z_]\w*|-?\d+|\S/g) ?? []);
  const asks = word === "forall" ? "always" : word === "exists" ? "exists" : "never";
  return { asks, condition: reader.whole() };
}

/** `addressOf` gives what a pointer to that variable holds. */
export function holds(condition: Condition, end: End, addressOf: (variable: string) => number): boolean {
  switch (condition.kind) {
    case "true":
      return true;
    case "equal": {
      const { what, value } = condition;
      return end[what] === (typeof value === "number" ? value : addressOf(value));
    }
    case "not":
      return !holds(condition.of, end, addressOf);
    case "and":
      return holds(condition.left, end, addressOf) && holds(condition.right, end, addressOf);
    case "or":
      return holds(condition.left, end, addressOf) || holds(condition.right, end, addressOf);
  }
}

/** Registers and variables that the condition asks for. */
export function namesIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "true":
      return [];
    case "equal":
      return [condition.what];
    case "not":
      return namesIn(condition.of);
    default:
      return [...namesIn(condition.left), ...namesIn(condition.right)];
  }
}

/** `\/` binds weaker than `/\`, and that weaker than `~`. */
class Reader {
  private at = 0;

  constructor(private readonly words: readonly string[]) {}

  whole(): Condition {
    const condition = this.either();
    const left = this.words[this.at];
    if (left !== undefined) throw new LitmusProblem(`the condition cannot be read from "${left}" on`);
    return condition;
  }

  private either(): Condition {
    let left = this.both();
    while (this.take("\\/")) left = { kind: "or", left, right: this.both() };
    return left;
  }

  private both(): Condition {
    let left = this.one();
    while (this.take("/\\")) left = { kind: "and", left, right: this.one() };
    return left;
  }

  private one(): Condition {
    if (this.take("~")) return { kind: "not", of: this.one() };
    if (this.take("(")) {
      const inner = this.either();
      if (!this.take(")")) throw new LitmusProblem("a parenthesis of the condition is not closed");
      return inner;
    }
    const what = (this.next() ?? "").replace(/\s/g, "");
    if (what === "true") return { kind: "true" };
    const isEqual = this.take("=");
    const value = isEqual || this.take("!=") ? this.next() : undefined;
    if (!/^(\d+:)?[A-Za-z_]\w*$/.test(what) || value === undefined || !/^(\d+|[A-Za-z_]\w*)$/.test(value)) {
      throw new LitmusProblem(`the condition cannot be read at "${what}"`);
    }
    const equal: Condition = { kind: "equal", what, value: /^\d/.test(value) ? Number(value) : value };
    return isEqual ? equal : { kind: "not", of: equal };
  }

  private take(word: string): boolean {
    if (this.words[this.at] !== word) return false;
    this.at++;
    return true;
  }

  private next(): string | undefined {
    return this.words[this.at++];
  }
}
