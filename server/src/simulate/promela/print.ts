/** Expressions and acts as Promela. */
import type { Expr } from "../machine/micro";
import { largest, type Variable } from "../machine/variables";
import { LARGEST, mostOf } from "../machine/range";
import type { Act } from "./tree";

export interface Printing {
  nameOf(variable: Variable): string;
  /** The statement that tells a finding. */
  found(finding: number): string;
}

/** One line each, indented. Never empty: Promela wants a statement. */
export function printActs(acts: readonly Act[], printing: Printing, indent: string): string[] {
  if (acts.length === 0) return [`${indent}skip`];
  return acts.flatMap((act, index) => {
    const lines = printAct(act, printing, indent);
    return index === acts.length - 1 ? lines : [...lines.slice(0, -1), `${lines.at(-1)};`];
  });
}

function printAct(act: Act, printing: Printing, indent: string): string[] {
  switch (act.kind) {
    case "set": {
      const { variable, value } = act;
      const text = printExpr(value, printing);
      const most = largest(variable);
      return [`${indent}${printing.nameOf(variable)} = ${mostOf(value) <= most ? text : `${text} & ${most}`}`];
    }
    case "report":
      return [`${indent}${printing.found(act.finding)}`];
    case "if":
      return [
        `${indent}if`,
        `${indent}:: ${printExpr(act.test, printing)} ->`,
        ...printActs(act.then, printing, `${indent}   `),
        `${indent}:: else ->`,
        ...printActs(act.otherwise, printing, `${indent}   `),
        `${indent}fi`,
      ];
  }
}

/** Values are 0..2^31-1, as Promela's `int` holds them. */
export function printExpr(expr: Expr, printing: Printing): string {
  const print = (part: Expr): string => printExpr(part, printing);
  switch (expr.op) {
    case "const":
      return String(expr.value);
    case "variable":
      return printing.nameOf(expr.of);
    case "!":
      // Promela has an operator `!!` of its own.
      return expr.operand.op === "!" ? `!(${print(expr.operand)})` : `!${print(expr.operand)}`;
    case "if":
      return `(${print(expr.test)} -> ${print(expr.then)} : ${print(expr.otherwise)})`;
    case "-": {
      const [left, right] = [print(expr.left), print(expr.right)];
      // Stops at 0, unless it is known not to go there.
      return `(${left} > ${right} -> ${left} - ${right} : 0)`;
    }
    case "+":
    case "*": {
      const [left, right] = [mostOf(expr.left), mostOf(expr.right)];
      const text = `(${print(expr.left)} ${expr.op} ${print(expr.right)})`;
      return (expr.op === "+" ? left + right : left * right) <= LARGEST ? text : `(${text} & ${LARGEST})`;
    }
    case "&~":
      return `(${print(expr.left)} & ~${print(expr.right)})`;
    case "<<": {
      const right = print(expr.right);
      return `(${right} > 30 -> 0 : ((${print(expr.left)} << ${right}) & ${LARGEST}))`;
    }
    case ">>": {
      const right = print(expr.right);
      return `(${right} > 30 -> 0 : (${print(expr.left)} >> ${right}))`;
    }
    case "local":
    case "temporary":
    case "any":
      throw new Error(`"${expr.op}" was not replaced`);
    default:
      return `(${print(expr.left)} ${expr.op} ${print(expr.right)})`;
  }
}
