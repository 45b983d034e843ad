/** What the bench measures on, and how it counts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { CONDITIONS, fileToEdit, patchToEdit } from "../../server/src/cli/bench/edited";
import { median, quantile, ratioOf, targetTable } from "../../server/src/cli/bench/table";
import { readDocument } from "../../server/src/text/read";
import { root } from "../support/paths";

const own = readFileSync(path.join(root, "profiles/tdp-mmu/tdp_mmu.c"), "utf8");

test("the patch fits the file that it was made from, and its places are where one types", () => {
  const { text, quiet, acting } = patchToEdit(own);
  const { patches, problems } = readDocument(text);
  assert.deepEqual(problems, []);
  const lines = patches[0]?.files[0]?.hunks[0]?.lines ?? [];
  const before = lines.filter(({ kind }) => kind !== "added").map(({ code }) => code.text);
  assert.ok(before.length === 6 && own.includes(before.join("\n")));
  assert.equal(lines.filter(({ kind }) => kind === "added").length, 3);
  assert.equal(text.slice(quiet.start, quiet.start + quiet.length), "What is typed.");
  assert.match(text.slice(0, acting.start), /\+\tif \(refcount_read\(&root->tdp_mmu_root_count\) $/);
});

test("conditions that are typed differ from each other and fit into their place", () => {
  const { acting } = fileToEdit(own);
  assert.equal(new Set(CONDITIONS).size, CONDITIONS.length);
  assert.ok(CONDITIONS.every((condition) => condition.length <= acting.length));
});

test("medians, quantiles and ratios", () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(quantile([4, 1, 3, 2], 0.95), 4);
  assert.equal(
    quantile(
      Array.from({ length: 20 }, (_, n) => n + 1),
      0.95,
    ),
    19,
  );
  const slow = { what: "edit", measured: 200, target: 100, aim: "at most", unit: "ms", note: "" } as const;
  assert.equal(ratioOf(slow), 0.5);
  assert.equal(ratioOf({ ...slow, aim: "at least" }), 2);
  assert.match(targetTable([slow]), /\| edit \| 200 ms \| at most 100 ms \| 0\.50 \(missed\) \|/);
});
