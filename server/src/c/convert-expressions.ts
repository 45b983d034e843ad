/** tree-sitter's expression nodes as syntax objects. */
import type { BinaryOp, Expr, ListItem, Place, TypeName, UnaryOp } from "./syntax";
import { integer } from "./condition";
import type { Conversion } from "./conversion";
import { placedText } from "./placed-text";
import { typeNameOf } from "./types";
import { child, namedChildren, type Node } from "./tree";
import { splitArguments } from "./tokens";

export function convertExpr(c: Conversion, node: Node): Expr {
  return c.guarded(
    node,
    () => convert(c, node),
    (place) => ({ kind: "error", parts: [], place }),
  );
}

/** The field's expression, or an error where tree-sitter has none. */
function operand(c: Conversion, node: Node, field: string): Expr {
  const found = child(node, field);
  return found === null ? { kind: "error", parts: [], place: c.place(node) } : convertExpr(c, found);
}

function convert(c: Conversion, node: Node): Expr {
  const place = c.place(node);
  if (node.missing) return { kind: "error", parts: [], place };
  switch (node.type) {
    case "identifier":
    case "field_identifier":
    case "type_identifier":
    case "statement_identifier":
      return name(c, node);
    case "true":
      return { kind: "number", value: 1, place };
    case "false":
    case "null":
      return { kind: "number", value: 0, place };
    case "number_literal":
      return { kind: "number", value: integer(c.text(node)), place };
    case "char_literal":
      return { kind: "number", value: character(c.text(node)), place };
    case "string_literal":
    case "concatenated_string":
      return { kind: "text", value: strings(c, node), place };
    case "parenthesized_expression":
      return inside(c, node);
    case "comma_expression":
      return { kind: "comma", left: operand(c, node, "left"), right: operand(c, node, "right"), place };
    case "call_expression":
      return call(c, node);
    case "field_expression": {
      const field = child(node, "field");
      const arrow = node.children.some((n) => n.type === "->");
      return {
        kind: "member",
        object: operand(c, node, "argument"),
        field: field === null ? "" : c.text(field),
        arrow,
        place,
      };
    }
    case "subscript_expression":
      return { kind: "index", object: operand(c, node, "argument"), index: operand(c, node, "index"), place };
    case "unary_expression":
    case "pointer_expression":
      // GNU's address of a label.
      if (operator(c, node) === "&&") return { kind: "error", parts: [], place };
      return { kind: "unary", op: operator(c, node) as UnaryOp, operand: operand(c, node, "argument"), place };
    case "update_expression": {
      const prefix = node.children[0]?.field === "operator";
      const op = operator(c, node) as "++" | "--";
      const argument = operand(c, node, "argument");
      return prefix ? { kind: "update", op, prefix, operand: argument, place } : postfix(op, argument, node, place);
    }
    case "binary_expression": {
      const op = operator(c, node) as BinaryOp;
      return { kind: "binary", op, left: operand(c, node, "left"), right: operand(c, node, "right"), place };
    }
    case "assignment_expression": {
      const op = operator(c, node).slice(0, -1) as BinaryOp | "";
      return { kind: "assign", op, target: operand(c, node, "left"), value: operand(c, node, "right"), place };
    }
    case "conditional_expression": {
      const then = child(node, "consequence");
      return {
        kind: "conditional",
        test: operand(c, node, "condition"),
        then: then === null ? null : convertExpr(c, then),
        else: operand(c, node, "alternative"),
        place,
      };
    }
    case "cast_expression":
      return { kind: "cast", type: typeOf(c, child(node, "type")), operand: operand(c, node, "value"), place };
    case "compound_literal_expression":
      return { kind: "cast", type: typeOf(c, child(node, "type")), operand: operand(c, node, "value"), place };
    case "initializer_list":
      return { kind: "list", items: listItems(c, node), place };
    case "sizeof_expression":
    case "alignof_expression":
      return { kind: "unary", op: "sizeof", operand: sizeofOperand(c, node), place };
    case "type_descriptor":
      return { kind: "type", type: typeOf(c, node), place };
    case "compound_statement":
      return { kind: "block", body: c.statement(c, node), place };
    case "extension_expression":
      return inside(c, node);
    default:
      return { kind: "error", parts: salvage(c, node), place };
  }
}

/** The expressions inside a node that is none. */
export function salvage(c: Conversion, node: Node): Expr[] {
  const parts: Expr[] = [];
  for (const part of namedChildren(node)) {
    const expr = convertExpr(c, part);
    if (expr.kind === "error") parts.push(...expr.parts);
    else if (expr.kind !== "name" && expr.kind !== "number") parts.push(expr);
  }
  return parts;
}

function name(c: Conversion, node: Node): Expr {
  const place = c.place(node);
  const token = c.token(node);
  const mark = token?.mark ?? null;
  if (mark?.kind === "gap") return { kind: "gap", place };
  if (mark?.kind === "type") return { kind: "type", type: mark.type, place };
  if (mark?.kind === "expr") return mark.expr;
  return { kind: "name", name: token?.text ?? "", place };
}

function inside(c: Conversion, node: Node): Expr {
  const parts = namedChildren(node);
  const only = parts[0];
  if (only === undefined || parts.length > 1) return { kind: "error", parts: salvage(c, node), place: c.place(node) };
  return convertExpr(c, only);
}

function operator(c: Conversion, node: Node): string {
  const found = child(node, "operator");
  return found === null ? "" : (c.token(found)?.shown ?? "");
}

function call(c: Conversion, node: Node): Expr {
  const list = child(node, "arguments");
  const args = list === null ? [] : namedChildren(list).filter((n) => n.type !== "ERROR");
  const lost = list === null ? [] : list.children.filter((n) => n.type === "ERROR").flatMap((n) => salvage(c, n));
  return {
    kind: "call",
    callee: operand(c, node, "function"),
    args: [...args.map((arg) => convertExpr(c, arg)), ...lost],
    argTexts: list === null ? [] : splitArguments(c.tokens.slice(list.first + 1, list.last)).map(placedText),
    place: c.place(node),
  };
}

export function typeOf(c: Conversion, node: Node | null): TypeName {
  if (node === null) return { base: "", pointers: 0, isArray: false };
  const type = typeNameOf(c.tokens.slice(node.first, node.last + 1));
  return { ...type, isArray: node.children.some((n) => n.type === "abstract_array_declarator") };
}

function sizeofOperand(c: Conversion, node: Node): Expr {
  const type = child(node, "type");
  if (type !== null) return { kind: "type", type: typeOf(c, type), place: c.place(type) };
  return operand(c, node, "value");
}

function listItems(c: Conversion, node: Node): ListItem[] {
  return namedChildren(node).map((item): ListItem => {
    if (item.type !== "initializer_pair") return { field: null, value: convertExpr(c, item) };
    const designators = item.children.filter((n) => n.field === "designator");
    // Of `.a.b = x` the first field tells what is written to.
    const first = designators.find((n) => n.type === "field_designator" || n.type === "field_identifier");
    const word = first?.type === "field_designator" ? namedChildren(first)[0] : first;
    return { field: word === undefined ? null : c.text(word), value: operand(c, item, "value") };
  });
}

function strings(c: Conversion, node: Node): string {
  const tokens = c.tokens.slice(node.first, node.last + 1);
  return tokens.map((t) => (t.kind === "string" ? t.text.replace(/(?<!\\)"/g, "") : t.text)).join("");
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };

function character(text: string): number {
  const inner = text.slice(1, -1);
  if (!inner.startsWith("\\")) return inner.charCodeAt(0) || 0;
  const escape = inner.charAt(1);
  if (escape === "x") return parseInt(inner.slice(2), 16) || 0;
  if (/[0-7]/.test(escape)) return parseInt(inner.slice(1), 8);
  return ESCAPES[escape] ?? inner.charCodeAt(1);
}

/** The grammar reads `!x--` as `(!x)--`; C binds the postfix operator tighter, unless there are parentheses. */
function postfix(op: "++" | "--", argument: Expr, node: Node, place: Place): Expr {
  const isBare = child(node, "argument")?.type === "unary_expression";
  if (!isBare || argument.kind !== "unary" || argument.op === "*" || argument.op === "&") {
    return { kind: "update", op, prefix: false, operand: argument, place };
  }
  const inner: Place = { ...argument.operand.place, end: place.end };
  return {
    ...argument,
    operand: { kind: "update", op, prefix: false, operand: argument.operand, place: inner },
    place,
  };
}
