/** Real SPIN goes through the same states as our explorer where threads have store buffers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { createParser } from "../../server/src/c/parser";
import { readLitmus } from "../../server/src/model/litmus/litmus";
import { withStoreBuffers } from "../../server/src/model/passes/tso";
import { KERNEL } from "../../server/src/review/builtin";
import { needs } from "../support/needs";
import { dist, fixtures } from "../support/paths";
import { model } from "./support/notation";
import { randomModel } from "./support/random";
import { compareWithSpin, modelsOfPatch, told } from "./support/spin";

const LITMUS = ["SB", "SB+unlock", "R", "RCU+SB", "IRIW"];
/** Of the first dozen those with the most kinds of steps; the last one has a list, a worker and RCU callbacks. */
const SEEDS = [2, 5, 7, 11];
/** Patch and scenario. */
const PATCHES = [
  ["put-root.patch", "load-put-put"],
  ["kref-get.patch", "lookup-remove"],
] as const;
const MOST_STATES = 100_000;

test("SPIN and the explorer agree on litmus tests with store buffers", async (t) => {
  if (!needs(t, "spin")) return;
  const parser = await createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  for (const name of LITMUS) {
    await t.test(name, async (one) => {
      const text = readFileSync(path.join(fixtures, "litmus", `${name}.litmus`), "utf8");
      const compared = await compareWithSpin(
        withStoreBuffers(readLitmus(text, parser, KERNEL).model),
        name,
        MOST_STATES,
      );
      assert.ok(compared);
      one.diagnostic(told(compared));
    });
  }
});

test("SPIN and the explorer agree on random models with store buffers", async (t) => {
  if (!needs(t, "spin")) return;
  for (const seed of SEEDS) {
    await t.test(`seed ${seed}`, async (one) => {
      const compared = await compareWithSpin(withStoreBuffers(model(randomModel(seed))), `seed ${seed}`, MOST_STATES);
      assert.ok(compared, `it has more than ${MOST_STATES} states`);
      one.diagnostic(told(compared));
    });
  }
});

test("SPIN and the explorer agree on models of a patch with store buffers", async (t) => {
  if (!needs(t, "spin")) return;
  for (const [patch, scenario] of PATCHES) {
    await t.test(`${patch}: ${scenario}`, async (one) => {
      const models = await modelsOfPatch(patch);
      const found = models.find(({ side, id }) => side === "after" && id.split("/")[1] === scenario);
      assert.ok(found, "there is no such model");
      const compared = await compareWithSpin(withStoreBuffers(found.model), found.id, MOST_STATES);
      assert.ok(compared, `it has more than ${MOST_STATES} states`);
      one.diagnostic(told(compared));
    });
  }
});
