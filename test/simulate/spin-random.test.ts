/** Random models on SPIN: deadlocks, leaks, flushes, barriers and what else patches seldom have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../support/needs";
import { model } from "./support/notation";
import { randomModel } from "./support/random";
import { compareWithSpin, told } from "./support/spin";

const MODELS = 24;
const MOST_STATES = 50_000;

test("SPIN and the explorer agree on random models", async (t) => {
  if (!needs(t, "spin")) return;
  for (let seed = 1; seed <= MODELS; seed++) {
    await t.test(`seed ${seed}`, async (one) => {
      const compared = await compareWithSpin(model(randomModel(seed)), `random model ${seed}`, MOST_STATES);
      assert.ok(compared, `it has more than ${MOST_STATES} states`);
      one.diagnostic(told(compared));
    });
  }
});
