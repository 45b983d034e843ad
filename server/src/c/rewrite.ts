/** Syntax objects with parts of them replaced. What is not replaced is the same object. */
import { printExpr } from "./print";
import type { Expr, Place, PlacedText, Stmt } from "./syntax";

export interface Rewriting {
  /** Null leaves the expression as it is; its parts are rewritten first. */
  expr(expr: Expr): Expr | null;
  /** Null leaves the statement as it is; its parts are rewritten first. */
  stmt(stmt: Stmt): Stmt | null;
}

export function rewriteStmt(stmt: Stmt, by: Rewriting): Stmt {
  const inner = withParts(stmt, by);
  return by.stmt(inner) ?? inner;
}

export function rewriteExpr(expr: Expr, by: Rewriting): Expr {
  const inner = withOperands(expr, by);
  return by.expr(inner) ?? inner;
}

function withParts(stmt: Stmt, by: Rewriting): Stmt {
  const e = (expr: Expr): Expr => rewriteExpr(expr, by);
  const s = (inner: Stmt): Stmt => rewriteStmt(inner, by);
  switch (stmt.kind) {
    case "expr":
      return { ...stmt, expr: e(stmt.expr) };
    case "decl":
      return { ...stmt, vars: stmt.vars.map((v) => (v.init === null ? v : { ...v, init: e(v.init) })) };
    case "block":
      return { ...stmt, body: stmt.body.map(s) };
    case "if":
      return { ...stmt, test: e(stmt.test), then: s(stmt.then), else: stmt.else === null ? null : s(stmt.else) };
    case "while":
    case "dowhile":
    case "switch":
      return {
        ...stmt,
        test: e(stmt.test),
        body: s(stmt.body),
      };
    case "for":
      return {
        ...stmt,
        init: stmt.init === null ? null : s(stmt.init),
        test: stmt.test === null ? null : e(stmt.test),
        step: stmt.step === null ? null : e(stmt.step),
        body: s(stmt.body),
      };
    case "macro":
      return { ...stmt, ...withArguments(stmt.args, stmt.argTexts, by), body: s(stmt.body) };
    case "return":
      return stmt.value === null ? stmt : { ...stmt, value: e(stmt.value) };
    case "case":
      return stmt.value === null ? stmt : { ...stmt, value: e(stmt.value) };
    default:
      return stmt;
  }
}

function withOperands(expr: Expr, by: Rewriting): Expr {
  const e = (inner: Expr): Expr => rewriteExpr(inner, by);
  switch (expr.kind) {
    case "call":
      return { ...expr, callee: e(expr.callee), ...withArguments(expr.args, expr.argTexts, by) };
    case "member":
      return { ...expr, object: e(expr.object) };
    case "index":
      return { ...expr, object: e(expr.object), index: e(expr.index) };
    case "unary":
    case "update":
    case "cast":
      return { ...expr, operand: e(expr.operand) };
    case "binary":
      return { ...expr, left: e(expr.left), right: e(expr.right) };
    case "comma":
      return { ...expr, left: e(expr.left), right: e(expr.right) };
    case "assign":
      return { ...expr, target: e(expr.target), value: e(expr.value) };
    case "conditional":
      return { ...expr, test: e(expr.test), then: expr.then === null ? null : e(expr.then), else: e(expr.else) };
    case "list":
      return { ...expr, items: expr.items.map((item) => ({ ...item, value: e(item.value) })) };
    case "block":
      return { ...expr, body: rewriteStmt(expr.body, by) };
    default:
      return expr;
  }
}

/** The expander reads arguments as text, so a replaced one needs a new text, all of which stands where the old one did. */
function withArguments(
  args: readonly Expr[],
  texts: readonly PlacedText[],
  by: Rewriting,
): { args: Expr[]; argTexts: PlacedText[] } {
  const next = args.map((arg) => rewriteExpr(arg, by));
  const argTexts = next.map((arg, index): PlacedText => {
    const had = texts[index];
    const old = args[index];
    if (had !== undefined && old !== undefined && printExpr(old) === printExpr(arg)) return had;
    return placedText(toC(arg), arg.place);
  });
  return { args: next, argTexts };
}

export function placedText(text: string, place: Place): PlacedText {
  return { text, runs: [{ start: 0, length: text.length, place }] };
}

/** C for the expressions that names, members, addresses and calls make up. */
export function toC(expr: Expr): string {
  switch (expr.kind) {
    case "name":
      return expr.name;
    case "number":
      return String(expr.value);
    case "text":
      return expr.value;
    case "member":
      return `${toC(expr.object)}${expr.arrow ? "->" : "."}${expr.field}`;
    case "index":
      return `${toC(expr.object)}[${toC(expr.index)}]`;
    case "unary":
      return expr.op === "sizeof" ? `sizeof(${toC(expr.operand)})` : `${expr.op}${toC(expr.operand)}`;
    case "binary":
      return `(${toC(expr.left)} ${expr.op} ${toC(expr.right)})`;
    case "call":
      return `${toC(expr.callee)}(${expr.args.map(toC).join(", ")})`;
    case "cast":
      return toC(expr.operand);
    default:
      return "lastput_unknown";
  }
}

/** Calls `visit` for every statement and expression, those around before those inside. */
export function walkSyntax(node: Stmt | Expr, visit: (node: Stmt | Expr) => void): void {
  const pending: (Stmt | Expr)[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    visit(next);
    pending.push(...partsOf(next).toReversed());
  }
}

function partsOf(node: Stmt | Expr): (Stmt | Expr)[] {
  switch (node.kind) {
    case "expr":
      return [node.expr];
    case "decl":
      return node.vars.flatMap((v) => v.init ?? []);
    case "block":
      return Array.isArray(node.body) ? [...(node.body as readonly Stmt[])] : [node.body as Stmt];
    case "if":
      return [node.test, node.then, ...(node.else === null ? [] : [node.else])];
    case "while":
    case "switch":
      return [node.test, node.body];
    case "dowhile":
      return [node.body, node.test];
    case "for":
      return [node.init, node.test, node.body, node.step].filter((part) => part !== null);
    case "macro":
      return [...node.args, node.body];
    case "return":
    case "case":
      return node.value === null ? [] : [node.value];
    case "call":
      return [node.callee, ...node.args];
    case "member":
      return [node.object];
    case "index":
      return [node.object, node.index];
    case "unary":
    case "update":
    case "cast":
      return [node.operand];
    case "binary":
    case "comma":
      return [node.left, node.right];
    case "assign":
      return [node.value, node.target];
    case "conditional":
      return [node.test, ...(node.then === null ? [] : [node.then]), node.else];
    case "list":
      return node.items.map((item) => item.value);
    case "error":
      return [...node.parts];
    default:
      return [];
  }
}
