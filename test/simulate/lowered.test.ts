/** The explorer and the interpreter on models as they come out of C: the bundled examples on their bases. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { createParser } from "../../server/src/c/parser";
import type { Model } from "../../server/src/model/ir";
import { Bases } from "../../server/src/review/bases";
import { KERNEL, PROFILES } from "../../server/src/review/builtin";
import { modelsOf, sideOf } from "../../server/src/review/sides";
import { variantsOf } from "../../server/src/review/variants";
import { traceOf } from "../../server/src/simulate/index";
import { readDocument } from "../../server/src/text/read";
import { dist, fixtures } from "../support/paths";
import { explore } from "./support/explore";
import { naive } from "./support/naive";

const PATCHES = ["put-root-iterator", "kref-get", "worker-leaks-vm"];
/** Raw states up to which the plain search can follow in reasonable time. */
const SMALL = 350;
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
  assert.ok(compared >= 10 && replayed >= 10);
});

async function models(): Promise<readonly Model[]> {
  const parser = await createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  const bases = new Bases(parser, KERNEL);
  const found = new Map<string, Model>();
  for (const name of PATCHES) {
    const { patches } = readDocument(readFileSync(path.join(fixtures, "patches", `${name}.patch`), "utf8"));
    for (const patch of patches) {
      for (const profile of PROFILES) {
        for (const variant of variantsOf(patch, profile, bases, () => undefined)) {
          for (const side of ["before", "after"] as const) {
            const lowered = sideOf(variant, side, bases);
            for (const { key, model } of lowered ? modelsOf(lowered, variant) : []) found.set(key, model);
          }
        }
      }
    }
  }
  return [...found.values()];
}
