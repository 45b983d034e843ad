/** How code is written down is nothing to what it does: helpers, jumps, conditions, layout and order change no verdict. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Profile } from "../../server/src/model/profile";
import type { Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { unifiedDiff } from "./diffs";
import { hunksUpsideDown, upsideDown, withLowBraces, withoutTabs } from "./layouts";
import { onlyScenarios, outcomeOf, profileNamed, review, reviewerOver, scenarioOf } from "./support";

interface Flavour {
  readonly replace?: readonly [string, string];
  readonly after: string;
  readonly findings: Readonly<Record<string, readonly string[]>>;
}

interface Shapes {
  readonly path: string;
  readonly scenarios: readonly string[];
  readonly flavours: Readonly<Record<string, Flavour>>;
}

const folder = join(fixtures, "shapes");
const groups = JSON.parse(readFileSync(join(folder, "shapes.json"), "utf8")) as Readonly<Record<string, Shapes>>;

/** A comment that only one base has: it says which fast zap is meant. */
const MARKER = {
  before: "/* Every root that was invalidated has an item in the queue, or had one. */",
  after: "/* An item puts the reference that was taken for it. */",
  tail: `
void kvm_tdp_mmu_zap_invalidated_roots(struct kvm *kvm)
{
	flush_workqueue(kvm->arch.tdp_mmu_zap_wq);
}
`,
};

/** Lines of context: the whole function is shown, so that all shapes of it are laid on the same base. */
const WHOLE = 100;

for (const [group, { path, scenarios, flavours }] of Object.entries(groups)) {
  const reviewer = reviewerOver(onlyScenarios(profileNamed("tdp-mmu"), scenarios));
  const read = (name: string): string => readFileSync(join(folder, group, name), "utf8");
  for (const shape of readdirSync(join(folder, group))) {
    for (const [flavour, { replace = ["", ""], after, findings }] of Object.entries(flavours)) {
      if (shape === "before.c" && after === "safe") continue;
      test(`${group}: ${shape.replace(".c", "")}, ${flavour}`, async () => {
        const text = read(shape);
        assert.ok(text.includes(replace[0]), `${shape} does not hold: ${replace[0]}`);
        const changes = [
          { path, before: read("before.c"), after: text.replace(replace[0], replace[1]) },
          { path, before: `${MARKER.before}${MARKER.tail}`, after: `${MARKER.after}${MARKER.tail}` },
        ];
        const diff = unifiedDiff(changes, WHOLE);
        const found = await review(diff, { reviewer });
        const [patch] = found.patches;
        assert.equal(patch?.before, "safe", patch?.beforeStatement ?? "no patch was read");
        assert.equal(patch?.verdict, after, patch?.statement);
        assert.deepEqual(codesOf(found), findings);
      });
    }
  }
}

const unchanged = (text: string): string => text;

const LAYOUTS: Readonly<Record<string, { base?: (text: string) => string; patch?: (text: string) => string }>> = {
  "the patch with blanks for tabs": { patch: (text) => withoutTabs(text, 8) },
  "the base with blanks for tabs": { base: (text) => withoutTabs(text, 4) },
  "the base with opening braces on their own lines": { base: withLowBraces },
  "the base from its last function to its first": { base: upsideDown },
  "both from the last function to the first": { base: upsideDown, patch: hunksUpsideDown },
};

/** Of two functions each. */
const PATCHES: Readonly<Record<string, readonly string[]>> = {
  "kfree.patch": ["put", "put-reader", "shared-put-reader"],
  "worker-list-walk.patch": ["put", "load-put-fast-zap"],
};

for (const [name, scenarios] of Object.entries(PATCHES)) {
  test(`${name} comes out the same in any layout`, async () => {
    const profile = onlyScenarios(profileNamed("tdp-mmu"), scenarios);
    const text = readFileSync(join(fixtures, "patches", name), "utf8");
    const expected = outcomeOf(await review(text, { reviewer: reviewerOver(profile) }));
    assert.ok(expected.findings.length > 0);
    for (const [layout, { base = unchanged, patch = unchanged }] of Object.entries(LAYOUTS)) {
      const texts = Object.fromEntries(
        Object.entries(profile.texts).map(([file, code]) => [
          file,
          isOfBase(profile.profile, file) ? base(code) : code,
        ]),
      );
      if (base !== unchanged) assert.notDeepEqual(texts, profile.texts, layout);
      if (patch !== unchanged) assert.notEqual(patch(text), text, layout);
      const found = await review(patch(text), { reviewer: reviewerOver({ ...profile, texts }) });
      assert.deepEqual(outcomeOf(found), expected, layout);
    }
  });
}

function isOfBase({ base }: Profile, file: string): boolean {
  return base.some((entry) => (typeof entry === "string" ? entry : entry.file) === file);
}

/** Code -> the scenarios in which it is an error. */
function codesOf(found: Review): Record<string, string[]> {
  const codes: Record<string, string[]> = {};
  for (const { code, scenario, severity } of found.findings) {
    if (severity === "error") (codes[code] ??= []).push(scenarioOf(scenario ?? ""));
  }
  for (const scenarios of Object.values(codes)) scenarios.sort();
  return codes;
}
