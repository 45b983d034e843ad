/** The published table against what is reviewed now. All of it takes minutes, so a sample of the mails is reviewed anew. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { corpus, needs } from "../support/needs";
import { page, readFolder } from "./folder";
import { judge } from "./judge";
import { outcomeOf } from "./outcome";
import { rowOf } from "./page";

/** One mail in so many is reviewed anew. */
const EVERY = 8;

test("the published table has a row for each mail, and a sample of them comes out as it says", async (t) => {
  if (!needs(t, "corpus")) return;
  const published = readFileSync(page, "utf8");
  const listed = readFolder(corpus());
  const mails = listed.flatMap(({ mail }) => mail ?? []);
  for (const [index, { entry, expected, mail }] of listed.entries()) {
    const name = entry.file.slice(entry.file.lastIndexOf("/") + 1).replace(/\.eml$/, "");
    const row = published.split("\n").find((line) => line.startsWith(`| ${name} |`));
    assert.ok(row !== undefined, `docs/corpus.md has no row for ${name}: npm run corpus`);
    if (mail === null || index % EVERY !== 0) continue;
    const now = rowOf(judge(entry, expected, await outcomeOf(mail, mails)));
    // What was told may be worded anew; what came out may not change unseen.
    const cells = (line: string): string => line.split(" | ").slice(0, 7).join(" | ");
    assert.equal(cells(now), cells(row), `docs/corpus.md is not up to date: npm run corpus`);
  }
});

test("no mail that history found fine is said to bring something in", (t) => {
  if (!needs(t, "corpus")) return;
  const published = readFileSync(page, "utf8").split("\n");
  const root = published.slice(0, published.indexOf("## other"));
  const alarms = root.filter(
    (line) => line.startsWith("| ") && !/^\| (mail|---) /.test(line) && line.split(" | ")[5] !== "",
  );
  assert.deepEqual(alarms, []);
});
