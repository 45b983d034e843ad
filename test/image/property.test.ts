/** Whatever is edited in a file: its diff, laid under the very file, gives the edited file. */
import assert from "node:assert/strict";
import test from "node:test";
import { array, assert as check, asyncProperty, constantFrom, nat, property, record } from "fast-check";
import { buildImages } from "../../server/src/image/build";
import { readDocument } from "../../server/src/text/read";
import { edits } from "./edits";
import { at, checkSegments, fixture, patchOf, sourcesOf } from "./support";

const RUNS = { numRuns: 300 };

test("under the same base a diff gives exactly the edited file", async () => {
  const base = fixture("base/roots.c");
  const sources = await sourcesOf({ "roots.c": base });
  check(
    property(edits(base, "arch/x86/kvm/mmu/roots.c"), ({ before, after, diff }) => {
      const images = buildImages(patchOf(diff), sources);
      // Where only blank lines and comments change, there may be nothing to make images of.
      if (images.files.length === 0) return assert.equal(codeOf(before), codeOf(after));
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

test("under a base of other layout it gives the same code", async () => {
  const base = fixture("base/roots.c");
  const sources = await sourcesOf({ "roots.c": withOtherLayout(base) });
  check(
    property(edits(base, "arch/x86/kvm/mmu/roots.c", 3), ({ before, after, diff }) => {
      const images = buildImages(patchOf(diff), sources);
      // Where only blank lines and comments change, there may be nothing to make images of.
      if (images.files.length === 0) return assert.equal(codeOf(before), codeOf(after));
      assert.equal(images.files.length, 1, JSON.stringify(images.problems));
      const file = at(images.files, 0);
      assert.equal(codeOf(file.before?.code.text), codeOf(before));
      assert.equal(codeOf(file.after?.code.text), codeOf(after));
      assert.deepEqual(file.fit.contradictions, []);
      checkSegments(images, { document: diff, "base:roots.c": withOtherLayout(base) });
    }),
    RUNS,
  );
});

test("in the workspace a diff fits before it is applied and after, with other line numbers too", async () => {
  const base = fixture("base/roots.c");
  const path = "arch/x86/kvm/mmu/roots.c";
  const more = '#include "more.h"\n\n/* Lines that the author did not have. */\n\n';
  for (const above of ["", more]) {
    for (const state of ["before", "after"] as const) {
      const fits = asyncProperty(edits(base, path, 3), async (edited) => {
        const workspace = { [path]: above + edited[state] };
        const images = buildImages(patchOf(edited.diff), await sourcesOf({}, { workspace }));
        const file = at(images.files, 0);
        assert.equal(file.source, "workspace", JSON.stringify(images.problems));
        assert.equal(file.before?.code.text, above + edited.before);
        assert.equal(file.after?.code.text, above + edited.after);
        const applied = file.assumptions.some(({ kind }) => kind === "applied-already");
        assert.equal(applied, state === "after");
        checkSegments(images, { document: edited.diff, [`workspace:${path}`]: above + edited[state] });
      });
      await check(fits, RUNS);
    }
  }
});

test("whatever becomes of a patch on its way, images are made or a problem is told", async () => {
  const base = fixture("base/roots.c");
  const sources = await sourcesOf({ "roots.c": base }, { workspace: { "arch/x86/kvm/mmu/roots.c": base } });
  const damage = array(
    record({ line: nat(60), how: constantFrom("drop", "double", "space", "cut", "brace", "quote") }),
    { maxLength: 4 },
  );
  check(
    property(
      edits(base, "arch/x86/kvm/mmu/roots.c"),
      damage,
      constantFrom(true, false),
      ({ diff }, changes, hasFile) => {
        const text = damaged(diff, changes);
        for (const patch of readDocument(text).patches) {
          const images = buildImages(patch, hasFile ? sources : { ...sources, workspace: () => undefined });
          checkSegments(images, { document: text, "base:roots.c": base, "workspace:arch/x86/kvm/mmu/roots.c": base });
        }
      },
    ),
    RUNS,
  );
});

function damaged(diff: string, changes: readonly { line: number; how: string }[]): string {
  const lines = diff.split("\n");
  for (const { line, how } of changes) {
    const text = lines[line];
    if (text === undefined) continue;
    if (how === "drop") lines.splice(line, 1);
    else if (how === "double") lines.splice(line, 0, text);
    else if (how === "space") lines[line] = text.replaceAll("\t", "    ");
    else if (how === "cut") lines[line] = text.slice(0, text.length >> 1);
    else if (how === "brace") lines[line] = text.replaceAll(/[{}()]/g, "");
    else lines[line] = `> ${text}`;
  }
  return lines.join("\n");
}

/** Comments gone, blank lines gone, long lines broken behind commas, short bodies joined to their heads. */
function withOtherLayout(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")
    .replaceAll(/\n\s*\n/g, "\n")
    .replaceAll(/^(\t.*), (.{20,})$/gm, (line, head: string, tail: string) =>
      line.endsWith("\\") ? line : `${head},\n\t\t\t${tail}`,
    )
    .replaceAll(/\)\n\t\t\treturn;/g, ") return;");
}

/** The text without comments and white space. */
function codeOf(text: string | undefined): string {
  return (text ?? "").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|\\$/gm, "").replaceAll(/\s+/g, "");
}
