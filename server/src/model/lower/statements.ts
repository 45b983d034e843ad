/** Statements of a function body. */
import type { Expr, Stmt } from "../../c/syntax";
import type { Label } from "./builder";
import { lowerScopedGuard, leaveFor, withDestructor } from "./cleanup";
import type { Context, Exit } from "./context";
import { write } from "./memory";
import { binary, newVariable, type Val } from "./values";

export function lowerStatement(cx: Context, stmt: Stmt): void {
  cx.world.walked.add(stmt, cx.build.isReachable);
  switch (stmt.kind) {
    case "expr":
      cx.expr(stmt.expr);
      return;
    case "decl":
      return declare(cx, stmt);
    case "block":
      return cx.block(stmt.body, () => {
        for (const inner of stmt.body) lowerStatement(cx, inner);
      });
    case "if":
      return lowerIf(cx, stmt);
    case "while":
      return loop(cx, { test: stmt.test, step: null, body: stmt.body });
    case "dowhile":
      return loopAtLeastOnce(cx, stmt.test, stmt.body);
    case "for":
      return cx.block(stmt.init === null ? [] : [stmt.init], () => {
        if (stmt.init !== null) lowerStatement(cx, stmt.init);
        loop(cx, { test: stmt.test, step: stmt.step, body: stmt.body });
      });
    case "macro":
      return lowerMacro(cx, stmt);
    case "switch":
      return lowerSwitch(cx, stmt);
    case "label":
      return cx.build.place(labelOf(cx, stmt.name));
    case "goto":
      leaveFor(cx, stmt.label);
      return cx.build.jump(labelOf(cx, stmt.label));
    case "return":
      return lowerReturn(cx, stmt);
    case "break":
      return jumpTo(cx, cx.scope.breaks);
    case "continue":
      return jumpTo(cx, cx.scope.continues);
    case "case":
    case "empty":
      return;
    case "gap":
      return missing(cx, stmt, "code that is left out");
    case "error":
      return missing(cx, stmt, "code that could not be read");
  }
}

function declare(cx: Context, stmt: Extract<Stmt, { kind: "decl" }>): void {
  for (const declared of stmt.vars) {
    const variable = newVariable(declared.name, declared.type);
    cx.scope.variables.set(declared.name, variable);
    if (declared.init !== null) {
      const val = cx.expr(declared.init, declared.type);
      const access = { place: declared.place, text: cx.text(declared.place), marked: false };
      // Who takes the value out of a variable with a destructor leaves NULL there.
      if (declared.cleanup === null && isFixed(cx, declared.name, val)) variable.fixed = val;
      else write(cx, { k: "variable", variable, path: "", type: declared.type }, val, access);
    }
    if (declared.cleanup !== null) withDestructor(cx, declared, declared.cleanup, variable);
  }
}

/** A variable that nobody assigns again and whose value needs no storage stands for that value. */
function isFixed(cx: Context, name: string, val: Val): boolean {
  if (cx.scope.assigned.has(name)) return false;
  return (
    val.k === "address" || val.k === "function" || val.k === "text" || (val.k === "value" && val.value.kind === "const")
  );
}

function lowerIf(cx: Context, stmt: Extract<Stmt, { kind: "if" }>): void {
  const [yes, no, after] = [cx.build.label(), cx.build.label(), cx.build.label()];
  cx.condition(stmt.test, yes, no);
  cx.build.place(yes);
  lowerStatement(cx, stmt.then);
  cx.build.jump(after);
  cx.build.place(no);
  if (stmt.else !== null) lowerStatement(cx, stmt.else);
  cx.build.jump(after);
  cx.build.place(after);
}

interface Loop {
  readonly test: Expr | null;
  readonly step: Expr | null;
  readonly body: Stmt;
}

function loop(cx: Context, { test, step, body }: Loop): void {
  const [again, inside, next, after] = [cx.build.label(), cx.build.label(), cx.build.label(), cx.build.label()];
  cx.build.place(again);
  if (test === null) cx.build.jump(inside);
  else cx.condition(test, inside, after);
  cx.build.place(inside);
  lowerBody(cx, body, next, after);
  if (step !== null) cx.expr(step);
  cx.build.jump(again);
  cx.build.place(after);
}

/** The test stands behind the body: before it nothing would lead there, and it would be left out. */
function loopAtLeastOnce(cx: Context, test: Expr, body: Stmt): void {
  const [again, next, after] = [cx.build.label(), cx.build.label(), cx.build.label()];
  cx.build.place(again);
  lowerBody(cx, body, next, after);
  cx.condition(test, again, after);
  cx.build.place(after);
}

function lowerBody(cx: Context, body: Stmt, next: Label, after: Label): void {
  cx.scope.breaks.push(exit(cx, after));
  cx.scope.continues.push(exit(cx, next));
  lowerStatement(cx, body);
  cx.scope.breaks.pop();
  cx.scope.continues.pop();
  cx.build.jump(next);
  cx.build.place(next);
}

/** A macro that governs a statement stands for what it expands to; an unknown one may run its statement any number of times. */
function lowerMacro(cx: Context, stmt: Extract<Stmt, { kind: "macro" }>): void {
  const meaning = cx.meaning(stmt.name);
  if (meaning?.does === "guard") return lowerScopedGuard(cx, meaning, stmt);
  const expanded = cx.world.codebase.expandStmt(stmt);
  if (expanded !== null) return lowerStatement(cx, expanded);
  const [again, inside, after] = [cx.build.label(), cx.build.label(), cx.build.label()];
  const text = cx.text(stmt.head);
  for (const arg of stmt.args) cx.expr(arg);
  cx.note("unknown-call", `${stmt.name}() is taken for a loop that runs any number of times`, stmt.head);
  cx.build.jump(again);
  cx.build.place(again);
  cx.build.fork({ kind: "choose", nature: "free", what: text }, [inside, after], stmt.head, text);
  cx.build.place(inside);
  cx.scope.breaks.push(exit(cx, after));
  cx.scope.continues.push(exit(cx, again));
  lowerStatement(cx, stmt.body);
  cx.scope.breaks.pop();
  cx.scope.continues.pop();
  cx.build.jump(again);
  cx.build.place(after);
}

function lowerSwitch(cx: Context, stmt: Extract<Stmt, { kind: "switch" }>): void {
  const val = cx.expr(stmt.test);
  const body = stmt.body.kind === "block" ? stmt.body.body : [stmt.body];
  const after = cx.build.label();
  const entries = body.map((inner) => (inner.kind === "case" ? cx.build.label() : null));
  let fallback: Label = after;
  for (const [index, inner] of body.entries()) {
    const entry = entries[index];
    if (inner.kind !== "case" || entry === null || entry === undefined) continue;
    if (inner.value === null) fallback = entry;
    else compareCase(cx, val, inner.value, entry);
  }
  cx.build.jump(fallback);
  cx.scope.breaks.push(exit(cx, after));
  for (const [index, inner] of body.entries()) {
    const entry = entries[index];
    if (entry !== null && entry !== undefined) cx.build.place(entry);
    else lowerStatement(cx, inner);
  }
  cx.scope.breaks.pop();
  cx.build.jump(after);
  cx.build.place(after);
}

function compareCase(cx: Context, val: Val, value: Expr, entry: Label): void {
  const wanted = cx.expr(value);
  const otherwise = cx.build.label();
  const text = cx.text(value.place);
  if (val.k === "value" && wanted.k === "value" && !val.loose) {
    const test = binary("==", val.value, wanted.value);
    cx.build.fork({ kind: "branch", test }, [entry, otherwise], value.place, text);
  } else cx.build.fork({ kind: "choose", nature: "free", what: `case ${text}` }, [entry, otherwise], value.place, text);
  cx.build.place(otherwise);
}

function lowerReturn(cx: Context, stmt: Extract<Stmt, { kind: "return" }>): void {
  const { returns } = cx.scope;
  if (stmt.value !== null) {
    const val = cx.expr(stmt.value, returns.type);
    returns.values.push(val);
    if (returns.variable !== null) {
      const lval = { k: "variable", variable: returns.variable, path: "", type: returns.variable.type } as const;
      if (val.k !== "void") write(cx, lval, val, { place: stmt.place, text: cx.text(stmt.place), marked: false });
    }
  }
  cx.leave(0);
  cx.build.jump(returns.label);
}

function labelOf(cx: Context, name: string): Label {
  const had = cx.scope.labels.get(name);
  if (had !== undefined) return had;
  // A goto further down may come here, so what stands behind it is taken for reachable.
  const label = { ...cx.build.label(), used: true };
  cx.scope.labels.set(name, label);
  return label;
}

function jumpTo(cx: Context, targets: readonly Exit[]): void {
  const target = targets[targets.length - 1];
  if (target === undefined) return;
  cx.leave(target.cleanups);
  cx.build.jump(target.label);
}

export function exit(cx: Context, label: Label): Exit {
  return { label, cleanups: cx.scope.cleanups.length };
}

function missing(cx: Context, stmt: Stmt, what: string): void {
  const text = cx.text(stmt.place);
  cx.note("not-modelled", `${what}: ${text}`, stmt.place);
  cx.unmodelled(`${what}: ${text}`, stmt.place, text);
}
