/** Writes temporaries where they are used, as a person would: `count = count - 1` and not `t = count; count = t - 1`. */
import type { Expr } from "../machine/micro";
import type { Variable } from "../machine/variables";
import { fold, reads, replace } from "./fold";
import type { Act, Tree } from "./tree";

/** Each temporary is set once. One stays where what it was computed from changes before it is used. */
export function inline(tree: Tree, isTemporary: (variable: Variable) => boolean): Tree {
  const at = tree.acts.findIndex((act) => act.kind === "set" && isTemporary(act.variable));
  const act = tree.acts[at];
  if (act?.kind !== "set") return mapEnd(tree, (part) => inline(part, isTemporary));
  const before = tree.acts.slice(0, at);
  const behind: Tree = { acts: tree.acts.slice(at + 1), end: tree.end };
  const canGo = isUnchanged(behind, act.variable, act.value);
  const rest = inline(canGo ? substitute(behind, act.variable, act.value) : behind, isTemporary);
  return { acts: [...before, ...(canGo ? [] : [act]), ...rest.acts], end: rest.end };
}

interface Watch {
  readonly isUse: (variable: Variable) => boolean;
  readonly isSource: (variable: Variable) => boolean;
  changed: boolean;
  wrong: boolean;
}

function isUnchanged(tree: Tree, temporary: Variable, value: Expr): boolean {
  const watch: Watch = {
    isUse: (variable) => variable === temporary,
    isSource: (variable) => reads(value, (of) => of === variable),
    changed: false,
    wrong: false,
  };
  watchTree(tree, watch);
  return !watch.wrong;
}

function watchTree({ acts, end }: Tree, watch: Watch): void {
  watchActs(acts, watch);
  if (end.kind === "branch") look(end.test, watch);
  const changed = watch.changed;
  for (const part of end.kind === "branch" ? [end.then, end.otherwise] : end.kind === "alternatives" ? end.of : []) {
    watch.changed = changed;
    watchTree(part, watch);
  }
}

function watchActs(acts: readonly Act[], watch: Watch): void {
  for (const act of acts) {
    if (act.kind === "set") {
      look(act.value, watch);
      watch.changed ||= watch.isSource(act.variable);
    } else if (act.kind === "if") {
      look(act.test, watch);
      const before = watch.changed;
      watchActs(act.then, watch);
      const after = watch.changed;
      watch.changed = before;
      watchActs(act.otherwise, watch);
      watch.changed ||= after;
    }
  }
}

function look(expr: Expr, watch: Watch): void {
  watch.wrong ||= watch.changed && reads(expr, watch.isUse);
}

function substitute(tree: Tree, temporary: Variable, value: Expr): Tree {
  const put = (expr: Expr): Expr =>
    fold(replace(expr, (leaf) => (leaf.op === "variable" && leaf.of === temporary ? value : leaf)));
  const acts = (all: readonly Act[]): readonly Act[] =>
    all.map((act) => {
      if (act.kind === "set") return { ...act, value: put(act.value) };
      if (act.kind === "if")
        return { ...act, test: put(act.test), then: acts(act.then), otherwise: acts(act.otherwise) };
      return act;
    });
  const whole = (one: Tree): Tree => {
    const { end } = one;
    const tested = end.kind === "branch" ? { ...end, test: put(end.test) } : end;
    return mapEnd({ acts: acts(one.acts), end: tested }, whole);
  };
  return whole(tree);
}

function mapEnd({ acts, end }: Tree, change: (part: Tree) => Tree): Tree {
  if (end.kind === "branch") return { acts, end: { ...end, then: change(end.then), otherwise: change(end.otherwise) } };
  if (end.kind === "alternatives") return { acts, end: { ...end, of: end.of.map(change) } };
  return { acts, end };
}
