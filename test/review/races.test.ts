/** Data races in a review: information that was asked for, and nothing else changes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { textReport } from "../../server/src/report";
import { PLAIN } from "../../server/src/report/style";
import type { Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { onlyScenarios, profileNamed, review, reviewerOver } from "./support";

const reviewer = reviewerOver(onlyScenarios(profileNamed("kref-list"), ["lookup-lookup-remove"]));

test("two plain stores race, and the verdict is what it was", async () => {
  const text = textOf("counted.c");
  const [without, found] = [await reviewed(text, false), await reviewed(text, true)];
  assert.deepEqual(racesOf(without), []);
  const races = racesOf(found);
  assert.equal(races.length, 1);
  const [race] = races;
  assert.equal(race?.severity, "info");
  assert.equal(race?.status, "present");
  assert.equal(race?.function, "session_lookup");
  assert.match(race?.message ?? "", /data race on session_hits: a plain store, .* and a plain store, .*session_lookup/);
  assert.equal(text.slice(race?.range.start, race?.range.end), "session_hits = 1");
  const last = (race?.steps ?? []).slice(-2);
  assert.deepEqual(
    last.map((step) => step.text),
    ["session_hits = 1", "session_hits = 1"],
  );
  assert.notEqual(last[0]?.thread, last[1]?.thread);
  assert.equal(found.verdict, without.verdict);
  assert.deepEqual(
    found.findings.filter((finding) => !races.includes(finding)),
    without.findings,
  );
  const verdicts = (of: Review): unknown => of.patches.map(({ verdict, files }) => ({ verdict, files }));
  assert.deepEqual(verdicts(found), verdicts(without));
});

test("marked stores do not", async () => {
  assert.deepEqual(racesOf(await reviewed(textOf("counted-marked.c"), true)), []);
});

test("the text sums races up, and tells each when it is asked to", async () => {
  const text = textOf("counted.c");
  const found = await reviewed(text, true);
  const document = { path: "counted.c", kind: "c" as const, sha256: "", text, review: found };
  const report = (allTraces: boolean): string => textReport([document], { width: 100, style: PLAIN, allTraces });
  assert.match(report(false), /info: 1 place in session_lookup\(\) has data races; --all-traces tells each/);
  assert.doesNotMatch(report(false), /race\.plain-access/);
  assert.match(report(true), /data race on session_hits.*/);
  assert.match(report(true), /race\.plain-access/);
});

function textOf(file: string): string {
  return readFileSync(path.join(fixtures, "races", file), "utf8");
}

async function reviewed(text: string, races: boolean): Promise<Review> {
  return review(text, { name: "counted.c", language: "c", reviewer, races });
}

function racesOf({ findings }: Review): Review["findings"] {
  return findings.filter(({ code }) => code === "race.plain-access");
}
