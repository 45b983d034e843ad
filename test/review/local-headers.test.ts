/** A file of C is read with the headers that it includes from beside it: `test/fixtures/headers`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { profileNamed, review, reviewerOver } from "./support";

const read = (name: string): string => readFileSync(join(fixtures, "headers", name), "utf8");
const reviewer = reviewerOver(profileNamed("kref-list"));
const code = read("session.c");
const workspace = { "net/session.h": read("session.h"), "shared/drop.h": read("drop.h") };

test("what stands in headers beside the file is run", async () => {
  const found = await reviewed(code, workspace);
  assert.equal(found.verdict, "safe", found.patches[0]?.statement);
  assert.deepEqual(found.problems, []);
});

test("a bug in a header is found where the file leads to it", async () => {
  const broken = {
    ...workspace,
    "net/session.h": workspace["net/session.h"].replace("kref_get_unless_zero", "!!kref_read"),
  };
  const found = await reviewed(code, broken);
  const errors = found.findings.filter(({ severity }) => severity === "error");
  assert.deepEqual([...new Set(errors.map((each) => each.code))].toSorted(), [
    "lifetime.use-after-free",
    "refcount.underflow",
  ]);
  const steps = found.findings.flatMap((finding) => finding.steps);
  const inHeader = steps
    .flatMap(({ location, via }) => [location, ...via])
    .flatMap((place) => (place.kind === "workspace" ? [place.path] : []));
  assert.deepEqual([...new Set(inHeader)].toSorted(), ["net/session.h", "shared/drop.h"]);
});

test("without them what they would say is not known", async () => {
  const found = await reviewed(code, {});
  assert.notEqual(found.verdict, "safe");
  assert.deepEqual(found.problems, []);
});

test("what would lie outside of the workspace is not read, and said", async () => {
  const asked: string[] = [];
  const outside = `#include "../../secret.h"\n${code}`;
  const watched = new Proxy(workspace, {
    get: (files, path) => {
      asked.push(String(path));
      return Reflect.get(files, path) as string | undefined;
    },
  });
  const found = await reviewed(outside, watched);
  assert.deepEqual(
    asked.filter((path) => path.includes("secret")),
    [],
  );
  assert.deepEqual(
    found.problems.map(({ code: problem, range }) => [problem, outside.slice(range?.start, range?.end)]),
    [["image.unsafe-path", '"../../secret.h"']],
  );
});

function reviewed(text: string, files: Readonly<Record<string, string>>): Promise<Review> {
  return review(text, { name: "net/session.c", language: "c", reviewer, workspace: files });
}
