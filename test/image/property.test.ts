/** Whatever is edited in a file: its diff, laid under the very file, gives the edited file. */
import assert from "node:assert/strict";
import test from "node:test";
import { assert as check, property } from "fast-check";
import { buildImages } from "../../server/src/image/build";
import { edits } from "./edits";
import { at, checkSegments, fixture, patchOf, sourcesOf } from "./support";

const RUNS = { numRuns: 300 };

test("under the same base a diff gives exactly the edited file", async () => {
  const base = fixture("base/roots.c");
  const sources = await sourcesOf({ "roots.c": base });
  check(
    property(edits(base, "arch/x86/kvm/mmu/roots.c"), ({ before, after, diff }) => {
      const images = buildImages(patchOf(diff), sources);
      assert.equal(images.files.length, 1, JSON.stringify(images.problems));
      const file = at(images.files, 0);
      assert.equal(file.before?.code.text, before);
      assert.equal(file.after?.code.text, after);
      assert.deepEqual(file.fit.contradictions, []);
      checkSegments(images, { document: diff, "base:roots.c": base });
    }),
    RUNS,
  );
});
