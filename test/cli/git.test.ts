/** Which folder's git repository the command line asks, and what a report tells of it. */
import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { run, scratch } from "../disk/repository";
import { needs } from "../support/needs";
import { fixtures } from "../support/paths";
import { schemaErrors } from "../support/schema";
import { lastput } from "./run";

interface Report {
  readonly documents: readonly {
    readonly verdict: string;
    readonly patches: readonly { readonly files: readonly { path: string; source: string; revision?: string }[] }[];
    readonly findings: readonly { steps: readonly { location: { kind: string; path?: string } }[] }[];
  }[];
}

test("the blobs of a repository are asked for where its folder is named, and only there", async (t) => {
  if (!needs(t, "git")) return;
  const reach = path.join(fixtures, "reach");
  const repository = path.join(scratch, "session");
  mkdirSync(repository);
  run(repository, "init", "-q", "-b", "main");
  cpSync(path.join(reach, "workspace"), repository, { recursive: true });
  run(repository, "add", "-A");
  run(repository, "commit", "-q", "-m", "sessions");
  run(repository, "apply", path.join(reach, "header-macro.patch"));
  const patch = path.join(scratch, "macro.patch");
  writeFileSync(patch, run(repository, "diff"));
  run(repository, "checkout", "-q", ".");
  // What is checked out is no state of what the patch was made on.
  const file = path.join(repository, "drivers/misc/session.c");
  writeFileSync(file, "int sessions;\n");
  appendFileSync(path.join(repository, "drivers/misc/session.h"), "/* Edited. */\n");

  const named = await check(["--root", repository, patch], scratch);
  const files = named.patches[0]?.files ?? [];
  assert.equal(named.verdict, "violated");
  assert.deepEqual(
    files.map(({ source, revision }) => [source, /^blob [0-9a-f]{7,12}$/.test(revision ?? "")]),
    [
      ["blob", true],
      ["blob", true],
    ],
  );
  const places = named.findings.flatMap(({ steps }) => steps.map(({ location }) => location));
  assert.ok(places.some(({ kind, path: at }) => kind === "blob" && at === "drivers/misc/session.c"));

  const here = await check([patch], repository);
  const sources = here.patches[0]?.files.map(({ source }) => source) ?? [];
  assert.ok(sources.length > 0 && !sources.includes("blob"), sources.join());
});

async function check(words: readonly string[], cwd: string): Promise<Report["documents"][number]> {
  const { stdout, stderr } = await lastput(["check", "--format", "json", ...words], { cwd });
  assert.equal(stderr, "");
  const report = JSON.parse(stdout) as Report;
  assert.deepEqual(schemaErrors(report), []);
  const [document] = report.documents;
  assert.ok(document !== undefined);
  return document;
}
