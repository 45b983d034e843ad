/** The stronger primitive in place of the one that is there. */
import type { CallExpr, Expr, Stmt } from "../../c/syntax";
import type { Meaning } from "../profile";
import { blank, type Change } from "./change";
import type { Primitives } from "./primitives";
import type { Standing } from "./standing";

export interface Knowledge {
  readonly primitives: Primitives;
  /** The members by which objects that are freed in the statement can wait for a grace period. */
  readonly rcuHeads: (statement: Stmt) => readonly string[];
  /** The statement is inside of a loop of its function. */
  readonly isInLoop: (statement: Stmt) => boolean;
}

export function strongerOf(standing: Standing, text: string, knowledge: Knowledge): Change[] {
  return [
    ...checkedGet(standing, text, knowledge),
    ...afterGracePeriod(standing, text, knowledge),
    ...listForReaders(standing, knowledge),
    ...decAndTest(standing, text, knowledge),
    ...exchange(standing, text, knowledge),
  ];
}

/** `refcount_inc(x);` -> `if (!refcount_inc_not_zero(x)) return false;` */
function checkedGet(
  { statement, function: inside }: Standing,
  text: string,
  { primitives, isInLoop }: Knowledge,
): Change[] {
  const call = callOf(statement);
  if (call === null || !isRefcount(primitives.meaning(call.name), "inc")) return [];
  const sister = primitives.sister(call.name, (meaning) => isRefcount(meaning, "inc_not_zero"));
  if (sister === null) return [];
  const { returns } = inside;
  const failed =
    returns.pointers > 0
      ? "return NULL"
      : returns.base === "bool"
        ? "return false"
        : returns.base === "void"
          ? "return"
          : null;
  const ways = [isInLoop(statement) ? "continue" : null, failed].filter((way) => way !== null);
  const { start, end } = statement.place;
  const indent = indentOf(text, start);
  return ways.map((way) => ({
    title: `${sister}() with its outcome checked (else ${way}), not ${call.name}()`,
    edits: [{ start, end, text: `if (!${sister}(${argumentsOf(call.expr, text)}))\n${indent}\t${way};` }],
  }));
}

/** `kfree(x);` -> `kfree_rcu(x, rcu);` */
function afterGracePeriod({ statement }: Standing, text: string, { primitives, rcuHeads }: Knowledge): Change[] {
  const call = callOf(statement);
  const meaning = call === null ? undefined : primitives.meaning(call.name);
  if (call === null || meaning?.does !== "free" || call.expr.args.length !== 1) return [];
  const sister = primitives.sister(call.name, (m) => m.does === "freeRcu" && m.object === 0 && m.field === 1);
  if (sister === null) return [];
  const { start, end } = statement.place;
  return rcuHeads(statement).map((head) => ({
    title: `${sister}(), not ${call.name}()`,
    edits: [{ start, end, text: `${sister}(${argumentsOf(call.expr, text)}, ${head});` }],
  }));
}

/** `list_del(x)` -> `list_del_rcu(x)` */
function listForReaders({ statement }: Standing, { primitives }: Knowledge): Change[] {
  const call = callOf(statement);
  const meaning = call === null ? undefined : primitives.meaning(call.name);
  if (call === null || meaning?.does !== "list" || meaning.rcu) return [];
  const op = meaning.op === "del_init" ? "del" : meaning.op;
  const sister = primitives.sister(
    call.name,
    (m) => m.does === "list" && m.rcu && m.op === op && m.on === meaning.on && m.list === meaning.list,
  );
  if (sister === null) return [];
  const { start, end } = call.expr.callee.place;
  return [{ title: `${sister}(), not ${call.name}()`, edits: [{ start, end, text: sister }] }];
}

/** `refcount_dec(x); if (refcount_read(x)) ...` -> `if (!refcount_dec_and_test(x)) ...` */
function decAndTest({ statement, block, index }: Standing, text: string, { primitives }: Knowledge): Change[] {
  const call = callOf(statement);
  const next = block[index + 1];
  if (call === null || next?.kind !== "if" || !isRefcount(primitives.meaning(call.name), "dec")) return [];
  const asked = callsIn(next.test).find(
    ({ callee, args }) =>
      callee.kind === "name" &&
      isRefcount(primitives.meaning(callee.name), "read") &&
      wordsOf(args, text) === wordsOf(call.expr.args, text),
  );
  const sister = primitives.sister(call.name, (meaning) => isRefcount(meaning, "dec_and_test"));
  if (asked === undefined || sister === null || asked.place.via !== null) return [];
  const { start, end } = asked.place;
  return [
    {
      title: `${sister}(), which tells whether it was the last one, not ${call.name}() and a look afterwards`,
      edits: [blank(text, statement.place), { start, end, text: `!${sister}(${argumentsOf(call.expr, text)})` }],
    },
  ];
}

/** `old = x->f; x->f = new;` -> `old = xchg(&x->f, new);` */
function exchange({ statement, block, index }: Standing, text: string, { primitives }: Knowledge): Change[] {
  const next = block[index + 1];
  const read = readOf(statement);
  const written = next?.kind === "expr" && next.expr.kind === "assign" && next.expr.op === "" ? next.expr : null;
  if (read === null || next === undefined || written === null || read.place.via !== null) return [];
  const where = text.slice(read.place.start, read.place.end);
  if (read.kind !== "member" || wordsOf([written.target], text) !== wordsOf([read], text)) return [];
  const name = primitives.simplest((m) => m.does === "rmw" && m.op === "xchg" && m.returns === "old");
  if (name === null) return [];
  const value = text.slice(written.value.place.start, written.value.place.end);
  const { start, end } = read.place;
  return [
    {
      title: `${name}(), which reads and writes at once`,
      edits: [{ start, end, text: `${name}(&${where}, ${value})` }, blank(text, next.place)],
    },
  ];
}

function readOf(statement: Stmt): Expr | null {
  if (statement.kind === "decl") return statement.vars.length === 1 ? (statement.vars[0]?.init ?? null) : null;
  if (statement.kind !== "expr" || statement.expr.kind !== "assign" || statement.expr.op !== "") return null;
  return statement.expr.target.kind === "name" ? statement.expr.value : null;
}

function isRefcount(meaning: Meaning | undefined, op: string): boolean {
  return meaning?.does === "refcount" && meaning.op === op;
}

/** A statement that is one call and nothing else, written here. */
function callOf(statement: Stmt): { readonly name: string; readonly expr: CallExpr } | null {
  if (statement.kind !== "expr" || statement.expr.kind !== "call" || statement.place.via !== null) return null;
  const { callee } = statement.expr;
  return callee.kind === "name" && callee.place.via === null ? { name: callee.name, expr: statement.expr } : null;
}

function callsIn(expr: Expr): CallExpr[] {
  switch (expr.kind) {
    case "call":
      return [expr, ...expr.args.flatMap(callsIn)];
    case "unary":
      return callsIn(expr.operand);
    case "binary":
      return [...callsIn(expr.left), ...callsIn(expr.right)];
    default:
      return [];
  }
}

function argumentsOf({ args }: CallExpr, text: string): string {
  return args.map(({ place }) => text.slice(place.start, place.end)).join(", ");
}

/** Without blanks, to compare. */
function wordsOf(exprs: readonly Expr[], text: string): string {
  return exprs.map(({ place }) => text.slice(place.start, place.end).replaceAll(/\s+/g, "")).join();
}

function indentOf(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? "";
}
