/** Real mails over a small base of ours. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { buildImages } from "../../server/src/image/build";
import { readDocument } from "../../server/src/text/read";
import { corpus, needs } from "../support/needs";
import { at, checkSegments, fixture, parser, sourcesOf } from "./support";

test("the put_root diff of the seed mail becomes whole functions, its hidden lines taken from the base", async (t) => {
  if (!needs(t, "corpus")) return;
  const text = readFileSync(path.join(corpus(), "seed/review-mail.txt"), "utf8");
  const base = fixture("base/roots.c");
  const sources = await sourcesOf({ "roots.c": base });
  const patch = readDocument(text).patches.find((one) => one.files[0]?.newPath?.endsWith("tdp_mmu.c") === true);
  assert.ok(patch !== undefined);
  const images = buildImages(patch, sources);
  checkSegments(images, { document: text, "base:roots.c": base });
  const file = at(images.files, 0);
  assert.equal(file.fit.contradicted, 0, file.fit.contradictions.join("\n"));
  assert.deepEqual(file.changed, [
    { name: "kvm_tdp_mmu_put_root", before: true, after: true },
    { name: "kvm_tdp_root_mark_invalid", before: false, after: true },
  ]);
  const reader = await parser;
  for (const image of [file.before, file.after]) {
    const code = image?.code.text ?? "";
    const parsed = reader.parse("image.c", code, {});
    assert.deepEqual(parsed.problems, []);
    const put = parsed.functions.find((one) => one.name === "kvm_tdp_mmu_put_root");
    const body = code.slice(put?.place.start, put?.place.end);
    assert.match(
      body,
      /^\tkvm_lockdep_assert_mmu_lock_held\(kvm, shared\);\n\n\tif \(!refcount_dec_and_test\(.*\)\)\n\t\treturn;\n\n\tWARN_ON/m,
    );
  }
  assert.deepEqual(
    file.assumptions.map(({ kind, function: name }) => [kind, name]),
    [["gap-from-base", "kvm_tdp_mmu_put_root"]],
  );
  assert.match(at(file.assumptions, 0).text, /^3 lines of kvm_tdp_mmu_put_root\(\) between the two hunks/);
});
