/**
 * A tree as guarded options, each with one control state to go to: what SPIN's `if :: d_step { guard; acts }; goto L`
 * can say. The guards of the options of one tree and one alternative exclude each other.
 */
import { binary, constant, type Expr } from "../machine/micro";
import { largest, type Variable } from "../machine/variables";
import { choice, fold, replace } from "./fold";
import { mostOf } from "../machine/range";
import type { Act, Tree } from "./tree";

export interface Option {
  /** Of the state before. */
  readonly guard: Expr;
  readonly acts: readonly Act[];
  /** A value of `pc`; null where the path ends in a finding and the state stays as it is. */
  readonly to: number | null;
}

export function optionsOf(tree: Tree): Option[] {
  return leavesOf(tree).flatMap((leaf) => {
    const guard = guardOf(tree, leaf, new Map());
    if (guard.op === "const" && guard.value === 0) return [];
    // What is done on the way to a finding that ends the path is not kept: only the findings themselves count.
    const acts = leaf.to === null ? reportsOf(tree, leaf, new Map()) : actsOf(tree, leaf);
    return [{ guard, acts, to: leaf.to }];
  });
}

interface Leaf {
  /** Taken at the alternatives on the way. */
  readonly taken: readonly number[];
  readonly to: number | null;
}

/** Values that variables have by now, in terms of the state before. */
type Values = ReadonlyMap<Variable, Expr>;

function leavesOf(tree: Tree): Leaf[] {
  const leaves = new Map<string, Leaf>();
  const visit = ({ end }: Tree, taken: readonly number[]): void => {
    if (end.kind === "rest" || end.kind === "stop") {
      const to = end.kind === "rest" ? end.pc : null;
      leaves.set(`${taken.join()} ${to}`, { taken, to });
    } else if (end.kind === "branch") {
      visit(end.then, taken);
      visit(end.otherwise, taken);
    } else if (end.kind === "alternatives") {
      for (const [index, one] of end.of.entries()) visit(one, [...taken, index]);
    }
  };
  visit(tree, []);
  return [...leaves.values()];
}

function guardOf({ acts, end }: Tree, leaf: Leaf, before: Values): Expr {
  const values = done(acts, before);
  switch (end.kind) {
    case "rest":
    case "stop":
      return constant(isAt(end, leaf) ? 1 : 0);
    case "block":
      return constant(0);
    case "branch": {
      const then = guardOf(end.then, leaf, values);
      const otherwise = guardOf(end.otherwise, leaf, values);
      return choice(valued(end.test, values), then, otherwise);
    }
    case "alternatives": {
      const [first, one] = chosen(end.of, leaf);
      return one ? guardOf(one, { ...leaf, taken: leaf.taken.slice(1) }, values) : constant(first);
    }
  }
}

/** The acts on all ways to the leaf; the guard has made sure that it is one of them. */
function actsOf({ acts, end }: Tree, leaf: Leaf): readonly Act[] {
  if (end.kind === "alternatives") {
    const [, one] = chosen(end.of, leaf);
    return one ? [...acts, ...actsOf(one, { ...leaf, taken: leaf.taken.slice(1) })] : acts;
  }
  if (end.kind !== "branch") return acts;
  if (!reaches(end.then, leaf)) return [...acts, ...actsOf(end.otherwise, leaf)];
  if (!reaches(end.otherwise, leaf)) return [...acts, ...actsOf(end.then, leaf)];
  const then = actsOf(end.then, leaf);
  const otherwise = actsOf(end.otherwise, leaf);
  return then.length + otherwise.length === 0 ? acts : [...acts, { kind: "if", test: end.test, then, otherwise }];
}

function reportsOf({ acts, end }: Tree, leaf: Leaf, before: Values): readonly Act[] {
  const own = reportsAmong(acts, before);
  const values = done(acts, before);
  if (end.kind === "alternatives") {
    const [, one] = chosen(end.of, leaf);
    return one ? [...own, ...reportsOf(one, { ...leaf, taken: leaf.taken.slice(1) }, values)] : own;
  }
  if (end.kind !== "branch") return own;
  const then = reaches(end.then, leaf) ? reportsOf(end.then, leaf, values) : null;
  const otherwise = reaches(end.otherwise, leaf) ? reportsOf(end.otherwise, leaf, values) : null;
  if (then === null || otherwise === null) return [...own, ...(then ?? []), ...(otherwise ?? [])];
  return [...own, ...conditional(valued(end.test, values), then, otherwise)];
}

function reportsAmong(acts: readonly Act[], before: Values): readonly Act[] {
  let values = before;
  return acts.flatMap((act): readonly Act[] => {
    const now = values;
    values = done([act], now);
    if (act.kind === "set") return [];
    if (act.kind === "report") return [act];
    return conditional(valued(act.test, now), reportsAmong(act.then, now), reportsAmong(act.otherwise, now));
  });
}

function conditional(test: Expr, then: readonly Act[], otherwise: readonly Act[]): readonly Act[] {
  return then.length + otherwise.length === 0 ? [] : [{ kind: "if", test, then, otherwise }];
}

function reaches({ end }: Tree, leaf: Leaf): boolean {
  if (end.kind === "branch") return reaches(end.then, leaf) || reaches(end.otherwise, leaf);
  if (end.kind === "alternatives") {
    const [, one] = chosen(end.of, leaf);
    return one !== undefined && reaches(one, { ...leaf, taken: leaf.taken.slice(1) });
  }
  return end.kind !== "block" && isAt(end, leaf);
}

function isAt(end: Extract<Tree["end"], { readonly kind: "rest" | "stop" }>, leaf: Leaf): boolean {
  return leaf.taken.length === 0 && leaf.to === (end.kind === "rest" ? end.pc : null);
}

/** 0 beside the alternative that the leaf takes next: what its guard is where it takes none here. */
function chosen(of: readonly Tree[], leaf: Leaf): readonly [0, Tree | undefined] {
  const [first] = leaf.taken;
  return [0, first === undefined ? undefined : of[first]];
}

function done(acts: readonly Act[], before: Values): Values {
  if (acts.length === 0) return before;
  const values = new Map(before);
  for (const act of acts) {
    if (act.kind === "set") values.set(act.variable, cut(valued(act.value, values), act.variable));
    else if (act.kind === "if") {
      const test = valued(act.test, values);
      const then = done(act.then, values);
      const otherwise = done(act.otherwise, values);
      for (const variable of new Set([...then.keys(), ...otherwise.keys()])) {
        const [a, b] = [then.get(variable), otherwise.get(variable)];
        if (a === b) continue;
        const own: Expr = { op: "variable", of: variable };
        values.set(variable, { op: "if", test, then: a ?? own, otherwise: b ?? own });
      }
    }
  }
  return values;
}

/** What does not fit into the variable is cut off. */
function cut(value: Expr, variable: Variable): Expr {
  return mostOf(value) <= largest(variable) ? value : binary("&", value, constant(largest(variable)));
}

function valued(expr: Expr, values: Values): Expr {
  if (values.size === 0) return expr;
  return fold(replace(expr, (leaf) => (leaf.op === "variable" ? (values.get(leaf.of) ?? leaf) : leaf)));
}
