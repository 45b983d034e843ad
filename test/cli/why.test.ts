/** `lastput why` as a person runs it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaErrors, whySchemaErrors } from "../support/schema";
import { lastput } from "./run";

/** Of the small profile, so that it is quick. */
const PATCH = "test/fixtures/patches/kref-get-unless-zero.patch";

test("a line is explained with its interleaving, in each format", async () => {
  const text = await lastput(["why", `${PATCH}:20`]);
  assert.equal(text.status, 0, text.stderr);
  assert.match(text.stdout, /^test\/fixtures\/patches\/kref-get-unless-zero\.patch:20: .*kref_get_unless_zero/);
  assert.match(text.stdout, /^weakened \(inc_not_zero -> inc\): refcount_t: addition on 0/m);
  assert.match(text.stdout, /^ +line +CPU 0 +CPU 1/m);
  assert.match(text.stdout, /replay: lp1:/);
  const json = await lastput(["why", "--format", "json", `${PATCH}:20`]);
  assert.deepEqual([json.status, whySchemaErrors(JSON.parse(json.stdout))], [0, []]);
  const markdown = await lastput(["why", "--format", "markdown", PATCH]);
  assert.match(markdown.stdout, /^\| line \| statement \| why \|$/m);
});

test("single changes that remove a finding are told on demand", async () => {
  const buggy = "test/fixtures/patches/kref-get.patch";
  const text = await lastput(["check", "--repairs", buggy]);
  assert.equal(text.status, 1, text.stderr);
  assert.match(
    text.stdout,
    /This single change removes it in all \d+ scenarios that are run, .* nothing about the rest/s,
  );
  assert.match(text.stdout, /^ +\+ +if \(!kref_get_unless_zero\(&s->ref\)\)$/m);
  const json = await lastput(["check", "--repairs", "--format", "json", buggy]);
  const report = JSON.parse(json.stdout) as { documents: { findings: { repairs?: unknown[] }[] }[] };
  assert.deepEqual(schemaErrors(report), []);
  assert.deepEqual(
    report.documents[0]?.findings.map(({ repairs }) => repairs?.length ?? 0).filter((n) => n > 0),
    [1],
  );
});

test("what cannot be answered is told, with the lines that can be asked about", async () => {
  const prose = await lastput(["why", `${PATCH}:5`]);
  assert.equal(prose.status, 2);
  assert.match(prose.stdout, /:5: this line belongs to no patch and no C code\.\nLines near it that act: \d+/);
  const beyond = await lastput(["why", `${PATCH}:1000`]);
  assert.deepEqual([beyond.status, beyond.stdout], [2, ""]);
  assert.match(beyond.stderr, /^lastput: .*: there is no line 1000; it has \d+\n$/);
  const several = await lastput(["why", PATCH, PATCH]);
  assert.deepEqual([several.status, several.stdout], [64, ""]);
});
