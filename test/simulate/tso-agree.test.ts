/** Store buffers: the explorer against the interpreter, its reductions against nothing, on many small models. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Model } from "../../server/src/model/ir";
import { hasStoreBuffers, withStoreBuffers } from "../../server/src/model/passes/tso";
import { traceOf } from "../../server/src/simulate/index";
import type { Exploration } from "../../server/src/simulate/result";
import { DEFAULT_TUNING, Explorer } from "../../server/src/simulate/run/explorer";
import { explore } from "./support/explore";
import { naive } from "./support/naive";
import { model } from "./support/notation";
import { randomModel } from "./support/random";

const MODELS = 200;
const LARGEST = 4000;

test("without reductions the explorer finds the states and codes of a plain search on the interpreter", () => {
  let compared = 0;
  for (let seed = 1; seed <= MODELS; seed++) {
    const [text, buffered] = randomBuffered(seed);
    const plain = naive(buffered, LARGEST);
    if (!plain || !hasStoreBuffers(buffered)) continue;
    compared++;
    const found = explore(buffered, { reduce: false });
    assert.deepEqual(codesOf(found), plain.codes, `seed ${seed}\n${text}`);
    assert.equal(found.states, plain.states, `states of seed ${seed}\n${text}`);
  }
  assert.ok(compared > MODELS / 4, `only ${compared} models were small enough`);
});

test("reductions change no verdict, and leave no step out that can run", () => {
  for (let seed = 1; seed <= 2 * MODELS; seed++) {
    const [text, buffered] = randomBuffered(seed);
    const raw = explore(buffered, { reduce: false, maxStates: 30_000 });
    if (raw.bounds.some(({ what }) => what === "states")) continue;
    const options = { maxStates: 200_000, facts: false, stopAtFirst: false, freeChoices: true, reduce: true };
    for (const thinFrom of [Infinity, 0]) {
      const run = new Explorer(buffered, options, { ...DEFAULT_TUNING, thinFrom, shortest: false });
      while (!run.advance(1000));
      const reduced = run.result();
      assert.deepEqual(codesOf(reduced), codesOf(raw), `seed ${seed}\n${text}`);
      assert.deepEqual(reduced.executed.map(sorted), raw.executed.map(sorted), `steps of seed ${seed}\n${text}`);
    }
  }
});

test("what is found with stores at once is found with store buffers, too", () => {
  for (let seed = 1; seed <= MODELS; seed++) {
    const [text, buffered] = randomBuffered(seed);
    const found = explore(buffered, { maxStates: 100_000 });
    if (found.bounds.some(({ what }) => what === "states")) continue;
    const missing = codesOf(explore(text)).filter((code) => !codesOf(found).includes(code));
    assert.deepEqual(missing, [], `seed ${seed}\n${text}`);
  }
});

test("each violation's decisions lead the interpreter to the same finding", () => {
  for (let seed = 1; seed <= MODELS; seed++) {
    const [text, buffered] = randomBuffered(seed);
    const { violations } = explore(buffered, { maxStates: 100_000 });
    for (const { code, message, decisions } of violations) {
      const steps = traceOf(buffered, decisions);
      assert.equal(steps.length, decisions.length, `seed ${seed}: ${code} was not replayed to its end\n${text}`);
      const all = (steps.at(-1)?.findings ?? []).map((finding) => `${finding.code} ${finding.message}`);
      assert.ok(all.includes(`${code} ${message}`), `seed ${seed}: ${code} ${message}, but ${all.join("; ")}\n${text}`);
    }
  }
});

function randomBuffered(seed: number): readonly [string, Model] {
  const text = randomModel(seed);
  return [text, withStoreBuffers(model(text))];
}

function codesOf({ violations }: Exploration): readonly string[] {
  return [...new Set(violations.map(({ code }) => code))].sort();
}

function sorted(steps: ReadonlySet<number>): readonly number[] {
  return [...steps].sort((a, b) => a - b);
}
