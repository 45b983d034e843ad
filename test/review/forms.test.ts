/** Constructs of kernel C, each in code that is right and with two bugs: `test/fixtures/forms`, of which forms.json tells the bugs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Profile } from "../../server/src/model/profile";
import type { Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { profileNamed, review, reviewerOver } from "./support";

interface Bug {
  readonly replace: readonly [string, string];
  /** All that are found, each at least once. */
  readonly codes: readonly string[];
}

const folder = join(fixtures, "forms");
const forms = JSON.parse(readFileSync(join(folder, "forms.json"), "utf8")) as Readonly<
  Record<string, Readonly<Record<string, Bug>>>
>;
const lifecycle = profileNamed("kref-list");
const reviewer = reviewerOver(lifecycle);
/** For code that makes sessions there is room for one more. */
const MAKERS: ReadonlySet<string> = new Set(["replace"]);
const roomy = reviewerOver({ ...lifecycle, profile: { ...lifecycle.profile, scenarios: withRoom() } });

for (const [form, bugs] of Object.entries(forms)) {
  const text = readFileSync(join(folder, `${form}.c`), "utf8");
  test(`${form}: right`, async () => {
    const found = await reviewed(text, MAKERS.has(form) ? roomy : reviewer);
    assert.deepEqual(codesOf(found), []);
    assert.equal(found.verdict, "safe", found.patches[0]?.statement);
    assert.deepEqual(found.problems, []);
    const { actingStatements, modelledStatements } = found.coverage;
    assert.ok(actingStatements > 0);
    assert.equal(modelledStatements, actingStatements);
  });
  for (const [bug, { replace, codes }] of Object.entries(bugs)) {
    test(`${form}: ${bug}`, async () => {
      assert.ok(text.includes(replace[0]), `${form}.c does not hold: ${replace[0]}`);
      const found = await reviewed(text.replace(replace[0], replace[1]), MAKERS.has(form) ? roomy : reviewer);
      assert.deepEqual(codesOf(found), codes);
    });
  }
}

function reviewed(text: string, by = reviewer): Promise<Review> {
  return review(text, { name: "session.c", language: "c", reviewer: by });
}

function withRoom(): Profile["scenarios"] {
  return lifecycle.profile.scenarios.map((scenario) => {
    const pools = Object.entries(scenario.pools).map(([type, pool]) => [type, { ...pool, size: pool.size + 1 }]);
    return { ...scenario, pools: Object.fromEntries(pools) as typeof scenario.pools };
  });
}

function codesOf(found: Review): string[] {
  const errors = found.findings.filter(({ severity }) => severity === "error");
  return [...new Set(errors.map(({ code }) => code))].toSorted();
}
