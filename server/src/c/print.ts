/** An outline of what was read, one line a statement, for tests and for people who ask what Lastput saw. */
import type { Aggregate, CFile, Expr, Field, FunctionDef, MacroDef, Stmt, TypeName, VarDecl } from "./syntax";

export function printFile(file: CFile): string {
  const lines = [
    ...file.macros.map(printMacro),
    ...file.aggregates.flatMap(printAggregate),
    ...file.variables.map((v) => `variable ${printVariable(v)}`),
    ...file.prototypes.map((p) => `prototype ${p.name}`),
    ...file.functions.flatMap(printFunction),
    ...(file.loose.length === 0 ? [] : ["loose", ...file.loose.flatMap((s) => printStmt(s, 1))]),
    ...file.problems.map((p) => `problem ${p.code} ${quoted(file.text.slice(p.place.start, p.place.end))}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

export function printMacro(macro: MacroDef): string {
  const params = macro.params === null ? "" : `(${macro.params.join(", ")})`;
  return `macro ${macro.name}${params} ${quoted(macro.body.text)}`;
}

export function printFunction(fn: FunctionDef): string[] {
  const params = fn.params.map((p) => `${printType(p.type)} ${p.name}`).join(", ");
  const storage = fn.isStatic ? "static " : "";
  return [`function ${storage}${printType(fn.returns)} ${fn.name}(${params})`, ...printStmt(fn.body, 1)];
}

/** The statement's lines, indented by `depth`. */
export function printStmt(stmt: Stmt, depth: number): string[] {
  const line = (text: string): string => "  ".repeat(depth) + text;
  const below = (...stmts: readonly (Stmt | null)[]): string[] =>
    stmts.flatMap((s) => (s === null ? [] : printStmt(s, depth + 1)));
  switch (stmt.kind) {
    case "expr":
      return [line(printExpr(stmt.expr))];
    case "decl":
      return [line(`decl ${stmt.vars.map(printVariable).join(", ")}`)];
    case "block":
      return [line("block"), ...below(...stmt.body)];
    case "if":
      return [
        line(`if ${printExpr(stmt.test)}`),
        ...below(stmt.then),
        ...(stmt.else === null ? [] : [line("else"), ...below(stmt.else)]),
      ];
    case "while":
      return [line(`while ${printExpr(stmt.test)}`), ...below(stmt.body)];
    case "dowhile":
      return [line(`do while ${printExpr(stmt.test)}`), ...below(stmt.body)];
    case "for":
      return [
        line(`for ${orNone(stmt.test)} step ${orNone(stmt.step)}`),
        ...below(stmt.init),
        line("body"),
        ...below(stmt.body),
      ];
    case "macro":
      return [line(`macro ${stmt.name}(${stmt.args.map(printExpr).join(", ")})`), ...below(stmt.body)];
    case "switch":
      return [line(`switch ${printExpr(stmt.test)}`), ...below(stmt.body)];
    case "case":
      return [line(stmt.value === null ? "default" : `case ${printExpr(stmt.value)}`)];
    case "label":
      return [line(`label ${stmt.name}`)];
    case "goto":
      return [line(`goto ${stmt.label}`)];
    case "return":
      return [line(stmt.value === null ? "return" : `return ${printExpr(stmt.value)}`)];
    case "error":
      return [line("error"), ...stmt.parts.flatMap((part) => printPart(part, depth + 1))];
    default:
      return [line(stmt.kind)];
  }
}

const STATEMENT_KINDS = new Set(
  "expr decl if while dowhile for macro switch case label goto return break continue empty".split(" "),
);

function printPart(part: Expr | Stmt, depth: number): string[] {
  const isStatement = STATEMENT_KINDS.has(part.kind) || "body" in part;
  return isStatement ? printStmt(part as Stmt, depth) : ["  ".repeat(depth) + printExpr(part as Expr)];
}

/** The expression as an S-expression. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case "name":
      return expr.name;
    case "number":
      return String(expr.value);
    case "text":
      return quoted(expr.value);
    case "call":
      return `(call ${[expr.callee, ...expr.args].map(printExpr).join(" ")})`;
    case "member":
      return `(${expr.arrow ? "->" : "."} ${printExpr(expr.object)} ${expr.field})`;
    case "index":
      return `([] ${printExpr(expr.object)} ${printExpr(expr.index)})`;
    case "unary":
      return `(${expr.op} ${printExpr(expr.operand)})`;
    case "update":
      return `(${expr.prefix ? "" : "post"}${expr.op} ${printExpr(expr.operand)})`;
    case "binary":
      return `(${expr.op} ${printExpr(expr.left)} ${printExpr(expr.right)})`;
    case "assign":
      return `(${expr.op}= ${printExpr(expr.target)} ${printExpr(expr.value)})`;
    case "conditional":
      return `(? ${printExpr(expr.test)} ${orNone(expr.then)} ${printExpr(expr.else)})`;
    case "cast":
      return `(cast ${quoted(printType(expr.type))} ${printExpr(expr.operand)})`;
    case "comma":
      return `(, ${printExpr(expr.left)} ${printExpr(expr.right)})`;
    case "list":
      return `(list ${expr.items.map((i) => (i.field === null ? printExpr(i.value) : `.${i.field}=${printExpr(i.value)}`)).join(" ")})`;
    case "block":
      return `(block ${printStmt(expr.body, 0)
        .map((l) => l.trim())
        .join("; ")})`;
    case "type":
      return `(type ${quoted(printType(expr.type))})`;
    case "gap":
      return "gap";
    case "error":
      return `(error ${expr.parts.map(printExpr).join(" ")})`;
  }
}

export function printType(type: TypeName): string {
  return `${type.base}${type.pointers > 0 ? ` ${"*".repeat(type.pointers)}` : ""}${type.isArray ? "[]" : ""}`;
}

function printVariable(v: VarDecl): string {
  const cleanup = v.cleanup === null ? "" : ` cleanup ${v.cleanup}`;
  const init = v.init === null ? "" : ` = ${printExpr(v.init)}`;
  return `${v.isStatic ? "static " : ""}${printType(v.type)} ${v.name}${cleanup}${init}`;
}

function printAggregate(aggregate: Aggregate): string[] {
  return [`aggregate ${aggregate.name}`, ...aggregate.fields.flatMap((f) => printField(f, 1))];
}

function printField(field: Field, depth: number): string[] {
  const bits = field.bits === null ? "" : ` : ${field.bits}`;
  const line = `${"  ".repeat(depth)}${printType(field.type)} ${field.name === "" ? "(anonymous)" : field.name}${bits}`;
  return [line, ...(field.members ?? []).flatMap((m) => printField(m, depth + 1))];
}

function orNone(expr: Expr | null): string {
  return expr === null ? "none" : printExpr(expr);
}

function quoted(text: string): string {
  const short = text.replace(/\s+/g, " ");
  return JSON.stringify(short.length > 60 ? `${short.slice(0, 28)} ... ${short.slice(-28)}` : short);
}
