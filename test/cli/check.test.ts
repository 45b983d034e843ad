/** `lastput check` from its words to its exit status. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { setTimeout } from "node:timers/promises";
import { kernelTree } from "../support/kernel-tree";
import { needs } from "../support/needs";
import { root } from "../support/paths";
import { schemaErrors } from "../support/schema";
import { ended, lastput, PATCH, start } from "./run";

const folder = mkdtempSync(path.join(tmpdir(), "lastput-check-"));
after(() => rmSync(folder, { recursive: true }));

const patch = readFileSync(path.join(root, PATCH), "utf8");

test("shows a bug that a patch introduces, with its interleaving", async () => {
  const { status, stdout, stderr } = await lastput(["check", PATCH]);
  assert.equal(status, 1);
  assert.equal(stderr, "");
  assert.match(stdout, /^test\/fixtures\/patches\/kref-get\.patch:21:4: error: .*addition on 0/m);
  assert.match(stdout, /^ +line +CPU 0 +CPU 1/m);
  assert.match(stdout, /^ +21 +kref_get\(\)/m);
  assert.match(stdout, /before: no violation in \d+ scenarios/);
  assert.match(stdout, /\d+ of \d+ acting lines were run/);
  assert.match(stdout, /^Not checked: /m);
  assert.doesNotMatch(stdout, /\u001b/);
});

test("prints JSON as the schema says, the same bytes each time, and for standard input but for its path", async () => {
  const [first, second, piped] = await Promise.all([
    lastput(["check", "--format", "json", PATCH]),
    lastput(["check", "--format", "json", PATCH]),
    lastput(["check", "--format", "json", "-"], { input: patch }),
  ]);
  assert.equal(first.status, 1);
  assert.deepEqual(schemaErrors(JSON.parse(first.stdout)), []);
  assert.equal(first.stdout, second.stdout);
  assert.equal(piped.stdout, first.stdout.replace(`"path": "${PATCH}"`, '"path": "-"'));
  assert.doesNotMatch(first.stdout, new RegExp(root));
});

test("writes to a file what it would have printed", async () => {
  const file = path.join(folder, "out.md");
  const written = await lastput(["check", "--format", "markdown", "-o", file, PATCH]);
  const printed = await lastput(["check", "--format", "markdown", PATCH]);
  assert.deepEqual([written.status, written.stdout], [1, ""]);
  assert.equal(readFileSync(file, "utf8"), printed.stdout);
  assert.match(printed.stdout, /^```$/m);
});

test("says so when it cannot write the file", async () => {
  const { status, stderr } = await lastput(["check", "-o", path.join(folder, "no/such/folder"), PATCH]);
  assert.equal(status, 70);
  assert.match(stderr, /^lastput: the report cannot be written to .*no such file or directory/);
});

test("goes on when one of several files is not there", async () => {
  const { status, stdout } = await lastput(["check", "gone.patch", "test", PATCH]);
  assert.equal(status, 1);
  assert.match(stdout, /^gone\.patch: there is no such file$/m);
  assert.match(stdout, /^test: no patches are in this directory \(/m);
  assert.match(stdout, /addition on 0/);
});

test("a folder that is no kernel tree is told from one", async () => {
  for (const files of [[], [PATCH]]) {
    const { status, stdout, stderr } = await lastput(["check", "--tree", "test", ...files]);
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^lastput: test is no kernel tree: there is no arch\/x86\/kvm\/mmu\/tdp_mmu\.c in it$/m);
  }
});

test("a tree is checked as it is", async (t) => {
  if (!needs(t, "kernel-6.12")) return;
  const tree = kernelTree("6.12");
  const { status, stdout } = await lastput(["check", "--tree", tree, "--format", "json"]);
  const report = JSON.parse(stdout) as { documents: { path: string; findings: unknown[] }[] };
  assert.deepEqual(
    report.documents.map((document) => [path.relative(tree, document.path), document.findings]),
    [["arch/x86/kvm/mmu/tdp_mmu.c", []]],
  );
  // Every acting line of it ran.
  assert.equal(status, 0);
});

test("tells in JSON as well what could not be read", async () => {
  const { status, stdout, stderr } = await lastput(["check", "--format", "json", "gone.patch"]);
  assert.equal(status, 2);
  const report = JSON.parse(stdout) as { documents: { problems: { code: string }[] }[] };
  assert.deepEqual(schemaErrors(report), []);
  assert.equal(report.documents[0]?.problems[0]?.code, "io.not-found");
  assert.equal(stderr, "lastput: gone.patch: there is no such file\n");
});

test("stops exploring at the bound, and says that it did", async () => {
  const { status, stdout } = await lastput([
    "check",
    "--max-states",
    "3",
    "test/fixtures/patches/kref-get-unless-zero.patch",
  ]);
  assert.equal(status, 3);
  assert.match(stdout, /Reached the bound of: .*\(3\)/);
});

test("a wrong command line is told in one line", async () => {
  const { status, stdout, stderr } = await lastput(["check", "--format", "xml", PATCH]);
  assert.deepEqual([status, stdout], [64, ""]);
  assert.equal(stderr, "lastput: --format is one of text, json, markdown, not xml\nSee lastput --help.\n");
});

test("a reader that goes away is no error", async () => {
  const child = start(["check", PATCH, PATCH, PATCH]);
  child.stdout.destroy();
  const { stderr } = await ended(child);
  assert.equal(stderr, "");
});

test("Ctrl-C stops at once, prints what is known and names what is not checked", async () => {
  const child = start(["check", PATCH, "test/fixtures/patches/put-root-open.patch", PATCH]);
  const outcome = ended(child);
  // The report of the first file says that the second one is under way.
  await once(child.stdout, "data");
  await setTimeout(1000);
  const stopped = Date.now();
  child.kill("SIGINT");
  const { status, stdout, stderr } = await outcome;
  assert.ok(Date.now() - stopped < 3000);
  assert.equal(status, 130);
  assert.match(stdout, /put-root-open\.patch: .*stopped (after \d+ of \d+ scenarios|before anything was run)/);
  assert.match(stderr, /not checked: .*kref-get\.patch/);
});

test("Ctrl-C while it waits for standard input ends it", async () => {
  const child = start(["check", "-"]);
  const outcome = ended(child);
  // More than a pipe holds: when it is gone, it is being read.
  await new Promise((resolve) => child.stdin.write(" ".repeat(1 << 20), resolve));
  child.kill("SIGINT");
  assert.equal((await outcome).status, 130);
});

test("--version and --help", async () => {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  assert.equal((await lastput(["--version"])).stdout, `lastput ${version}\n`);
  const { status, stdout } = await lastput(["--help"]);
  assert.equal(status, 0);
  assert.match(stdout, /git show \| lastput check -/);
  assert.deepEqual(
    stdout.split("\n").filter((line) => line.length > 100),
    [],
  );
});
