/** Random models on SPIN: deadlocks, leaks, flushes, barriers and what else patches seldom have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../support/needs";
import { model } from "./support/notation";
import { randomModel } from "./support/random";
import { compareWithSpin, told } from "./support/spin";

/** The last one marks a grace period by who holds a lock, whose value is more than 1 for a writer. */
const SEEDS = [...Array.from({ length: 24 }, (_, index) => index + 1), 135];
const MOST_STATES = 50_000;

test("SPIN and the explorer agree on random models", async (t) => {
  if (!needs(t, "spin")) return;
  for (const seed of SEEDS) {
    await t.test(`seed ${seed}`, async (one) => {
      const compared = await compareWithSpin(model(randomModel(seed)), `random model ${seed}`, MOST_STATES);
      assert.ok(compared, `it has more than ${MOST_STATES} states`);
      one.diagnostic(told(compared));
    });
  }
});
