/** Scenarios with more threads and objects: who is repeated, who owns what, and that nothing wrong is found in sound code. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Profile } from "../../server/src/model/profile";
import { combinations, profileWhere } from "../../server/src/review/bases";
import { scaled, scenariosAt, type Scale } from "../../server/src/model/scale";
import { onlyScenarios, profileNamed, review, reviewerOver } from "../review/support";
import { fixtures } from "../support/paths";

const ROOT = "struct kvm_mmu_page";
const SESSION = "struct session";

interface Case {
  readonly profile: string;
  readonly scenario: string;
  readonly scale: Scale;
  readonly id: string;
  /** Entry and the object that it is given. */
  readonly threads: readonly string[];
  readonly type: string;
  readonly size: number;
  /** Count and what may be left of it, of each object at the start. */
  readonly counts: readonly string[];
}

const CASES: readonly Case[] = [
  // Each further put owns one more reference to the only root.
  tdp("put-fast-zap", 4, null, "put-fast-zap@4x1", ["vcpu_put 1", "fast_zap", "vcpu_put 1", "vcpu_put 1"], 1, [
    "3 keeps 0",
  ]),
  // The second put takes the second root, so nobody outside has to keep it; the third goes back to the first.
  tdp("put", 3, 2, "put@3x2", ["vcpu_put 1", "vcpu_put 2", "vcpu_put 1"], 2, ["2 keeps 0", "1 keeps 0"]),
  tdp("put-reader", null, 2, "put-reader@2x2", ["vcpu_put 1", "reader"], 2, ["1 keeps 0", "1 keeps 1"]),
  // Repeatable threads by turns; room for what a further load makes.
  tdp(
    "load-put-put",
    4,
    null,
    "load-put-put@4x3",
    ["vcpu_load_fault_put", "vcpu_put 1", "vcpu_load_fault_put", "vcpu_put 1"],
    3,
    ["2 keeps 0"],
  ),
  // The first half of the fast zap takes a reference of each root that nobody puts.
  tdp("put-invalidate", null, 2, "put-invalidate@2x2", ["vcpu_put 1", "invalidate_all"], 2, ["1 keeps 1", "1 keeps 2"]),
  // Nobody would put a further root of a VM that goes away, and there is one end of it.
  tdp("vm-close", 4, 3, "vm-close", ["vm_close"], 1, ["1 keeps 0"]),
  tdp("put-fast-zap", 2, 1, "put-fast-zap", ["vcpu_put 1", "fast_zap"], 1, ["1 keeps 0"]),
  {
    profile: "kref-list",
    scenario: "lookup-remove",
    scale: { threads: 6, objects: 2 },
    id: "lookup-remove@6x2",
    // Only one can take the list's reference to a session: when both have, the lookups go on alone.
    threads: ["lookup_put", "remove 1", "lookup_put", "remove 2", "lookup_put", "lookup_put"],
    type: SESSION,
    size: 2,
    counts: ["1 keeps 0", "1 keeps 0"],
  },
];

for (const { profile: name, scenario: id, scale, ...expected } of CASES) {
  test(`${id} with ${scale.threads ?? "its"} threads and ${scale.objects ?? "its"} objects`, () => {
    const profile = firstOf(name);
    const scenario = profile.scenarios.find((each) => each.id === id);
    assert.ok(scenario);
    const made = scaled(profile, scenario, scale);
    const pool = made.pools[expected.type];
    const count = expected.type === ROOT ? "tdp_mmu_root_count" : "ref.refcount";
    assert.deepEqual(
      {
        id: made.id,
        threads: made.threads.map(({ entry, args }) => [entry, ...Object.values(args ?? {})].join(" ")),
        size: pool?.size,
        counts: pool?.initial.map(({ values, keeps }) => `${values[count]} keeps ${keeps ?? 0}`),
      },
      { id: expected.id, threads: expected.threads, size: expected.size, counts: expected.counts },
    );
    assert.equal(new Set(made.threads.map((thread) => thread.name)).size, made.threads.length, "names are distinct");
  });
}

test("vCPUs that are closed own a reference to the VM each", () => {
  const profile = firstOf("tdp-mmu");
  const scenario = profile.scenarios.find((each) => each.id === "put-close-close");
  assert.ok(scenario);
  // Two by itself: one of the vCPU and one of the file descriptor.
  assert.equal(scaled(profile, scenario, { threads: 4, objects: null }).set?.["struct kvm:users_count"], 4);
});

test("scenarios that come to the same are run once", () => {
  const profile = firstOf("tdp-mmu");
  const at = scenariosAt(profile, { threads: 2, objects: null }).map(({ id }) => id);
  assert.ok(at.includes("put@2x1"));
  assert.ok(!at.includes("put-put"), "two puts, as put@2x1");
  assert.deepEqual(scenariosAt(profile, { threads: null, objects: null }), profile.scenarios);
});

test("nothing is found in sound code at a larger scale, and what is wrong is still found", async () => {
  const kref = reviewerOver(profileNamed("kref-list"));
  const scale = { threads: 4, objects: 2 };
  const found = await review(patch("kref-get.patch"), { reviewer: kref, scale });
  assert.deepEqual(
    found.scenarios.map(({ id, before, after }) => [id, before?.verdict, after?.verdict]),
    [
      ["0/lookup-remove@4x2/unless-zero", "safe", "violated"],
      ["0/lookup-lookup-remove@4x2/unless-zero", "safe", "violated"],
      // Who runs alone takes nothing from anybody.
      ["0/lookup-alone@1x2/unless-zero", "safe", "safe"],
    ],
  );
  const loaded = onlyScenarios(profileNamed("tdp-mmu"), ["put-fast-zap", "put-reader", "put-invalidate-queue"]);
  const put = await review(patch("plain-return.patch"), {
    reviewer: reviewerOver(loaded),
    scale: { threads: 3, objects: 2 },
  });
  assert.ok(put.scenarios.length >= 3);
  for (const { id, before } of put.scenarios) assert.equal(before?.verdict, "safe", id);
});

/** The profile in the first of its combinations. */
function firstOf(name: string): Profile {
  const { profile } = profileNamed(name);
  return profileWhere(profile, combinations(profile)[0] ?? {});
}

function tdp(
  scenario: string,
  threads: number | null,
  objects: number | null,
  id: string,
  runs: readonly string[],
  size: number,
  counts: readonly string[],
): Case {
  return { profile: "tdp-mmu", scenario, scale: { threads, objects }, id, threads: runs, type: ROOT, size, counts };
}

function patch(name: string): string {
  return readFileSync(path.join(fixtures, "patches", name), "utf8");
}
