/** Reads `#define` lines. */
import type { MacroDef, Place } from "./syntax";
import { placedText } from "./placed-text";
import { isPunct, type Token } from "./tokens";

/** `tokens` are those behind `#define`; null when there is no name or the parameter list is not one. */
export function macroOf(tokens: readonly Token[], place: Place): MacroDef | null {
  const name = tokens[0];
  if (name === undefined || name.kind !== "word") return null;
  const open = tokens[1];
  // Only a parenthesis that touches the name begins parameters.
  if (!isPunct(open, "(") || open?.place.start !== name.place.end) {
    return { name: name.text, params: null, body: placedText(tokens.slice(1)), place };
  }
  const close = tokens.findIndex((t) => isPunct(t, ")"));
  if (close < 0) return null;
  const { params, variadic } = parameters(tokens.slice(2, close));
  const body = tokens.slice(close + 1).map((t) => (t.text === variadic ? { ...t, text: "__VA_ARGS__" } : t));
  return { name: name.text, params, body: placedText(body), place };
}

/** GNU's `args...` becomes `...`, and the body's `args` the standard's `__VA_ARGS__`. */
function parameters(tokens: readonly Token[]): { params: string[]; variadic: string | null } {
  const params: string[] = [];
  let variadic: string | null = null;
  for (const token of tokens) {
    if (isPunct(token, ",")) continue;
    const last = params[params.length - 1];
    const named = isPunct(token, "...") && last !== undefined && isNamedVariadic(tokens, token);
    if (named) {
      variadic = last;
      params.pop();
    }
    params.push(isPunct(token, "...") ? "..." : token.text);
  }
  return { params, variadic };
}

function isNamedVariadic(tokens: readonly Token[], dots: Token): boolean {
  const prior = tokens[tokens.indexOf(dots) - 1];
  return prior !== undefined && prior.kind === "word";
}
