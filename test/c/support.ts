/** The parser as tests make it, and walks over what it gives. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { createParser } from "../../server/src/c/parser";
import type { CFile, CParser, Expr, MacroDef, Place, Stmt } from "../../server/src/c/syntax";
import { root } from "../support/paths";

let made: Promise<CParser> | null = null;

export function parser(): Promise<CParser> {
  made ??= createParser({ runtime: wasm("web-tree-sitter/web-tree-sitter.wasm"), grammar: wasm(GRAMMAR) });
  return made;
}

export const GRAMMAR = "tree-sitter-c/tree-sitter-c.wasm";

export function wasm(file: string): Uint8Array {
  return readFileSync(path.join(root, "node_modules", file));
}

/** The statement with every macro of the file in it expanded, outermost first, until none is left. */
export function expandAll(c: CParser, macros: readonly MacroDef[], stmt: Stmt): Stmt {
  const named = new Map(macros.map((m) => [m.name, m]));
  const expr = (use: Expr): Expr => {
    const name =
      use.kind === "name" ? use.name : use.kind === "call" && use.callee.kind === "name" ? use.callee.name : "";
    const macro = named.get(name);
    const expanded = macro === undefined ? null : c.expandExpr(macro, use);
    return expanded === null ? mapExpr(use, expr, walk) : expr(expanded);
  };
  const walk = (use: Stmt): Stmt => {
    const macro = use.kind === "macro" ? named.get(use.name) : undefined;
    const expanded = use.kind === "macro" && macro !== undefined ? c.expandStmt(macro, use) : null;
    return expanded === null ? mapStmt(use, expr, walk) : walk(expanded);
  };
  return walk(stmt);
}

/** Every place in the file, expanded ones not among them. */
export function placesOf(file: CFile): Place[] {
  const places: Place[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value as unknown[]) visit(item);
    else if (typeof value === "object" && value !== null) {
      if ("file" in value && "start" in value && "end" in value) places.push(value as Place);
      for (const item of Object.values(value)) visit(item);
    }
  };
  visit({ ...file, text: "" });
  return places;
}

function mapExpr(use: Expr, expr: (e: Expr) => Expr, stmt: (s: Stmt) => Stmt): Expr {
  switch (use.kind) {
    case "call":
      return { ...use, callee: use.callee.kind === "name" ? use.callee : expr(use.callee), args: use.args.map(expr) };
    case "member":
      return { ...use, object: expr(use.object) };
    case "index":
      return { ...use, object: expr(use.object), index: expr(use.index) };
    case "unary":
    case "update":
    case "cast":
      return { ...use, operand: expr(use.operand) };
    case "binary":
    case "comma":
      return { ...use, left: expr(use.left), right: expr(use.right) };
    case "assign":
      return { ...use, target: expr(use.target), value: expr(use.value) };
    case "conditional":
      return { ...use, test: expr(use.test), then: use.then === null ? null : expr(use.then), else: expr(use.else) };
    case "list":
      return { ...use, items: use.items.map((i) => ({ ...i, value: expr(i.value) })) };
    case "block":
      return { ...use, body: stmt(use.body) };
    default:
      return use;
  }
}

function mapStmt(use: Stmt, expr: (e: Expr) => Expr, stmt: (s: Stmt) => Stmt): Stmt {
  switch (use.kind) {
    case "expr":
      return { ...use, expr: expr(use.expr) };
    case "decl":
      return { ...use, vars: use.vars.map((v) => ({ ...v, init: v.init === null ? null : expr(v.init) })) };
    case "block":
      return { ...use, body: use.body.map(stmt) };
    case "if":
      return { ...use, test: expr(use.test), then: stmt(use.then), else: use.else === null ? null : stmt(use.else) };
    case "while":
    case "dowhile":
    case "switch":
      return { ...use, test: expr(use.test), body: stmt(use.body) };
    case "for":
      return {
        ...use,
        init: use.init === null ? null : stmt(use.init),
        test: use.test === null ? null : expr(use.test),
        step: use.step === null ? null : expr(use.step),
        body: stmt(use.body),
      };
    case "macro":
      return { ...use, args: use.args.map(expr), body: stmt(use.body) };
    case "return":
      return { ...use, value: use.value === null ? null : expr(use.value) };
    default:
      return use;
  }
}
