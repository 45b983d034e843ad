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

const flaws = JSON.parse(readFileSync(join(folder, "flaws.json"), "utf8")) as Record<string, Expected>;

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

for (const [name, expected] of Object.entries(flaws)) {
  test(`${name} brings ${expected.code} in, and nothing else is told`, async () => {
    const text = readFileSync(join(folder, "flaws", `${name}.patch`), "utf8");
    const { patches, findings } = await review(text);
    assert.deepEqual([patches[0]?.before, patches[0]?.verdict], ["safe", "violated"], patches[0]?.statement);
    const told = findings.map(({ code, status, function: at, range: { start } }) => {
      const line = text.lastIndexOf("\n", start) + 1;
      return { status, code, function: at, line: text.slice(line, text.indexOf("\n", line)) };
    });
    assert.deepEqual(told, [{ status: "introduced", ...expected }]);
  });
}

test("what is only the word of a message is said to be so", async () => {
  const text = readFileSync(join(folder, "fixes/wait-before-clearing.patch"), "utf8");
  const { assumptions } = await review(text);
  assert.ok(assumptions.some(({ text: told }) => told.includes("is the word of its message")));
  const wordless = await review(text.slice(text.indexOf("diff --git")));
  assert.deepEqual(wordless.findings, []);
});

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
