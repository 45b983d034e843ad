/**
 * A transition as a tree: what it does, then where the path ends or how it parts.
 *
 * A statement list of the micro language may go on behind an `if` of which one branch ended. SPIN asks of every atomic
 * block that it leads to one control state, so here each path is followed to its end.
 */
import type { CompiledThread } from "../machine/compile";
import type { Expr, Stmt } from "../machine/micro";
import type { Variable } from "../machine/variables";
import { fold, replace } from "./fold";

export interface Tree {
  readonly acts: readonly Act[];
  readonly end: End;
}

/** Locals and temporaries are variables here, too: SPIN's `hidden` ones, or the slots in which the locals rest. */
export type Act =
  | { readonly kind: "set"; readonly variable: Variable; readonly value: Expr }
  | { readonly kind: "report"; readonly finding: number }
  | { readonly kind: "if"; readonly test: Expr; readonly then: readonly Act[]; readonly otherwise: readonly Act[] };

export type End =
  /** At a value of the thread's `pc`. */
  | { readonly kind: "rest"; readonly pc: number }
  | { readonly kind: "stop" }
  | { readonly kind: "block" }
  | { readonly kind: "branch"; readonly test: Expr; readonly then: Tree; readonly otherwise: Tree }
  | { readonly kind: "alternatives"; readonly of: readonly Tree[] };

/** What is no finding, and worth knowing all the same. */
export type Marked = Extract<Stmt, { readonly kind: "note" | "begin" }>;

/** How a thread's locals and the layout are seen while a tree is made. */
export interface Sight {
  /** Null for the final check, which no thread does. */
  readonly thread: CompiledThread | null;
  /** Variables that never change are their initial value. */
  isConstant(variable: Variable): boolean;
  /** The number of a finding that stands for a step that begins, or for a note; null where nobody asks. */
  mark(stmt: Marked): number | null;
  local(local: number): Variable;
  temporary(id: number): Variable;
}

export function treeOf(stmts: readonly Stmt[], sight: Sight): Tree {
  const acts: Act[] = [];
  let pc: number | null = null;
  for (const [index, stmt] of stmts.entries()) {
    switch (stmt.kind) {
      case "set":
        if (stmt.variable === sight.thread?.pc) pc = constantOf(stmt.value);
        else acts.push(...setting(stmt.variable, seen(stmt.value, sight), sight));
        break;
      case "clear":
        for (const variable of stmt.variables) acts.push(...setting(variable, { op: "const", value: 0 }, sight));
        break;
      case "setLocal":
        acts.push(...setting(sight.local(stmt.local), seen(stmt.value, sight), sight));
        break;
      case "let":
        acts.push(...setting(sight.temporary(stmt.id), seen(stmt.value, sight), sight));
        break;
      case "report":
        acts.push(stmt);
        break;
      case "if": {
        const test = seen(stmt.test, sight);
        const rest = stmts.slice(index + 1);
        if (test.op === "const") return joined(acts, treeOf([...taken(test.value, stmt), ...rest], sight));
        if (ends(stmt.then) || ends(stmt.otherwise)) {
          const then = treeOf([...stmt.then, ...rest], sight);
          return { acts, end: { kind: "branch", test, then, otherwise: treeOf([...stmt.otherwise, ...rest], sight) } };
        }
        acts.push({ kind: "if", test, then: actsOf(stmt.then, sight), otherwise: actsOf(stmt.otherwise, sight) });
        break;
      }
      case "alternatives":
        return { acts, end: { kind: "alternatives", of: stmt.of.map((one) => treeOf(one, sight)) } };
      case "rest":
        if (pc === null) throw new Error("a path comes to rest nowhere");
        return { acts, end: { kind: "rest", pc } };
      case "stop":
      case "block":
        return { acts, end: stmt };
      case "note":
      case "begin": {
        const finding = sight.mark(stmt);
        if (finding !== null) acts.push({ kind: "report", finding });
        break;
      }
      case "go":
      case "forget":
        throw new Error(`a transition still holds "${stmt.kind}"`);
    }
  }
  throw new Error("a path of a transition has no end");
}

/** Of statements none of which ends the path. */
function actsOf(stmts: readonly Stmt[], sight: Sight): readonly Act[] {
  return treeOf([...stmts, { kind: "stop" }], sight).acts;
}

function joined(acts: readonly Act[], tree: Tree): Tree {
  return { acts: [...acts, ...tree.acts], end: tree.end };
}

function taken(test: number, stmt: Extract<Stmt, { readonly kind: "if" }>): readonly Stmt[] {
  return test !== 0 ? stmt.then : stmt.otherwise;
}

/** Nothing where it changes nothing: a slot that is given its own value, a variable that is a constant. */
function setting(variable: Variable, value: Expr, sight: Sight): readonly Act[] {
  if (sight.isConstant(variable) || (value.op === "variable" && value.of === variable)) return [];
  return [{ kind: "set", variable, value }];
}

function seen(value: Expr, sight: Sight): Expr {
  return fold(
    replace(value, (leaf) => {
      if (leaf.op === "local") return { op: "variable", of: sight.local(leaf.local) };
      if (leaf.op === "temporary") return { op: "variable", of: sight.temporary(leaf.id) };
      if (leaf.op === "variable" && sight.isConstant(leaf.of)) return { op: "const", value: leaf.of.initial };
      return leaf;
    }),
  );
}

function ends(stmts: readonly Stmt[]): boolean {
  return stmts.some((stmt) => {
    if (stmt.kind === "if") return ends(stmt.then) || ends(stmt.otherwise);
    return stmt.kind === "rest" || stmt.kind === "stop" || stmt.kind === "block" || stmt.kind === "alternatives";
  });
}

function constantOf(value: Expr): number {
  if (value.op !== "const") throw new Error("a thread goes on at a place that is not constant");
  return value.value;
}
