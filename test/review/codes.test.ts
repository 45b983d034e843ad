/** Each code of finding with the smallest C that shows it, and with the smallest change after which nothing is found. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CODES } from "../../server/src/model/codes";
import { examples, found, reviewExample } from "./examples";

const all = examples();

for (const example of all) {
  test(example.isSafe ? `${example.code}: what avoids it` : `${example.code}: what shows it`, async () => {
    const { findings, verdict, patches, scenarios } = await reviewExample(example);
    assert.deepEqual(found(example, findings), example.marks, findings.map(({ message }) => message).join("\n"));
    if (!example.isSafe) {
      assert.ok(findings.some(({ code }) => code === example.code));
      return;
    }
    assert.deepEqual(example.marks, []);
    // A small file may have lines that none of its scenarios comes by: then it is not called safe.
    assert.ok(["safe", "incomplete", "not-exercised"].includes(verdict), `${verdict}: ${patches[0]?.statement}`);
    for (const { id, after } of scenarios) assert.equal(after?.verdict, "safe", id);
  });
}

test("every code has both examples", () => {
  const named = (isSafe: boolean): string[] => all.filter((one) => one.isSafe === isSafe).map(({ code }) => code);
  // What takes several patches is tried in series.test.ts.
  const codes = Object.keys(CODES).filter((code) => !code.startsWith("series."));
  assert.deepEqual(named(false).sort(), codes.sort());
  assert.deepEqual(named(true).sort(), codes.sort());
});
