/**
 * Patches that change nothing but a macro, which is a line of all functions that use it. `fixtures/reach/expect.json` says
 * which functions those are, by their names in our base, what becomes of them, and on which line of the patch that is told.
 *
 * A walk that holds no reference stands on a root that others free as soon as it yields or as the lock that they hold is a
 * read lock: all readers do one or the other. The same walk written in fewer lines is the same walk.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { fixtures } from "../support/paths";
import { review } from "./support";

interface Expected {
  readonly line?: number;
  /** Some of them; what becomes of one becomes of all. */
  readonly functions: readonly string[];
  readonly after: string;
  /** Of errors that are among those told. */
  readonly codes: readonly string[];
  readonly acting: number;
}

const folder = path.join(fixtures, "reach");
const expectations = JSON.parse(readFileSync(path.join(folder, "expect.json"), "utf8")) as Record<string, Expected>;
const files = path.join(folder, "workspace/drivers/misc");
const workspace = Object.fromEntries(
  readdirSync(files).map((name) => [`drivers/misc/${name}`, readFileSync(path.join(files, name), "utf8")]),
);

for (const [name, expected] of Object.entries(expectations)) {
  test(`${name} changes all that use its macro`, async () => {
    const text = readFileSync(path.join(folder, name), "utf8");
    const { patches, findings, coverage } = await review(text, { workspace });
    const told = patches.flatMap((patch) => patch.files.flatMap((file) => file.functions));
    for (const name of expected.functions)
      assert.ok(
        told.some((each) => each.name === name),
        name,
      );
    for (const { name, before, after } of told) assert.deepEqual([name, before, after], [name, "safe", expected.after]);
    const errors = findings.filter(({ severity }) => severity === "error");
    for (const code of expected.codes)
      assert.ok(
        errors.some((finding) => finding.code === code),
        code,
      );
    const lines = new Set(errors.map(({ range }) => text.slice(0, range.start).split("\n").length));
    assert.deepEqual([...lines], expected.line === undefined ? [] : [expected.line]);
    assert.deepEqual([coverage.actingLines, coverage.executed], [expected.acting, expected.acting]);
  });
}

test("each patch of a series stands on the files as the last one that touched them left them", async () => {
  // The second changes a macro that the first left as it was, the third a file that the second does not touch.
  const { patches } = await review(readFileSync(path.join(folder, "series.mbox"), "utf8"), { workspace });
  const told = patches.map(({ verdict, files: of }) => [
    verdict,
    ...of.map((file) => `${file.source} ${file.path}: ${file.functions.map(({ name }) => name).join()}`),
  ]);
  assert.deepEqual(told, [
    ["safe", "workspace drivers/misc/session.h: ", "workspace drivers/misc/session.c: session_lookup"],
    ["safe", "workspace drivers/misc/session.h: session_lookup"],
    ["violated", "workspace drivers/misc/session.c: session_remove"],
  ]);
});
