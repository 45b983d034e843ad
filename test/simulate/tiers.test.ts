/**
 * Models as they come out of C, and mutants of them: a search that leaves states out must find what there is to find,
 * and WebAssembly must go exactly the way that the interpreter goes.
 */
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { createParser } from "../../server/src/c/parser";
import type { Model } from "../../server/src/model/ir";
import { Bases } from "../../server/src/review/bases";
import { KERNEL, PROFILES } from "../../server/src/review/builtin";
import { subjectsOf } from "../../server/src/review/mutants/subject";
import type { Exploration } from "../../server/src/simulate/result";
import { Explorer, type Tuning } from "../../server/src/simulate/run/explorer";
import { dist } from "../support/paths";

/** One in so many subjects, and of each one in so many mutants, is looked at. */
const SUBJECTS = 7;
const MUTANTS = 9;
const SMALL = 4000;

test("mutants of models lowered from C: every search finds the same", async (t) => {
  const [plain, slow, fast] = [tuning(Infinity, Infinity), tuning(0, Infinity), tuning(0, 0)];
  let [compared, violated, smaller] = [0, 0, 0];
  for (const { name, model } of await models()) {
    const all = run(model, plain);
    if (!all.complete) continue;
    compared++;
    if (all.violations.length > 0) violated++;
    const [interpreted, compiled] = [run(model, slow), run(model, fast)];
    for (const thin of [interpreted, compiled]) {
      assert.deepEqual(codesOf(thin), codesOf(all), name);
      assert.deepEqual(thin.executed, all.executed, name);
      assert.ok(thin.complete, name);
    }
    assert.deepEqual([compiled.states, compiled.transitions], [interpreted.states, interpreted.transitions], name);
    assert.deepEqual(run(model, tuning(Infinity, 100)), all, name);
    if (2 * compiled.states < all.states) smaller++;
  }
  t.diagnostic(`${compared} models compared, ${violated} of them with findings, ${smaller} less than half as large`);
  assert.ok(compared > 100 && violated > 20 && smaller > 20);
});

function tuning(thinFrom: number, compileFrom: number): Tuning {
  return { thinFrom, compileFrom, shortest: false };
}

function run(model: Model, how: Tuning): Exploration {
  const options = { maxStates: SMALL, facts: false, stopAtFirst: false, freeChoices: true, reduce: true };
  const explorer = new Explorer(model, options, how);
  while (!explorer.advance(1000));
  return explorer.result();
}

function codesOf({ violations }: Exploration): readonly string[] {
  return [...new Set(violations.map(({ code }) => code))].sort();
}

/** A choice of them, the same in each run: each mutant in one scenario that it changes. */
async function models(): Promise<readonly { readonly name: string; readonly model: Model }[]> {
  const parser = await createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  const subjects = subjectsOf(PROFILES, new Bases(parser, KERNEL)).filter((_, index) => index % SUBJECTS === 0);
  return subjects.flatMap(({ scenarios, mutants }) => [
    ...scenarios.map(({ model, scenario }) => ({ name: scenario.id, model })),
    ...mutants.flatMap((mutant, index) => {
      if (index % MUTANTS !== 0) return [];
      const changed = scenarios
        .map(({ model, scenario }) => ({
          name: `${scenario.id} ${mutant.title}`,
          model: mutant.apply(model),
          was: model,
        }))
        .filter(({ model, was }) => model !== was);
      const one = changed[index % Math.max(changed.length, 1)];
      return one ? [one] : [];
    }),
  ]);
}
