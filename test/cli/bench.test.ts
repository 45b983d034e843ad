/** What the bench measures on, and how it counts. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { CONDITIONS, fileToEdit, patchToEdit } from "../../server/src/cli/bench/edited";
import { median, quantile, ratioOf, targetTable } from "../../server/src/cli/bench/table";
import { patchesBetween } from "../../server/src/cli/bench/tree-diff";
import { readDocument } from "../../server/src/text/read";
import { needs } from "../support/needs";
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

test("what differs between two trees is one patch for each C file", async (t) => {
  if (!needs(t, "git")) return;
  const folder = mkdtempSync(path.join(tmpdir(), "lastput-bench-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const side of ["old", "new"]) {
    write(`${side}/lib/a/b.c`, `int b(void)\n{\n\treturn a / ${side.length};\n}\n// ${side}\n`);
    write(`${side}/lib/same.c`, "int same;\n");
    write(`${side}/lib/Kconfig`, `# ${side}\n`);
  }
  write("new/lib/c.h", "int c(void);\n");
  const between = await patchesBetween(path.join(folder, "old"), path.join(folder, "new"), "lib");
  assert.deepEqual(
    between.map((each) => each.path),
    ["lib/a/b.c", "lib/c.h"],
  );
  for (const { path: file, text } of between) {
    const { patches, problems } = readDocument(text);
    assert.deepEqual(problems, []);
    assert.equal(patches[0]?.files[0]?.newPath, file);
  }
  assert.deepEqual(await patchesBetween(path.join(folder, "old"), path.join(folder, "new"), "net"), []);
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
