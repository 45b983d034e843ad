import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { readDocument } from "../../server/src/text/read";
import { root } from "../support/paths";
import { outline } from "./outline";
import { checkPlaces } from "./places";

/**
 * Each file in test/fixtures/text is read and told as an outline, which must be the one in the file of the same
 * name with `.outline` behind it. LASTPUT_WRITE=text writes those that are missing, to be looked at by a person.
 */
const folder = path.join(root, "test/fixtures/text");
const fixtures = readdirSync(folder).filter((name) => !name.startsWith(".") && !name.endsWith(".outline"));
const encoded = new Set(["attachments.eml", "quoted-printable.eml"]);

for (const name of fixtures) {
  test(`reads ${name}`, () => {
    const document = readDocument(readFileSync(path.join(folder, name), "utf8"));
    const told = outline(document);
    const expected = path.join(folder, `${name}.outline`);
    if (!existsSync(expected) && process.env["LASTPUT_WRITE"] === "text") writeFileSync(expected, told);
    assert.equal(told, readFileSync(expected, "utf8"));
    checkPlaces(document, !encoded.has(name));
  });
}

test("the words of problems name what was found", () => {
  const { problems } = readDocument("--- a/x.c\n+++ b/x.c\n@@ -1,5 +1,4 @@\n int a;\n-int b;\n");
  assert.deepEqual(
    problems.map(({ code, message }) => [code, message]),
    [
      [
        "text.hunk-truncated",
        "The header of this hunk counts 5 old and 4 new lines, but it breaks off: 2 and 1 are here. What is here was read.",
      ],
    ],
  );
});

test("a problem that repeats itself is listed fifty times and counted", () => {
  const { problems, patches } = readDocument("@@ -1,9 +1,9 @@\n-int b;\n".repeat(1000));
  assert.equal(problems.filter(({ code }) => code === "text.hunk-count").length, 50);
  assert.equal(problems.at(-1)?.message, "949 more problems of the kind text.hunk-count are not listed.");
  // Nothing follows the last one.
  assert.equal(problems.at(-2)?.code, "text.hunk-truncated");
  assert.equal(patches[0]?.files[0]?.hunks.length, 1000);
});
