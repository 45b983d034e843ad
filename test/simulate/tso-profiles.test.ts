/** On the bases of the bundled profiles store buffers change nothing: their locks and atomics order what has to be ordered. */
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { createParser } from "../../server/src/c/parser";
import type { Model } from "../../server/src/model/ir";
import { withStoreBuffers } from "../../server/src/model/passes/tso";
import { Bases, combinations } from "../../server/src/review/bases";
import { KERNEL, PROFILES } from "../../server/src/review/builtin";
import { modelsOf, sideOf } from "../../server/src/review/sides";
import { dist } from "../support/paths";
import { explore } from "./support/explore";

/** One in so many of all models is looked at. */
const EVERY = 8;
const MOST_STATES = 200_000;

test("every era is found to be the same with store buffers", async (t) => {
  let states = 0;
  let compared = 0;
  for (const [name, model] of await models()) {
    const [plain, buffered] = [model, withStoreBuffers(model)].map((machine) =>
      explore(machine, { maxStates: MOST_STATES }),
    );
    assert.ok(plain && buffered);
    assert.deepEqual(buffered.bounds, plain.bounds, name);
    assert.deepEqual(codesOf(buffered), codesOf(plain), name);
    states += buffered.states;
    compared++;
  }
  t.diagnostic(`${compared} models, ${states} states with store buffers`);
  assert.ok(compared > 30);
});

async function models(): Promise<readonly (readonly [string, Model])[]> {
  const parser = await createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  const bases = new Bases(parser, KERNEL);
  const found = new Map<string, readonly [string, Model]>();
  for (const loaded of PROFILES) {
    for (const facts of combinations(loaded.profile)) {
      const base = bases.of(loaded, facts);
      const variant = { loaded, base, images: { files: [], problems: [], loose: [] }, onTopOf: null };
      const side = sideOf(variant, "after", bases);
      for (const { scenario, key, model } of side ? modelsOf(side, variant) : []) {
        found.set(key, [`${Object.values(facts).join("+")} ${scenario.id}`, model]);
      }
    }
  }
  return [...found.values()].filter((_, index) => index % EVERY === 0);
}

function codesOf({ violations }: ReturnType<typeof explore>): readonly string[] {
  return [...new Set(violations.map(({ code }) => code))].sort();
}
