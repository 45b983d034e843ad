/** The models that are made of patches, in the explorer and in the interpreter that knows nothing of it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { createParser } from "../../server/src/c/parser";
import { Bases } from "../../server/src/review/bases";
import { KERNEL } from "../../server/src/review/builtin";
import { inferProfiles } from "../../server/src/review/inferred/infer";
import { modelsOf, sideOf } from "../../server/src/review/sides";
import { NO_WORKSPACE } from "../../server/src/review/variants";
import { traceOf } from "../../server/src/simulate/index";
import { readDocument } from "../../server/src/text/read";
import { explore } from "../simulate/support/explore";
import { naive } from "../simulate/support/naive";
import { dist, fixtures } from "../support/paths";

/** Of each patch; the plain search takes its time. */
const TRIALS = 2;
const SMALL = 2_000;

test("inferred models: the codes of a plain search, and every finding is replayed", async (t) => {
  const parser = await createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  let compared = 0;
  let replayed = 0;
  const folder = path.join(fixtures, "inferred/fixes");
  for (const file of readdirSync(folder)) {
    const document = readDocument(readFileSync(path.join(folder, file), "utf8"));
    const [patch] = document.patches;
    assert.ok(patch !== undefined, file);
    const bases = new Bases(parser, KERNEL);
    const { trials } = inferProfiles(patch, bases, NO_WORKSPACE, document);
    assert.ok(trials.length > 0, `${file} implies nothing`);
    for (const { variant } of trials.slice(0, TRIALS)) {
      for (const name of ["before", "after"] as const) {
        const side = sideOf(variant, name, bases);
        for (const { model } of side === null ? [] : modelsOf(side, variant)) {
          const { violations } = explore(model);
          for (const { code, decisions } of violations) {
            const last = traceOf(model, decisions).at(-1);
            assert.ok(last?.findings.some((found) => found.code === code) === true, `${file}: ${code}`);
            replayed++;
          }
          const plain = naive(model, SMALL);
          if (plain === null) continue;
          compared++;
          assert.deepEqual([...new Set(violations.map(({ code }) => code))].toSorted(), plain.codes, file);
        }
      }
    }
  }
  t.diagnostic(`${compared} models compared, ${replayed} findings replayed`);
  assert.ok(compared > 20 && replayed > 20);
});
