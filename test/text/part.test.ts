/** Which patch of how many a subject says that it is. */
import assert from "node:assert/strict";
import test from "node:test";
import { readDocument } from "../../server/src/text/read";

const SUBJECTS: readonly (readonly [subject: string, part: string | null])[] = [
  ["[PATCH 1/2] lamp: x", "1/2"],
  ["[PATCH 10/50] lamp: x", "10/50"],
  ["[PATCH v12 17/18] lamp: x", "17/18"],
  ["[PATCHv2 09/12] lamp: x", "09/12"],
  ["[RFC,v3,11/13] lamp: x", "11/13"],
  ["[PATCH 03/17 v2] lamp: x", "03/17"],
  ["Re: [lamp-devel] [PATCH net-next 5/7] lamp: x", "5/7"],
  ["[PATCH 5.16 0860/1017] lamp: x", "0860/1017"],
  ["[PATCH] lamp: 1/2 of the light", null],
  ["[PATCH 4.19/5.4] lamp: x", null],
];

for (const [subject, part] of SUBJECTS) {
  test(`${subject}: ${part ?? "no part"}`, () => {
    const mail = `From: A <a@example.org>\nSubject: ${subject}\n\n---\n--- a/l.c\n+++ b/l.c\n@@ -1 +1 @@\n-a();\n+b();\n`;
    assert.deepEqual(
      readDocument(mail).patches.map((patch) => patch.part),
      [part],
    );
  });
}
