/** How large the value of an expression can be. */
import type { Expr } from "../machine/micro";
import { largest } from "../machine/variables";

export const LARGEST = 0x7fffffff;

export function mostOf(expr: Expr): number {
  switch (expr.op) {
    case "const":
      return expr.value;
    case "variable":
      return largest(expr.of);
    case "if":
      return Math.max(mostOf(expr.then), mostOf(expr.otherwise));
    case "+":
      return Math.min(LARGEST, mostOf(expr.left) + mostOf(expr.right));
    case "*":
      return Math.min(LARGEST, mostOf(expr.left) * mostOf(expr.right));
    case "&":
      return Math.min(mostOf(expr.left), mostOf(expr.right));
    case "|":
    case "^":
      return 2 ** (32 - Math.clz32(Math.max(mostOf(expr.left), mostOf(expr.right)))) - 1;
    case "-":
    case "&~":
    case ">>":
      return mostOf(expr.left);
    case "local":
    case "temporary":
    case "<<":
      return LARGEST;
    default:
      return 1;
  }
}
