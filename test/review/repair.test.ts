/** The true fix of known patches is among the single changes that are tried: see test/fixtures/why/README.md. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixtures } from "../support/paths";
import { askerFor, onlyScenarios, profileNamed, review, reviewerOver } from "./support";

interface Expected {
  readonly profile: string;
  readonly scenarios: readonly string[];
  readonly finding: string;
  /** Null: nothing removes it. */
  readonly kind: string | null;
  /** Without their indents. */
  readonly becomes?: readonly string[];
  /** The document can be edited as it is. */
  readonly edits?: boolean;
  readonly because: string;
}

const all = JSON.parse(readFileSync(join(fixtures, "why", "repairs.json"), "utf8")) as Record<string, Expected>;

for (const [name, { profile, scenarios, finding, kind, becomes, edits, because }] of Object.entries(all)) {
  test(`${name}: ${because}`, async () => {
    const text = readFileSync(join(fixtures, "patches", name), "utf8");
    const loaded = onlyScenarios(profileNamed(profile), scenarios);
    const found = (await review(text, { reviewer: reviewerOver(loaded) })).findings.find(
      ({ code }) => code === finding,
    );
    assert.ok(found, `${finding} is not found`);
    const answer = await askerFor(loaded)(text, { kind: "repairs", fingerprint: found.fingerprint });
    assert.deepEqual([answer.stage, answer.refusal], ["complete", null]);
    if (kind === null) return assert.deepEqual(answer.repairs, []);
    const told = answer.repairs.map((each) => each.becomes.map((line) => line.trim()));
    const repair = answer.repairs[told.findIndex((lines) => lines.join("\n") === becomes?.join("\n"))];
    assert.ok(repair, JSON.stringify(told));
    assert.deepEqual([repair.kind, repair.removesAll, repair.edits !== null], [kind, true, edits]);
    if (repair.edits === null) return;
    // The edited document is a patch without the finding.
    const mended = repair.edits.reduceRight(
      (so, e) => so.slice(0, e.range.start) + e.text + so.slice(e.range.end),
      text,
    );
    const after = await review(mended, { reviewer: reviewerOver(loaded) });
    assert.deepEqual(
      after.findings.filter(({ code, status }) => code === finding && status !== "fixed"),
      [],
    );
  });
}
