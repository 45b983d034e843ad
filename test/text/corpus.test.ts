/** Real mails: what a reader that knows nothing but `@@` counts finds in them must be found, and nothing lost. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Document } from "../../server/src/text/document";
import { readDocument } from "../../server/src/text/read";
import { corpus, needs } from "../support/needs";
import { checkPlaces } from "./places";

test("every mail of the corpus gives the hunks that its headers promise", (t) => {
  if (!needs(t, "corpus")) return;
  const mails = readdirSync(corpus(), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".eml"));
  assert.ok(mails.length > 0);
  for (const name of mails) {
    const text = readFileSync(path.join(corpus(), name), "utf8");
    const document = readDocument(text);
    const promised = [...text.matchAll(/^(?:> ?)*@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/gm)];
    const headed = hunksOf(document).filter(({ headerSpan }) => headerSpan !== null);
    assert.equal(headed.length, promised.length, `${name}: number of hunks`);
    const unsound = new Set(document.problems.map(({ span }) => span?.start));
    const byPlace = headed.sort((a, b) => a.span.start - b.span.start);
    for (const [index, hunk] of byPlace.entries()) {
      if (unsound.has(hunk.span.start)) continue;
      const [, oldCount = "1", newCount = "1"] = promised[index] ?? [];
      const count = (kind: string): number => hunk.lines.filter((line) => line.kind !== kind).length;
      assert.deepEqual([count("added"), count("removed")], [Number(oldCount), Number(newCount)], `${name}: ${index}`);
    }
    checkPlaces(document, true);
  }
});

test("the seed mail is a helper, a quoted proposal, a fragment and two diffs", (t) => {
  if (!needs(t, "corpus")) return;
  const document = readDocument(readFileSync(path.join(corpus(), "seed/review-mail.txt"), "utf8"));
  checkPlaces(document, true);
  assert.equal(document.kind, "mail");
  assert.deepEqual(
    document.patches.map(({ authorship, depth, part, files, snippets }) => ({
      by: `${authorship} ${depth}`,
      part,
      files: files.map(({ newPath, hunks }) => `${newPath} ${hunks.map(({ oldStart }) => oldStart).join(" ")}`),
      snippets: snippets.map(({ form, code }) => `${form} ${code.text.trimEnd().split("\n").length}`),
    })),
    [
      { by: "author 0", part: "20/28", files: [], snippets: ["plain 9"] },
      { by: "quoted 2", part: "20/28", files: [], snippets: ["plain 14"] },
      { by: "author 0", part: "20/28", files: [], snippets: ["added 6"] },
      { by: "author 0", part: "20/28", files: ["arch/x86/kvm/mmu/tdp_mmu.c 81 91"], snippets: [] },
      { by: "author 0", part: "20/28", files: ["null 125"], snippets: ["added 12"] },
    ],
  );
  // The context is stuffed there and the changed lines are not: both must begin in the first column.
  const put = hunksOf(document)[1]?.lines.map(({ kind, code }) => `${kind} ${code.text}`);
  assert.ok(put?.includes("context \tspin_lock(&kvm->arch.tdp_mmu_pages_lock);"));
  assert.ok(put?.includes("removed \ttdp_mmu_zap_root(kvm, root, shared);"));
  assert.deepEqual(
    document.problems.map(({ code }) => code),
    ["text.attachment-not-shown"],
  );
});

function hunksOf(document: Document) {
  return document.patches.flatMap(({ files }) => files.flatMap(({ hunks }) => hunks));
}
