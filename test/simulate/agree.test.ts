/** The explorer against the interpreter, and its reductions against nothing at all, on many small models. */
import assert from "node:assert/strict";
import test from "node:test";
import type { ExploreOptions } from "../../server/src/simulate/explore";
import { DEFAULT_TUNING, Explorer, type Tuning } from "../../server/src/simulate/run/explorer";
import { traceOf } from "../../server/src/simulate/index";
import type { Exploration } from "../../server/src/simulate/result";
import { explore } from "./support/explore";
import { naive } from "./support/naive";
import { model } from "./support/notation";
import { randomModel } from "./support/random";

const MODELS = 200;
const LARGEST = 3000;

test("without reductions the explorer finds the states and codes that a plain search on the interpreter finds", () => {
  let compared = 0;
  for (let seed = 1; seed <= MODELS; seed++) {
    const text = randomModel(seed);
    const plain = naive(model(text), LARGEST);
    if (!plain) continue;
    compared++;
    const found = explore(text, { reduce: false });
    assert.deepEqual(
      [...new Set(found.violations.map(({ code }) => code))].sort(),
      plain.codes,
      `seed ${seed}\n${text}`,
    );
    assert.equal(found.states, plain.states, `states of seed ${seed}\n${text}`);
  }
  assert.ok(compared > MODELS / 2, `only ${compared} models were small enough`);
});

test("reductions change no verdict, and leave no step out that can run", () => {
  for (let seed = 1; seed <= 3 * MODELS; seed++) {
    const text = randomModel(seed);
    const raw = explore(text, { reduce: false, maxStates: 60_000 });
    if (raw.bounds.some(({ what }) => what === "states")) continue;
    const reduced = explore(text);
    assert.deepEqual(codesOf(reduced), codesOf(raw), `seed ${seed}\n${text}`);
    assert.deepEqual(reduced.executed.map(sorted), raw.executed.map(sorted), `steps of seed ${seed}\n${text}`);
  }
});

test("leaving states out changes no verdict, and leaves no step out that can run, in JavaScript and in WebAssembly", () => {
  let smaller = 0;
  for (let seed = 1; seed <= 4 * MODELS; seed++) {
    const text = randomModel(seed);
    const options = { maxStates: 200_000, facts: false, stopAtFirst: false, freeChoices: true, reduce: true };
    const [plain, ...thin] = [
      { thinFrom: Infinity, compileFrom: Infinity },
      { thinFrom: 0, compileFrom: Infinity },
      { thinFrom: 0, compileFrom: 0 },
      { thinFrom: 30, compileFrom: 0 },
    ].map((tuning) => run(text, options, { ...tuning, shortest: false }));
    if (!plain?.complete) continue;
    for (const one of thin) {
      assert.deepEqual(codesOf(one), codesOf(plain), `seed ${seed}\n${text}`);
      assert.deepEqual(one.executed.map(sorted), plain.executed.map(sorted), `steps of seed ${seed}\n${text}`);
      assert.ok(one.complete, `seed ${seed}\n${text}`);
    }
    const [interpreted, compiled] = thin;
    assert.deepEqual(
      [compiled?.states, compiled?.transitions],
      [interpreted?.states, interpreted?.transitions],
      `seed ${seed}\n${text}`,
    );
    if ((compiled?.states ?? 0) < plain.states) smaller++;
  }
  assert.ok(smaller > MODELS, `only ${smaller} models became smaller`);
});

test("each violation's decisions lead the interpreter to the same finding", () => {
  for (let seed = 1; seed <= MODELS; seed++) {
    const text = randomModel(seed);
    for (const reduce of [true, false]) {
      const { violations } = explore(text, { reduce });
      for (const { code, message, decisions } of violations) {
        const steps = traceOf(model(text), decisions);
        assert.equal(steps.length, decisions.length, `seed ${seed}: ${code} was not replayed to its end\n${text}`);
        const told = steps.at(-1)?.findings ?? [];
        const all = told.map((finding) => `${finding.code} ${finding.message}`);
        assert.ok(
          all.includes(`${code} ${message}`),
          `seed ${seed}: ${code} ${message}, but ${all.join("; ")}\n${text}`,
        );
      }
    }
  }
});

test("WebAssembly gives what the interpreter gives, from wherever it takes over", () => {
  for (let seed = 1; seed <= MODELS; seed++) {
    const text = randomModel(seed);
    for (const reduce of [true, false]) {
      const options = {
        maxStates: 3000,
        facts: seed % 2 === 0,
        stopAtFirst: seed % 5 === 0,
        freeChoices: true,
        reduce,
      };
      const [interpreted, ...compiled] = [Infinity, 0, 20, 300].map((compileFrom) =>
        run(text, options, { ...DEFAULT_TUNING, compileFrom, thinFrom: Infinity }),
      );
      for (const one of compiled) assert.deepEqual(one, interpreted, `seed ${seed}\n${text}`);
    }
  }
});

function run(text: string, options: ExploreOptions, tuning: Tuning): Exploration {
  const explorer = new Explorer(model(text), options, tuning);
  while (!explorer.advance(1000));
  return explorer.result();
}

function codesOf({ violations }: Exploration): readonly string[] {
  return [...new Set(violations.map(({ code }) => code))].sort();
}

function sorted(steps: ReadonlySet<number>): readonly number[] {
  return [...steps].sort((a, b) => a - b);
}
