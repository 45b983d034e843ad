/** Documents of plain C: there is no before, so what is wrong is there, and nobody brought it in. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createReviewer } from "../../server/src/review";
import { KERNEL } from "../../server/src/review/builtin";
import type { Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { onlyScenarios, outcomeOf, profileNamed, review, scenarioOf } from "./support";

interface Case {
  readonly file: string;
  readonly replace?: readonly [string, string];
  readonly verdict?: string;
  /** Code -> the scenarios in which it is an error; "" for what the syntax alone tells. */
  readonly findings: Readonly<Record<string, readonly string[]>>;
  /** The function that all findings are marked in. */
  readonly in?: string;
}

const folder = join(fixtures, "present");
const cases = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")) as Readonly<Record<string, Case>>;
const reviewer = createReviewer(KERNEL, [
  onlyScenarios(profileNamed("tdp-mmu"), ["put", "shared-put-reader", "put-fast-zap", "load-put-put"]),
  profileNamed("kref-list"),
]);
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

for (const [what, { file, replace = ["", ""], verdict, findings, in: place }] of Object.entries(cases)) {
  test(what, async () => {
    assert.ok(read(file).includes(replace[0]));
    const text = read(file).replace(replace[0], replace[1]);
    const found = await review(text, { name: file, reviewer });
    checkPlain(found);
    if (verdict !== undefined) assert.equal(found.verdict, verdict, found.patches[0]?.statement);
    assert.deepEqual(errorsOf(found), findings);
    for (const finding of found.findings) {
      assert.deepEqual([finding.status, finding.origin], ["present", "author"]);
      if (place !== undefined) assert.equal(finding.function, place);
      const line = text.slice(finding.range.start, finding.range.end);
      assert.ok(line.trim() !== "" && !line.includes("\n"), `marked: ${JSON.stringify(line)}`);
    }
  });
}

/** One patch that is none: the whole document, with what it has now and nothing else. */
function checkPlain(found: Review): void {
  assert.equal(found.kind, "c");
  const [patch, ...others] = found.patches;
  assert.ok(patch !== undefined && others.length === 0);
  assert.deepEqual([patch.before, patch.beforeStatement, patch.part, patch.origin], [null, null, null, "author"]);
  assert.equal(patch.range.start, 0);
  for (const { before, after } of found.scenarios) assert.ok(before === null && after !== null);
  for (const each of patch.files.flatMap((file) => file.functions)) {
    assert.equal(each.before, null);
    assert.ok(each.range !== null, `${each.name} is nowhere`);
  }
}

function errorsOf(found: Review): Record<string, string[]> {
  const codes: Record<string, Set<string>> = {};
  for (const { code, scenario, severity } of found.findings) {
    if (severity === "error") (codes[code] ??= new Set()).add(scenarioOf(scenario ?? ""));
  }
  return Object.fromEntries(Object.entries(codes).map(([code, scenarios]) => [code, [...scenarios].sort()]));
}

test("what an editor knows to be C is C, whatever it looks like", async () => {
  const inDisguise = {
    "a diff in a comment": `/*\ndiff --git a/roots.c b/roots.c\n--- a/roots.c\n+++ b/roots.c\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n*/\n`,
    "a mail's head in a comment": `/*\nFrom: Robin Root <robin@example.org>\nSubject: [PATCH 1/2] roots\n*/\n`,
  };
  const plain = outcomeOf(await review(read("roots.c"), { name: "roots.c", language: "c", reviewer }));
  for (const [what, head] of Object.entries(inDisguise)) {
    const found = await review(head + read("roots.c"), { name: "roots.c", language: "c", reviewer });
    checkPlain(found);
    assert.deepEqual(outcomeOf(found), plain, what);
  }
});

test("C of something else concerns no profile", async () => {
  for (const text of ["", "int main(void)\n{\n\treturn 0;\n}\n", "struct kvm;\n"]) {
    const found = await review(text, { name: "main.c", language: "c", reviewer });
    assert.deepEqual([found.verdict, found.findings, found.scenarios], ["not-applicable", [], []]);
  }
});
