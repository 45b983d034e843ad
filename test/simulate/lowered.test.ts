/** The explorer and the interpreter on models as they come out of C: the bases of the bundled profiles. */
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { createParser } from "../../server/src/c/parser";
import type { Model } from "../../server/src/model/ir";
import { Bases, combinations } from "../../server/src/review/bases";
import { KERNEL, PROFILES } from "../../server/src/review/builtin";
import { modelsOf, sideOf } from "../../server/src/review/sides";
import { traceOf } from "../../server/src/simulate/index";
import { dist } from "../support/paths";
import { explore } from "./support/explore";
import { naive } from "./support/naive";

/** One in so many of all models is looked at. */
const EVERY = 5;
/** Raw states up to which the plain search can follow in reasonable time. */
const SMALL = 500;
const MOST_COMPARED = 15;

test("models lowered from C: same states and codes as a plain search, and every finding is replayed", async (t) => {
  let compared = 0;
  let replayed = 0;
  for (const model of await models()) {
    const { states, violations } = explore(model, { maxStates: 10_000 });
    for (const { code, message, step, decisions } of violations) {
      const steps = traceOf(model, decisions);
      assert.equal(steps.length, decisions.length, `${code} is not replayed to its end`);
      const last = steps.at(-1);
      assert.ok(
        last?.findings.some((found) => found.code === code && found.message === message),
        `${code}: ${message}`,
      );
      assert.equal(last?.step, step);
      replayed++;
    }
    if (states > SMALL || compared >= MOST_COMPARED) continue;
    const raw = explore(model, { reduce: false, maxStates: SMALL });
    const plain = raw.complete ? naive(model, 2 * SMALL) : null;
    if (!plain) continue;
    compared++;
    assert.equal(raw.states, plain.states, model.threads.map(({ name }) => name).join(" | "));
    assert.deepEqual([...new Set(violations.map(({ code }) => code))].sort(), plain.codes);
  }
  t.diagnostic(`${compared} models compared, ${replayed} findings replayed`);
  assert.ok(compared >= 5 && replayed >= 5);
});

async function models(): Promise<readonly Model[]> {
  const parser = await createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  const bases = new Bases(parser, KERNEL);
  const found = new Map<string, Model>();
  const images = { files: [], problems: [], loose: [] };
  for (const loaded of PROFILES) {
    for (const facts of combinations(loaded.profile)) {
      const variant = { loaded, base: bases.of(loaded, facts), images, onTopOf: null };
      const side = sideOf(variant, "after", bases);
      for (const { key, model } of side ? modelsOf(side, variant) : []) found.set(key, model);
    }
  }
  // A fair choice of all of them, the same in each run.
  return [...found.values()].filter((_, index) => index % EVERY === 0);
}
