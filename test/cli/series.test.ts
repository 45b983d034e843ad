/** `lastput check` of several patches that are one series. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { root } from "../support/paths";
import { schemaErrors } from "../support/schema";
import { lastput } from "./run";

const SERIES = "test/fixtures/series/put-under-lock";
const names = readdirSync(path.join(root, SERIES)).sort();
const PUT = `${SERIES}/${names.find((name) => name.startsWith("0002")) ?? ""}`;
const folder = mkdtempSync(path.join(tmpdir(), "lastput-series-"));
after(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly documents: readonly {
    readonly path: string;
    readonly verdict: string;
    readonly files?: readonly { readonly path: string }[];
    readonly patches: readonly { readonly range: { readonly file?: string; readonly line: number } }[];
    readonly series: readonly { readonly patches: readonly number[]; readonly verdict: string }[];
    readonly findings: readonly {
      readonly code: string;
      readonly introducedBy: string | null;
      readonly fixedBy: string | null;
      readonly range: { readonly file?: string; readonly line: number };
      readonly fixedAt: { readonly range: { readonly file?: string } } | null;
    }[];
  }[];
}

test("a directory is one series, and says in which file and line something is", async () => {
  const { status, stdout } = await lastput(["check", SERIES]);
  assert.equal(status, 1);
  assert.match(stdout, /^\S+put-under-lock: mailbox, a series of 5 patches$/m);
  const line = readFileSync(path.join(root, PUT), "utf8").split("\n").indexOf("+\tsession_put(s);") + 1;
  assert.ok(stdout.includes(`${PUT}:${line}:3:\n    error: session is used after it was freed`), stdout);
  assert.match(stdout, /introduced by 2\/5, gone since 4\/5/);
  assert.match(stdout, new RegExp(`^ +2:${line}    session_put\\(\\)`, "m"));
  assert.match(stdout, /^The series: at its end no violation in 3 scenarios[^]*not bisectable/m);
});

test("files are one series when that is said, in whatever order, and JSON tells whose lines are counted", async () => {
  const files = names.map((name) => `${SERIES}/${name}`).reverse();
  const { stdout } = await lastput(["check", "--series", "-f", "json", ...files]);
  const report = JSON.parse(stdout) as Report;
  assert.deepEqual(schemaErrors(report), []);
  const [document, ...others] = report.documents;
  assert.deepEqual(others, []);
  assert.deepEqual(
    document?.files?.map((file) => file.path),
    files,
  );
  assert.deepEqual(
    document?.series.map(({ patches, verdict }) => [patches, verdict]),
    [[[4, 3, 2, 1, 0], "safe"]],
  );
  for (const { code, introducedBy, fixedBy, range, fixedAt } of document?.findings ?? []) {
    assert.deepEqual([introducedBy, fixedBy, range.file], ["2/5", "4/5", PUT], code);
    assert.match(fixedAt?.range.file ?? "", /0004/);
  }
});

test("without that each file is a document of its own", async () => {
  const { stdout } = await lastput(["check", "-f", "json", ...names.slice(1, 3).map((name) => `${SERIES}/${name}`)]);
  const report = JSON.parse(stdout) as Report;
  assert.equal(report.documents.length, 2);
  assert.ok(report.documents.every(({ series, files }) => series.length === 0 && files === undefined));
});

test("diffs without mails around them follow the names of their files", async () => {
  const bare = path.join(folder, "bare");
  mkdirSync(bare);
  for (const name of names.slice(1)) {
    const text = readFileSync(path.join(root, SERIES, name), "utf8");
    writeFileSync(path.join(bare, `${Number(name.slice(0, 4))}.diff`), text.slice(text.indexOf("diff --git")));
  }
  writeFileSync(path.join(bare, "notes.txt"), "nothing to see");
  const { stdout } = await lastput(["check", "-f", "json", bare]);
  const [document] = (JSON.parse(stdout) as Report).documents;
  assert.deepEqual(document?.series[0]?.patches, [0, 1, 2, 3, 4]);
  assert.ok(document?.findings.every(({ introducedBy, fixedBy }) => introducedBy === "2/5" && fixedBy === "4/5"));
});

test("a file that is not there is said, and the others are read", async () => {
  const { status, stdout } = await lastput(["check", "--series", `${SERIES}/${names[1] ?? ""}`, "gone.patch"]);
  assert.equal(status, 2);
  assert.match(stdout, /gone\.patch: there is no such file/);
  assert.match(stdout, /\[PATCH 1\/5\]/);
});
