/** tree-sitter's statement nodes as syntax objects. */
import type { Expr, Place, Stmt } from "./syntax";
import type { Conversion } from "./conversion";
import { convertExpr, salvage } from "./convert-expressions";
import { convertVariables } from "./convert-declarations";
import { child, namedChildren, type Node } from "./tree";

/** One statement; a block where the node stands for several. */
export function convertStatement(c: Conversion, node: Node): Stmt {
  const all = convertStatements(c, [node]);
  const only = all[0];
  return only !== undefined && all.length === 1 ? only : { kind: "block", body: all, place: c.place(node) };
}

/** Case labels and labels stand beside the statements that follow them, as C has it, not around them. */
export function convertStatements(c: Conversion, nodes: readonly Node[]): Stmt[] {
  const result: Stmt[] = [];
  const rest = [...nodes].reverse();
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (!node.named && node.type !== "ERROR") continue;
    if (node.type === "case_statement") {
      const value = child(node, "value");
      const colon = node.children.findIndex((n) => n.type === ":");
      const end = node.children[colon]?.last ?? node.last;
      result.push({
        kind: "case",
        value: value === null ? null : convertExpr(c, value),
        place: c.range(node.first, end),
      });
      rest.push(...node.children.slice(colon + 1).reverse());
    } else if (node.type === "labeled_statement") {
      const label = child(node, "label");
      result.push({
        kind: "label",
        name: label === null ? "" : c.text(label),
        place: c.range(node.first, node.first + 1),
      });
      rest.push(...node.children.slice(2).reverse());
    } else if (node.type !== "comment") {
      const current = node;
      result.push(
        c.guarded(
          node,
          () => convert(c, current),
          (place): Stmt => ({ kind: "error", parts: [], place }),
        ),
      );
    }
  }
  return result;
}

function convert(c: Conversion, node: Node): Stmt {
  const place = c.place(node);
  switch (node.type) {
    case "compound_statement":
      return { kind: "block", body: convertStatements(c, node.children), place };
    case "expression_statement":
      return expressionStatement(c, node, place);
    case "declaration": {
      const vars = convertVariables(c, node);
      return { kind: "decl", vars, place };
    }
    case "if_statement": {
      const otherwise = child(node, "alternative");
      const then = statementIn(c, node, "consequence");
      const alternative = otherwise === null ? null : lastStatement(c, otherwise);
      return { kind: "if", test: expressionIn(c, node, "condition"), then, else: alternative, place };
    }
    case "while_statement":
      return whileStatement(c, node, place);
    case "do_statement":
      return { kind: "dowhile", test: expressionIn(c, node, "condition"), body: statementIn(c, node, "body"), place };
    case "for_statement":
      return forStatement(c, node, place);
    case "switch_statement":
      return { kind: "switch", test: expressionIn(c, node, "condition"), body: statementIn(c, node, "body"), place };
    case "return_statement": {
      const value = namedChildren(node)[0];
      return { kind: "return", value: value === undefined ? null : convertExpr(c, value), place };
    }
    case "goto_statement": {
      const label = child(node, "label");
      return { kind: "goto", label: label === null ? "" : c.text(label), place };
    }
    case "break_statement":
      return { kind: "break", place };
    case "continue_statement":
      return { kind: "continue", place };
    case "type_definition":
    case "struct_specifier":
    case "union_specifier":
    case "enum_specifier":
      return { kind: "empty", place };
    default:
      return errorStatement(c, node, place);
  }
}

function expressionStatement(c: Conversion, node: Node, place: Place): Stmt {
  const inner = namedChildren(node)[0];
  if (inner === undefined) return { kind: "empty", place };
  const mark = inner.type === "identifier" ? (c.token(inner)?.mark ?? null) : null;
  if (mark?.kind === "stmt") return mark.stmt;
  const expr = convertExpr(c, inner);
  return expr.kind === "gap" ? { kind: "gap", place: expr.place } : { kind: "expr", expr, place };
}

function whileStatement(c: Conversion, node: Node, place: Place): Stmt {
  const test = expressionIn(c, node, "condition");
  const body = statementIn(c, node, "body");
  if (c.token(node)?.mark?.kind !== "macro") return { kind: "while", test, body, place };
  // What stands in the parentheses that were put in is the macro with its arguments.
  if (test.kind === "call" && test.callee.kind === "name") {
    return {
      kind: "macro",
      name: test.callee.name,
      args: test.args,
      argTexts: test.argTexts,
      body,
      head: test.place,
      place,
    };
  }
  return { kind: "error", parts: [test, body], place };
}

function forStatement(c: Conversion, node: Node, place: Place): Stmt {
  const init = child(node, "initializer");
  const test = child(node, "condition");
  const step = child(node, "update");
  let start: Stmt | null = null;
  if (init?.type === "declaration") start = convertStatement(c, init);
  else if (init !== null) start = { kind: "expr", expr: convertExpr(c, init), place: c.place(init) };
  if (start?.kind === "expr" && start.expr.kind === "gap") start = { kind: "gap", place: start.place };
  return {
    kind: "for",
    init: start,
    test: test === null ? null : convertExpr(c, test),
    step: step === null ? null : convertExpr(c, step),
    body: statementIn(c, node, "body"),
    place,
  };
}

function errorStatement(c: Conversion, node: Node, place: Place): Stmt {
  const parts: (Expr | Stmt)[] = [];
  for (const part of namedChildren(node)) {
    if (/_statement$|^declaration$/.test(part.type)) parts.push(convertStatement(c, part));
    else parts.push(...expressionsIn(c, part));
  }
  return { kind: "error", parts, place };
}

function expressionsIn(c: Conversion, node: Node): Expr[] {
  const expr = convertExpr(c, node);
  if (expr.kind === "error") return [...expr.parts];
  return expr.kind === "name" || expr.kind === "number" ? salvage(c, node) : [expr];
}

function expressionIn(c: Conversion, node: Node, field: string): Expr {
  const found = child(node, field);
  return found === null ? { kind: "error", parts: [], place: c.place(node) } : convertExpr(c, found);
}

function statementIn(c: Conversion, node: Node, field: string): Stmt {
  const found = child(node, field);
  return found === null ? { kind: "empty", place: c.place(node) } : convertStatement(c, found);
}

function lastStatement(c: Conversion, node: Node): Stmt {
  const all = namedChildren(node);
  const last = all[all.length - 1];
  return last === undefined ? { kind: "empty", place: c.place(node) } : convertStatement(c, last);
}
