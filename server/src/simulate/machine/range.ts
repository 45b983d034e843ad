/** How large the value of an expression can be. */
import type { Expr } from "./micro";
import { largest } from "./variables";

export const LARGEST = 0x7fffffff;

/** @param largestLocal what a local can hold, if that is known */
export function mostOf(expr: Expr, largestLocal: (local: number) => number = () => LARGEST): number {
  const most = (part: Expr): number => mostOf(part, largestLocal);
  switch (expr.op) {
    case "const":
      return expr.value;
    case "variable":
      return largest(expr.of);
    case "if":
      return Math.max(most(expr.then), most(expr.otherwise));
    case "+":
      return Math.min(LARGEST, most(expr.left) + most(expr.right));
    case "*":
      return Math.min(LARGEST, most(expr.left) * most(expr.right));
    case "&":
      return Math.min(most(expr.left), most(expr.right));
    case "|":
    case "^":
      return 2 ** (32 - Math.clz32(Math.max(most(expr.left), most(expr.right)))) - 1;
    case "-":
    case "&~":
    case ">>":
      return most(expr.left);
    case "local":
      return largestLocal(expr.local);
    case "temporary":
    case "<<":
      return LARGEST;
    default:
      return 1;
  }
}
