/** What the passes over a program leave out must be nothing that anybody could notice. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Action, Model, Program, Step } from "../../server/src/model/ir";
import { forward } from "../../server/src/model/passes/forward";
import { simplify } from "../../server/src/model/passes/simplify";
import { naive } from "./support/naive";
import { model } from "./support/notation";
import { numbers, randomModel } from "./support/random";

const MODELS = 300;
const LARGEST = 3000;

const PASSES: Readonly<Record<string, (program: Program) => Program>> = {
  forward,
  simplify: (program) => simplify(program, () => false),
};

for (const [name, pass] of Object.entries(PASSES)) {
  test(`${name} changes no finding of a random model`, () => {
    let smaller = 0;
    for (let seed = 1; seed <= MODELS; seed++) {
      const text = randomModel(seed);
      const whole = model(text);
      const plain = naive(whole, LARGEST);
      if (!plain) continue;
      const passed: Model = { ...whole, programs: whole.programs.map(pass) };
      const after = naive(passed, LARGEST);
      assert.deepEqual(after?.codes, plain.codes, `seed ${seed}\n${text}`);
      if (after !== null && after.states < plain.states) smaller++;
    }
    assert.ok(smaller > 0, `only ${smaller} models became smaller`);
  });
}

test("a result that is handed on and tested at once leaves nothing of it behind", () => {
  const { programs } = model(`
type root: count refcount 3
object root: count=1
thread CPU 0: p 1
program p root:r
  x = 1
  y = x
  if y goto yes
  inc r.count
  yes: dec r.count
  end
`);
  const kinds = programs.map((program) => simplify(program, () => false).steps.map(({ action }) => action.kind));
  assert.deepEqual(kinds, [["refcount", "end"]]);
});

test("what is simplified is not simplified further, whatever goes round and round in it", () => {
  for (let seed = 1; seed <= GRAPHS; seed++) {
    const program = randomGraph(numbers(seed));
    const once = simplify(program, () => false);
    assert.equal(
      simplify(once, () => false),
      once,
      `seed ${seed}: ${JSON.stringify(program.steps)}`,
    );
  }
});

const GRAPHS = 2000;

/** A few steps of one thread that lead to each other at will. */
function randomGraph(below: (limit: number) => number): Program {
  const size = 2 + below(7);
  const value = () => (below(2) === 0 ? ({ kind: "const", value: below(2) } as const) : local(below(2)));
  const actions: readonly (() => readonly [Action, number])[] = [
    () => [{ kind: "assign", into: below(2), value: value() }, 1],
    () => [{ kind: "branch", test: value() }, 2],
    () => [{ kind: "choose", nature: "free", what: "either" }, 2],
    () => [{ kind: "sleep", what: "sleep" }, 1],
  ];
  const steps = Array.from({ length: size }, (): Step => {
    const [action, ways] = actions[below(actions.length)]?.() ?? [{ kind: "end" }, 0];
    const next = Array.from({ length: ways }, () => below(size));
    return { action, next, place: null, text: "", stack: [], acting: false };
  });
  return { name: "graph", locals: ["a", "b"].map((name) => ({ name, max: 1, type: null })), steps };
}

function local(index: number) {
  return { kind: "local", local: index } as const;
}
