/** Neither the front end nor the engine knows a function or a type of the kernel by its name: names are data. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { KERNEL } from "../../server/src/review/builtin";
import type { Review } from "../../server/src/review/review";
import { fixtures, root } from "../support/paths";
import { identifiersIn, renameAll } from "./renaming";
import { onlyScenarios, outcomeOf, profileNamed, review, reviewerOver } from "./support";

interface Case {
  readonly patch: string;
  readonly scenarios: readonly string[];
}

const SCENARIOS = ["put", "shared-put", "put-reader", "shared-put-reader", "put-notifier", "fast-zap-kept"];
const WITH_FAST_ZAP = [...SCENARIOS, "load-put-fast-zap"];

/** By profile. What each patch is a case of stands in test/fixtures/patches/expect.json. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  "tdp-mmu": [
    { patch: "put-root-gift.patch", scenarios: WITH_FAST_ZAP },
    { patch: "mark-plain.patch", scenarios: [...SCENARIOS, "put-fast-zap"] },
    { patch: "kfree.patch", scenarios: SCENARIOS },
    { patch: "reader-refcount-inc.patch", scenarios: SCENARIOS },
    { patch: "worker-list-walk.patch", scenarios: [...WITH_FAST_ZAP, "put-vm-close"] },
    { patch: "unlink-after-callback-unlocked.patch", scenarios: SCENARIOS },
  ],
  "kref-list": [{ patch: "kref-get.patch", scenarios: ["lookup-remove"] }],
};

const RENAMINGS: Readonly<Record<string, (index: number, all: readonly string[]) => string>> = {
  "shorter and longer ones": (index) =>
    index % 2 === 0 ? `Z${index.toString(36)}` : `the_name_of_something_that_had_a_shorter_one_before_it_was_${index}`,
  "each the name of its neighbour": (index, all) => all[(index + 1) % all.length] ?? "",
};

const expectations = JSON.parse(readFileSync(join(fixtures, "patches/expect.json"), "utf8")) as Record<
  string,
  { readonly after: string }
>;

for (const [profile, cases] of Object.entries(CASES)) {
  const named = { kernel: KERNEL, loaded: profileNamed(profile), patches: cases.map(({ patch }) => read(patch)) };
  const renamed = Object.entries(RENAMINGS).map(([how, name]) => ({ how, ...renameAll(named, name) }));

  test(`${profile}: nothing keeps its name`, () => {
    const old = identifiersIn(named);
    for (const primitive of Object.keys(KERNEL.vocabulary)) assert.ok(primitive.endsWith("*") || old.has(primitive));
    for (const each of renamed.slice(0, 1)) {
      const kept = [...identifiersIn(each)].filter((identifier) => old.has(identifier));
      assert.deepEqual(kept, [], each.how);
    }
  });

  for (const [index, { patch, scenarios }] of cases.entries()) {
    test(`${patch} comes out the same whatever things are called`, async () => {
      const expected = await review(named.patches[index] ?? "", {
        reviewer: reviewerOver(onlyScenarios(named.loaded, scenarios)),
      });
      assert.equal(expected.verdict, expectations[patch]?.after);
      assert.ok(expected.scenarios.length >= scenarios.length, "the scenarios did not run");
      for (const { how, kernel, loaded, patches } of renamed) {
        const reviewer = reviewerOver(onlyScenarios(loaded, scenarios), kernel);
        const found = await review(patches[index] ?? "", { reviewer });
        assert.deepEqual(outcomeOf(found), outcomeOf(expected), how);
        assert.deepEqual(sizesOf(found), sizesOf(expected), `${how}: another machine`);
      }
    });
  }
}

/** Equal machines have equally many states and equally long traces. */
function sizesOf(found: Review): string[] {
  return [
    ...found.scenarios.map(({ id, before, after }) => `${id}: ${before?.states}, ${after?.states} states`),
    ...found.findings.map(
      ({ scenario, code, status, steps }) => `${scenario}: ${status} ${code} ${steps.length} steps`,
    ),
  ].sort();
}

function read(name: string): string {
  const path = join(fixtures, "patches", name);
  return readFileSync(existsSync(path) ? path : join(root, "examples", name), "utf8");
}
