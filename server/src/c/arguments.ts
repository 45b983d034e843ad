/**
 * What macros take as arguments beside expressions: statements (`scoped_cond_guard(mutex_intr, return -EINTR, &m)`,
 * `ASSERT(x, dump(x);)`) and operators (`ASSERTCMP(a, ==, b)`). Each becomes one token that keeps its text for the expander.
 */
import type { Expr } from "./syntax";
import { hull } from "./places";
import { placedText } from "./placed-text";
import { behind, fused, HOLE, isPunct, matchBrackets, type Token } from "./tokens";
import { isCallee } from "./types";

export function markMacroArguments(tokens: readonly Token[]): Token[] {
  const match = matchBrackets(tokens);
  const result: Token[] = [];
  /** Of the brackets that are open: whether they are those of a call. */
  const calls: boolean[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    const prior = tokens[i - 1];
    if (calls[calls.length - 1] === true && (isPunct(prior, "(") || isPunct(prior, ","))) {
      const end = endOf(tokens, match, i);
      // `f(a, , b)` and `f(a, )` have an empty one; `f()` has none.
      if (end === i && prior !== undefined && (isPunct(prior, ",") || isPunct(token, ","))) {
        const place = { ...prior.place, start: prior.place.end };
        result.push(behind(prior, HOLE, { kind: "expr", expr: { kind: "text", value: "", place } }));
      }
      const expr = otherThanExpression(tokens.slice(i, end), match, i);
      if (expr !== null) {
        const all = tokens.slice(i, end);
        result.push(fused(all, expr.place, placedText(all).text, HOLE, { kind: "expr", expr }));
        i = end - 1;
        continue;
      }
    }
    if (isPunct(token, "(")) calls.push(isCallee(prior));
    else if (isPunct(token, "[") || isPunct(token, "{")) calls.push(false);
    else if (isPunct(token, ")") || isPunct(token, "]") || isPunct(token, "}")) calls.pop();
    result.push(token);
  }
  return result;
}

/** Where the argument that starts here ends: a comma or the closing parenthesis. */
function endOf(tokens: readonly Token[], match: Int32Array, start: number): number {
  for (let i = start; i < tokens.length; i++) {
    const close = match[i] ?? -1;
    if (close > i) i = close;
    else if (isPunct(tokens[i], ",") || close >= 0) return i;
  }
  return tokens.length;
}

const STATEMENTS = new Set(["return", "goto", "break", "continue", "if", "for", "while", "do", "switch"]);
const OPERATOR = /^(==|!=|<=?|>=?|[-+*/%&|^])$/;

/** What stands for statements or an operator; null for an expression. */
function otherThanExpression(argument: readonly Token[], match: Int32Array, start: number): Expr | null {
  const [first] = argument;
  if (first === undefined) return null;
  const place = hull(argument);
  if (argument.length === 1 && first.kind === "punct" && OPERATOR.test(first.shown))
    return { kind: "text", value: first.text, place };
  // `[fx] "+m"(state)` and `: "=r"(x)` are parts of an asm that the macro makes.
  const isAsm = (isPunct(first, "[") && argument.length > 3) || isPunct(first, ":");
  let isStatement = isAsm || (first.mark === null && STATEMENTS.has(first.shown));
  for (let i = 0; i < argument.length && !isStatement; i++) {
    const close = match[start + i] ?? -1;
    if (close > start + i) i = close - start;
    else isStatement = isPunct(argument[i], ";");
  }
  return isStatement ? { kind: "error", parts: [], place } : null;
}
