/** The explorer against the interpreter, and its reductions against nothing at all, on many small models. */
import assert from "node:assert/strict";
import test from "node:test";
import { DEFAULT_TUNING, Explorer } from "../../server/src/simulate/run/explorer";
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

test("persistent sets change no verdict, and leave no step out that can run", () => {
  let smaller = 0;
  for (let seed = 1; seed <= 4 * MODELS; seed++) {
    const text = randomModel(seed);
    const options = { maxStates: 200_000, facts: false, stopAtFirst: false, freeChoices: true, reduce: true };
    const [without, by] = [Infinity, 0].map((persistentFrom) => {
      const run = new Explorer(model(text), options, { ...DEFAULT_TUNING, persistentFrom, shortest: false });
      while (!run.advance(1000));
      return run.result();
    });
    if (!without || !by || !without.complete) continue;
    const told = (result: typeof by): readonly string[] =>
      [...new Set(result.violations.map(({ code }) => code))].sort();
    assert.deepEqual(told(by), told(without), `seed ${seed}\n${text}`);
    assert.deepEqual(by.executed.map(sorted), without.executed.map(sorted), `steps of seed ${seed}\n${text}`);
    if (by.states < without.states) smaller++;
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
      const [interpreted, ...compiled] = [Infinity, 0, 20, 300].map((compileFrom) => {
        const run = new Explorer(model(text), options, { ...DEFAULT_TUNING, compileFrom, persistentFrom: Infinity });
        while (!run.advance(1000));
        return run.result();
      });
      for (const one of compiled) assert.deepEqual(one, interpreted, `seed ${seed}\n${text}`);
    }
  }
});

function codesOf({ violations }: Exploration): readonly string[] {
  return [...new Set(violations.map(({ code }) => code))].sort();
}

function sorted(steps: ReadonlySet<number>): readonly number[] {
  return [...steps].sort((a, b) => a - b);
}
