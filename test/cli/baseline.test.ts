/** What a project has accepted: written, read, told as stale, and refused where the file is wrong. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { baselineSchemaErrors, schemaErrors } from "../support/schema";
import { lastput, PATCH } from "./run";

const folder = mkdtempSync(path.join(tmpdir(), "lastput-baseline-"));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => path.join(folder, name);
const FIX = "test/fixtures/patches/kref-get-unless-zero.patch";

interface Entry {
  readonly fingerprint: string;
  readonly code: string;
  readonly function: string | null;
}

interface Written {
  readonly accepted: readonly Entry[];
}

test("what is written down is not shown again, and only then the status is 0", async () => {
  const baseline = file("all.json");
  const written = await lastput(["check", "--write-baseline", baseline, PATCH]);
  assert.equal(written.status, 0);
  assert.match(written.stdout, /error: .*addition on 0/);
  const text = readFileSync(baseline, "utf8");
  const { accepted } = JSON.parse(text) as Written;
  assert.deepEqual(baselineSchemaErrors(JSON.parse(text)), []);
  // One line each, sorted: a change of the file can be reviewed.
  assert.deepEqual(
    text.split("\n").filter((line) => line.includes("fingerprint")),
    accepted.map((entry, at) => `    ${JSON.stringify(entry)}${at < accepted.length - 1 ? "," : ""}`),
  );
  assert.deepEqual(
    accepted.map(({ code, function: name }) => `${code} in ${name}`),
    [
      "lifetime.use-after-free in session_lookup",
      "lifetime.use-after-free in session_lookup",
      "refcount.add-on-zero in session_lookup",
      "refcount.add-on-zero in session_lookup",
    ],
  );

  const quiet = await lastput(["check", "--baseline", baseline, PATCH]);
  assert.equal(quiet.status, 0);
  assert.match(quiet.stdout, /^4 accepted findings are not shown\.$/m);
  assert.doesNotMatch(quiet.stdout, /error: /);
  assert.doesNotMatch(quiet.stdout, /match/);

  const again = file("again.json");
  await lastput(["check", "--baseline", baseline, "--write-baseline", again, FIX, PATCH]);
  assert.equal(readFileSync(again, "utf8"), text);
});

test("what is not in it is shown, and what nothing matches any more is named", async () => {
  const { accepted } = await acceptedBy(PATCH);
  const kept = accepted.filter(({ code }) => code === "refcount.add-on-zero");
  const gone = { ...kept[0], fingerprint: "0123456789abcdef" };
  const other = { ...gone, fingerprint: "fedcba9876543210", function: "session_wave" };
  const baseline = file("some.json");
  writeFileSync(baseline, JSON.stringify({ baselineVersion: 1, accepted: [...kept, gone, other] }, null, 2));
  const { status, stdout } = await lastput(["check", "--baseline", baseline, PATCH]);
  assert.equal(status, 1);
  assert.match(stdout, /^2 accepted findings are not shown\.$/m);
  assert.match(stdout, /error: session is used after it was freed/);
  assert.doesNotMatch(stdout, /error: .*addition on 0/);
  assert.match(
    stdout,
    /some\.json: 1 entry matches nothing any more:\n  0123456789abcdef  refcount\.add-on-zero in session_lookup\(\)\n/,
  );
  assert.match(stdout, /some\.json: 1 entry about what was not checked here\n/);

  const { stdout: json } = await lastput(["check", "--baseline", baseline, "-f", "json", PATCH]);
  const report = JSON.parse(json) as {
    readonly documents: readonly { readonly accepted: number; readonly verdict: string }[];
    readonly baseline: { readonly stale: readonly Entry[]; readonly elsewhere: readonly Entry[] };
  };
  assert.deepEqual(schemaErrors(report), []);
  assert.deepEqual(
    report.documents.map(({ accepted: count, verdict }) => [count, verdict]),
    [[2, "violated"]],
  );
  assert.deepEqual(report.baseline.stale, [gone]);
  assert.deepEqual(report.baseline.elsewhere, [other]);
});

test("the place of a finding is not in its fingerprint", async () => {
  const moved = file("moved.patch");
  const text = readFileSync(PATCH, "utf8").replace("A session on the list", "\n\nA session on the list");
  writeFileSync(moved, text.replaceAll("@@ -21,8 +21,7 @@", "@@ -121,8 +121,7 @@"));
  assert.deepEqual(await acceptedBy(moved), await acceptedBy(PATCH));
});

test("what a patch fixes is told, accepted or not", async () => {
  const { accepted } = await acceptedBy(FIX);
  assert.deepEqual(accepted, []);
  const baseline = file("fixed.json");
  await lastput(["check", "--write-baseline", baseline, PATCH]);
  const { status, stdout } = await lastput(["check", "--baseline", baseline, FIX]);
  assert.equal(status, 0);
  assert.match(stdout, /fixes: .*addition on 0/);
});

test("a baseline that is wrong silences nothing, and is told with its line", async () => {
  const baseline = file("wrong.json");
  writeFileSync(baseline, '{\n  "baselineVersion": 1,\n  accepted: []\n}\n');
  const [bad, sound] = await Promise.all([
    lastput(["check", "--baseline", baseline, PATCH]),
    lastput(["check", "--baseline", baseline, FIX]),
  ]);
  assert.match(bad.stderr, /wrong\.json:3: this is no JSON; nothing is silenced/);
  assert.match(bad.stdout, /error: .*addition on 0/);
  assert.deepEqual([bad.status, sound.status], [1, 2]);
});

test("a baseline that is not there, or cannot be written, is said", async () => {
  const gone = await lastput(["check", "--baseline", file("gone.json"), FIX]);
  assert.match(gone.stderr, /gone\.json: .*no such file.*nothing is silenced/);
  assert.equal(gone.status, 2);
  const unwritten = await lastput(["check", "--write-baseline", file("no/such/folder.json"), FIX]);
  assert.match(unwritten.stderr, /the baseline cannot be written to .*no such file/);
  assert.equal(unwritten.status, 70);
});

async function acceptedBy(patch: string): Promise<Written> {
  const target = file("written.json");
  await lastput(["check", "--write-baseline", target, patch]);
  return JSON.parse(readFileSync(target, "utf8")) as Written;
}
