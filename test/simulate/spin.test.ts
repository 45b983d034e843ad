/** Real SPIN goes through the same states as our explorer, and finds the same: docs/spin.md tells how they correspond. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { needs } from "../support/needs";
import { fixtures } from "../support/paths";
import { compareWithSpin, modelsOfPatch, told } from "./support/spin";

/** Of the patch's side; a scenario stands for its model on the first base that the patch fits. */
interface Chosen {
  readonly patch: string;
  readonly side: "before" | "after";
  readonly scenarios: readonly string[];
}

const MOST_STATES = 200_000;

const chosen = JSON.parse(readFileSync(path.join(fixtures, "spin/models.json"), "utf8")) as readonly Chosen[];

// Waiting for gcc is most of it: two at a time.
test("SPIN and the explorer agree on models of patches", { concurrency: 2 }, async (t) => {
  if (!needs(t, "spin")) return;
  const compared = chosen.flatMap(({ patch, side, scenarios }) =>
    scenarios.map((scenario) =>
      t.test(`${patch}, ${side}: ${scenario}`, async (one) => {
        const models = await modelsOfPatch(patch);
        const found = models.find((model) => model.side === side && model.id.split("/")[1] === scenario);
        assert.ok(found, "there is no such model");
        const result = await compareWithSpin(found.model, found.id, MOST_STATES);
        assert.ok(result, `it has more than ${MOST_STATES} states`);
        one.diagnostic(told(result));
      }),
    ),
  );
  await Promise.all(compared);
});
