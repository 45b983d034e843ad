/** Profiles that patches imply: of each class of bug a fix that shows it, and patches that mend nothing and stay quiet. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixtures } from "../support/paths";
import { review } from "./support";

interface Expected {
  readonly code: string;
  readonly function: string;
  /** As the patch shows it. */
  readonly line: string;
}

const folder = join(fixtures, "inferred");
const fixes = JSON.parse(readFileSync(join(folder, "fixes.json"), "utf8")) as Record<string, Expected>;

test("each fix says what it mends", () => {
  const files = readdirSync(join(folder, "fixes")).map((name) => name.replace(/\.patch$/, ""));
  assert.deepEqual(files.toSorted(), Object.keys(fixes).toSorted());
});

for (const [name, expected] of Object.entries(fixes)) {
  test(`${name}: ${expected.code} before, clean after`, async () => {
    const text = readFileSync(join(folder, "fixes", `${name}.patch`), "utf8");
    const { patches, findings } = await review(text);
    const [patch] = patches;
    assert.deepEqual([patch?.before, patch?.verdict], ["violated", "safe"], patch?.statement);
    assert.match(patch?.statement ?? "", /^no violation as far as the patch shows it, where /);
    for (const { status, message } of findings) assert.equal(status, "fixed", message);
    const found = findings.find(({ code }) => code === expected.code);
    assert.ok(found !== undefined, findings.map(({ code }) => code).join());
    assert.equal(found.function, expected.function);
    const start = text.lastIndexOf("\n", found.range.start) + 1;
    assert.equal(text.slice(start, text.indexOf("\n", start)), expected.line);
  });
}

for (const file of readdirSync(join(folder, "quiet"))) {
  test(`${file} mends nothing and breaks nothing`, async () => {
    const { patches, findings } = await review(readFileSync(join(folder, "quiet", file), "utf8"));
    assert.deepEqual(findings, []);
    for (const { verdict, before, statement } of patches) {
      assert.equal(before, null);
      assert.ok(verdict === "not-applicable" || verdict === "not-exercised", verdict);
      assert.match(statement, verdict === "not-exercised" ? /^not decided: .+ shown/ : /no lifecycle/);
    }
  });
}

test("a fix turned round is no reason to speak: what the patch was made for is gone with it", async () => {
  const text = readFileSync(join(folder, "fixes/use-after-put.patch"), "utf8");
  const turned = text.replaceAll(/^([+-])(?=\t)/gm, (sign) => (sign === "+" ? "-" : "+"));
  const { findings } = await review(turned);
  assert.deepEqual(findings, []);
});

test("renaming everything in a patch changes nothing of what is found", async () => {
  const text = readFileSync(join(folder, "fixes/put-outside-lock.patch"), "utf8");
  const renamed = text.replaceAll("picker", "zorb").replaceAll("grove", "quux").replaceAll("node", "blip");
  const codes = (found: Awaited<ReturnType<typeof review>>): string[] =>
    found.findings.map(({ code }) => code).toSorted();
  assert.deepEqual(codes(await review(renamed)), codes(await review(text)));
});
