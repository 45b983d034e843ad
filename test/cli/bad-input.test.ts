/** What people and mail programs do to patches: a clear message each, and what can be read is read. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { root } from "../support/paths";
import { lastput, PATCH } from "./run";

const folder = mkdtempSync(path.join(tmpdir(), "lastput-bad-"));
after(() => rmSync(folder, { recursive: true }));

const patch = readFileSync(path.join(root, PATCH), "utf8");
const diff = patch.slice(patch.indexOf("diff --git"), patch.indexOf("-- \n"));
const other = diff.replaceAll(/session/g, "lamp");
const noise = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251));

/** `found`: the bug of the patch is still seen. */
const INPUTS: { what: string; input: string | Buffer; says: RegExp; found: boolean; status: number }[] = [
  { what: "empty", input: "", says: /empty/, found: false, status: 2 },
  { what: "only blanks", input: " \n\n", says: /empty/, found: false, status: 2 },
  { what: "binary", input: noise, says: /no text/, found: false, status: 2 },
  { what: "prose", input: "Dear all,\n\nthank you.\n", says: /Neither a diff nor C/, found: false, status: 2 },
  {
    what: "a truncated hunk",
    input: patch.slice(0, patch.indexOf("\n \t\trcu_read_unlock")),
    says: /breaks off/,
    found: true,
    status: 1,
  },
  { what: "wrong counts", input: patch.replace("-21,8 +21,7", "-21,80 +21,3"), says: /here/, found: true, status: 1 },
  {
    what: "no C",
    input: diff.replaceAll("session.c", "notes.txt").replaceAll(/kref|session|list/g, "w"),
    says: /nothing here touches/,
    found: false,
    status: 0,
  },
  { what: "CR LF", input: patch.replaceAll("\n", "\r\n"), says: /addition on 0/, found: true, status: 1 },
  { what: "NUL bytes", input: patch.replace("Simplify", "Simpl\0ify"), says: /NUL/, found: true, status: 1 },
  { what: "no final newline", input: diff.trimEnd(), says: /addition on 0/, found: true, status: 1 },
  {
    what: "a path out of the tree",
    input: other.replaceAll("drivers/misc/lamp.c", "../../../../etc/passwd") + diff,
    says: /addition on 0/,
    found: true,
    status: 1,
  },
  {
    what: "many open parentheses",
    input: other.replace("+\t\tkref_get(", `+\t\tx = ${"(".repeat(200_000)}(`) + diff,
    says: /addition on 0/,
    found: true,
    status: 1,
  },
  {
    what: "Latin 1",
    input: Buffer.from(patch.replace("Robin", "Jürgen"), "latin1"),
    says: /not UTF-8/,
    found: true,
    status: 1,
  },
];

for (const { what, input, says, found, status } of INPUTS) {
  test(what, { timeout: 60_000 }, async () => {
    const file = path.join(folder, "input");
    writeFileSync(file, input);
    const ran = await lastput(["check", file]);
    assert.match(ran.stdout, says);
    assert.equal(/addition on 0/.test(ran.stdout), found, ran.stdout);
    assert.equal(ran.stderr, "");
    assert.equal(ran.status, status);
  });
}

test("a diff of 50 MB, the bug at its end", { timeout: 180_000 }, async () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `+int variable_${index};\n`).join("");
  const files: string[] = [];
  for (let size = 0; size < 50e6; size += lines.length + 120) {
    const name = `drivers/misc/file${files.length}.c`;
    files.push(`diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -0,0 +1,1000 @@\n${lines}`);
  }
  const { stdout, status } = await lastput(["check", "-"], { input: files.join("") + diff });
  assert.match(stdout, /^-:\d+:\d+: error: .*addition on 0/m);
  assert.equal(status, 1);
});

test("nothing outside the workspace is read", async () => {
  const inside = path.join(folder, "tree");
  const secret = path.join(folder, "secret.c");
  writeFileSync(secret, "int secret_marker;\n");
  const input = diff.replaceAll("drivers/misc/session.c", "../secret.c");
  const { stdout } = await lastput(["check", "--format", "json", "--root", inside, "-"], { input });
  assert.doesNotMatch(stdout, /secret_marker|"workspace"/);
});
