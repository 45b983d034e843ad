/** `npm run mutants`: all mutants of all bases, and docs/mutants.md from them. It takes a quarter of an hour. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import test from "node:test";
import { noticed, scoreOf } from "../../server/src/review/mutants/outcome";
import { mutantsPage, type Judged } from "../../server/src/review/mutants/page";
import { Reasons } from "../../server/src/review/mutants/reasons";
import { MutationRun } from "../../server/src/review/mutants/run";
import { page, reasons, subjects } from "./support";

const skip = process.env["LASTPUT_MUTANTS"] === "1" ? false : "npm run mutants";

test("19 of 20 mutants that are not equivalent are caught, and each other one has a reason", { skip }, async (t) => {
  const run = new MutationRun();
  const told = new Reasons(reasons());
  const judged: Judged[] = [];
  for (const [index, subject] of (await subjects()).entries()) {
    const outcomes = subject.mutants.map((mutant) => {
      const outcome = told.settle(subject, mutant, run.outcome(subject, mutant));
      if (outcome.kind === "open") {
        t.diagnostic(
          `${index + 1} ${subject.profile}: ${mutant.id} (${subject.hashOf(mutant)}): ${outcome.why} in ${outcome.scenario}`,
        );
      }
      return { mutant, outcome };
    });
    judged.push({ subject, outcomes });
  }
  writeFileSync(page, mutantsPage(judged));
  const score = scoreOf(judged.flatMap(({ outcomes }) => outcomes.map(({ outcome }) => outcome)));
  t.diagnostic(JSON.stringify({ ...score, noticed: noticed(score) }));
  assert.deepEqual(told.stale, [], "reasons that are of no use: the code has changed, or the mutant is noticed now");
  assert.equal(score.open, 0, "survivors without a proof or a reason");
  assert.ok(noticed(score) >= 0.95);
});
