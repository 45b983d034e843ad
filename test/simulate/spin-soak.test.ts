/** `npm run soak`: every model of every patch that we have, on SPIN and on our explorer. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { needs } from "../support/needs";
import { fixtures, root } from "../support/paths";
import { compareWithSpin, modelsOfPatch, told } from "./support/spin";

const MOST_STATES = 3_000_000;

const folders = [path.join(root, "examples"), path.join(fixtures, "patches")];
const patches = folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".patch")));
/** Many patches leave most scenarios as they are: what was compared once is not compared again. */
const compared = new Set<string>();

test("SPIN and the explorer agree on every model of every patch", async (t) => {
  if (!needs(t, "soak", "spin")) return;
  for (const patch of patches) {
    for (const { id, side, model, key } of await modelsOfPatch(patch)) {
      if (compared.has(key)) continue;
      compared.add(key);
      await t.test(`${patch}, ${side}: ${id}`, async (one) => {
        const result = await compareWithSpin(model, id, MOST_STATES);
        if (result) one.diagnostic(told(result));
        else one.skip(`it has more than ${MOST_STATES} states`);
      });
    }
  }
  assert.ok(compared.size > patches.length, "most patches have several models of their own");
});
