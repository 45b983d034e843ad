/** A mail says the same however its body was wrapped up on the way. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { review } from "./support";

const plain = readFileSync(join(fixtures, "inferred/fixes/use-after-put.patch"), "utf8");
const example = readFileSync(join(fixtures, "../../examples/put-root.patch"), "utf8");

/** A mail whose body is the base64 of the text. */
function base64(text: string): string {
  const lines =
    Buffer.from(text)
      .toString("base64")
      .match(/.{1,76}/g) ?? [];
  const head = "From: A <a@example.org>\nSubject: [PATCH] x\nContent-Type: text/plain; charset=utf-8\n";
  return `${head}Content-Transfer-Encoding: base64\n\n${lines.join("\n")}\n`;
}

function told({ verdict, findings }: Review): readonly string[] {
  return [verdict, ...findings.map(({ code, status, function: name }) => `${code} ${status} ${name ?? ""}`)];
}

for (const [name, text] of [
  ["a patch that implies its profile", plain],
  ["a patch for the built-in profile", example],
] as const) {
  test(`${name}: base64 says what plain text says`, async () => {
    const [expected, got] = [await review(text), await review(base64(text))];
    assert.notEqual(expected.verdict, "not-applicable");
    assert.deepEqual(told(got), told(expected));
  });
}
