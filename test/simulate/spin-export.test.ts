/** `lastput export` as a person uses it: the list, the file, spin and gcc by the line in its head. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { lastput, PATCH } from "../cli/run";
import { needs } from "../support/needs";

const folder = mkdtempSync(path.join(tmpdir(), "lastput-export-"));
after(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, "model.pml");

test("without --scenario it lists the scenarios that the JSON report names", async () => {
  const { status, stdout } = await lastput(["export", PATCH]);
  assert.equal(status, 0);
  const listed = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("  ")[0]);
  const report = JSON.parse((await lastput(["check", "--format", "json", PATCH])).stdout) as {
    readonly documents: readonly { readonly scenarios: readonly { readonly id: string }[] }[];
  };
  assert.deepEqual(
    listed,
    report.documents[0]?.scenarios.map(({ id }) => id),
  );
});

test("by the line in its head, spin and gcc find what Lastput finds", async (t) => {
  if (!needs(t, "spin")) return;
  await exported([]);
  assert.match(
    readFileSync(file, "utf8"),
    /\/\* session_lookup: rcu_read_lock\(\) \*\//,
    "the C of the steps is in comments",
  );
  assert.match(byTheLineInItsHead(), /assertion violated.*(refcount_add_on_zero|lifetime_use_after_free)/);
});

test("of the code before the patch they find nothing", async (t) => {
  if (!needs(t, "spin")) return;
  await exported(["--before"]);
  assert.match(byTheLineInItsHead(), /errors: 0\n/);
});

test("a scenario that is not there, and a file that nothing runs", async () => {
  const unknown = await lastput(["export", "--scenario", "0/nothing", PATCH]);
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /there is no scenario 0\/nothing/);
  const prose = await lastput(["export", "-"], { input: "Dear all,\n" });
  assert.equal(prose.status, 2);
  assert.match(prose.stderr, /no scenario runs what it has after the patch/);
});

async function exported(words: readonly string[]): Promise<void> {
  const list = await lastput(["export", ...words, PATCH]);
  const id = list.stdout.split("  ")[0] ?? "";
  const { status, stderr } = await lastput(["export", ...words, "--scenario", id, "-o", file, PATCH]);
  assert.equal(status, 0, stderr);
}

function byTheLineInItsHead(): string {
  const line = /^ \*\s+(spin .*)$/m.exec(readFileSync(file, "utf8"))?.[1];
  assert.ok(line, "the file does not tell how to run it");
  return execFileSync("sh", ["-c", line.replace("FILE", file)], { cwd: folder, encoding: "utf8" });
}
