/** Small changes to real kernel code, found by what the code says and never by where it stands: the packages move on. */
import type { CFile, Expr, Stmt } from "../../server/src/c/syntax";
import type { Span } from "../../server/src/text/mapped";

/**
 * One change in the function `in`. A statement is found as a person would name it: `list_del_rcu` is the statement that
 * is nothing but this call, `= role.invalid` the one that assigns to the field, `if is_obsolete_sp` the branch whose
 * condition or whose one statement names it, `for list_for_each_entry` the whole loop. A name that fits several
 * statements means the first; one that fits none is an error.
 */
export type Edit =
  | { readonly in: string; readonly drop: string }
  | { readonly in: string; readonly move: string; readonly before: string }
  | { readonly in: string; readonly insert: string; readonly before: string }
  | { readonly in: string; readonly replace: string; readonly by: string }
  | { readonly in: string; readonly call: string; readonly becomes: string }
  | { readonly in: string; readonly call: string; readonly argument: number; readonly becomes: string };

export type ParseC = (text: string) => CFile;

export function apply(text: string, edits: readonly Edit[], parse: ParseC): string {
  return edits.reduce((sofar, edit) => applyOne(sofar, edit, parse), text);
}

function applyOne(text: string, edit: Edit, parse: ParseC): string {
  const body = parse(text).functions.find((f) => f.name === edit.in)?.body;
  if (body === undefined) throw new Error(`the file has no function ${edit.in}()`);
  const find = (what: string): Span => found(statement(body, what), what, edit.in);
  if ("drop" in edit) return without(text, find(edit.drop));
  if ("move" in edit) {
    const moved = find(edit.move);
    const to = find(edit.before).start;
    const words = `${text.slice(moved.start, moved.end)}\n\t`;
    return to < moved.start
      ? splice(without(text, moved), { start: to, end: to }, words)
      : without(splice(text, { start: to, end: to }, words), moved);
  }
  if ("insert" in edit) {
    const { start } = find(edit.before);
    return splice(text, { start, end: start }, `${edit.insert}\n\t`);
  }
  if ("replace" in edit) return splice(text, find(edit.replace), edit.by);
  const call = found(calls(body).find(named(edit.call)), `${edit.call}()`, edit.in);
  if (!("argument" in edit)) return splice(text, call.name, edit.becomes);
  return splice(
    text,
    found(call.args[edit.argument], `argument ${edit.argument} of ${edit.call}()`, edit.in),
    edit.becomes,
  );
}

/** With the rest of its lines, where nothing else stands there. */
function without(text: string, { start, end }: Span): string {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const to = text.indexOf("\n", end) + 1;
  const isAlone = `${text.slice(from, start)}${text.slice(end, to)}`.trim() === "";
  return splice(text, isAlone ? { start: from, end: to } : { start, end }, "");
}

function splice(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function found<T>(what: T | undefined, words: string, where: string): T {
  if (what === undefined) throw new Error(`${where}() has no ${words}`);
  return what;
}

interface Call {
  readonly name: Span & { readonly text: string };
  readonly args: readonly Span[];
}

function named(name: string): (call: Call) => boolean {
  return (call) => call.name.text === name;
}

/** Calls, and macros that govern a statement, in the order of the text. */
function calls(body: Stmt): Call[] {
  return nodes(body).flatMap((node) => {
    if (node.kind === "call" && node.callee.kind === "name") {
      const { name, place } = node.callee;
      return [{ name: { text: name, start: place.start, end: place.end }, args: node.args.map((a) => a.place) }];
    }
    if (node.kind !== "macro") return [];
    const { start } = node.head;
    return [{ name: { text: node.name, start, end: start + node.name.length }, args: node.args.map((a) => a.place) }];
  });
}

function statement(body: Stmt, what: string): Span | undefined {
  const [how, name = ""] = what.includes(" ") ? what.split(" ") : ["", what];
  const fits = (node: Node): boolean => {
    if (how === "if") return node.kind === "if" && [node.test, node.then].some((part) => speaksOf(part, name));
    if (how === "for") return node.kind === "macro" && node.name === name;
    if (how === "=")
      return node.kind === "expr" && node.expr.kind === "assign" && pathOf(node.expr.target).endsWith(name);
    if (how === "return") return node.kind === "return" && nodes(node).some((part) => isNamed(part, name));
    return node.kind === "expr" && node.expr.kind === "call" && isNamed(node.expr.callee, name);
  };
  return nodes(body).find(fits)?.place;
}

/** The condition names it, or the branch is nothing but a call of it. */
function speaksOf(part: Node, name: string): boolean {
  if (part.kind === "block") return false;
  return nodes(part).some((node) => isNamed(node, name));
}

function isNamed(node: Node, name: string): boolean {
  if (node.kind === "name") return node.name === name;
  return node.kind === "member" && pathOf(node).endsWith(name);
}

/** `root->role.invalid` as `root.role.invalid`. */
function pathOf(expr: Expr): string {
  if (expr.kind === "name") return expr.name;
  return expr.kind === "member" ? `${pathOf(expr.object)}.${expr.field}` : "";
}

type Node = Expr | Stmt;

/** The node and all below it, from the front to the back. */
function nodes(node: Node): Node[] {
  const below = Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? (value as unknown[]) : [value],
  );
  return [node, ...below.filter(isNode).flatMap(nodes)];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "kind" in value && "place" in value;
}
