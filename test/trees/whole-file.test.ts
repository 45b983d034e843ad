/**
 * All of `arch/x86/kvm/mmu/tdp_mmu.c` as Debian ships it, with our callers: nothing is found, every scenario is explored to
 * its end, and nearly every statement that acts is modelled. With a patch on top it is as clean before.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Review } from "../../server/src/review/review";
import { unifiedDiff } from "../review/diffs";
import { review } from "../review/support";
import { kernelTree, type Release } from "../support/kernel-tree";
import { needs } from "../support/needs";

const FILE = "arch/x86/kvm/mmu/tdp_mmu.c";

/** Who puts a root is as PROTOCOL.md has it for what Debian ships: 6.1 has the scheduled flag of 6.6 by now. */
const ERAS: Readonly<Record<Release, Readonly<Record<string, string>>>> = {
  "6.1": { put: "unlink-only", "fast-zap": "scheduled", vcpu: "write-lock" },
  "6.12": { put: "unlink-only", "fast-zap": "scheduled", vcpu: "read-lock" },
};

for (const release of ["6.1", "6.12"] as const) {
  test(`${release} as shipped is clean, and nearly all of it runs`, async (t) => {
    if (!needs(t, `kernel-${release}`)) return;
    const whole = await review(shipped(release), { name: "tdp_mmu.c", language: "c" });
    assert.deepEqual(errorsOf(whole), []);
    for (const { id, after, base } of whole.scenarios) {
      assert.equal(after?.verdict, "safe", id);
      for (const [fact, value] of Object.entries(ERAS[release])) assert.equal(base[fact], value, fact);
    }
    const { actingStatements, modelledStatements, actingLines, executed, notRun } = whole.coverage;
    t.diagnostic(
      `${modelledStatements} of ${actingStatements} statements modelled, ${executed} of ${actingLines} lines run`,
    );
    assert.ok(actingStatements > 150);
    assert.ok(modelledStatements >= 0.95 * actingStatements);
    assert.equal(notRun.length, actingLines - executed);
    const functions = whole.patches.flatMap(({ files }) => files.flatMap((file) => file.functions));
    assert.equal(functions.find(({ name }) => name === "kvm_tdp_mmu_put_root")?.after, "safe");
    // Page tables below the root are there for these, and for what they call.
    assert.equal(functions.find(({ name }) => name === "handle_removed_pt")?.after, "safe");
    assert.deepEqual(notRun, []);
  });
}

interface Change {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** Empty where the change is sound. */
  readonly codes: readonly string[];
}

const CHANGES: readonly Change[] = [
  {
    // The lock is held from before the call to behind it: when lockdep looks makes no difference.
    what: "the count is looked at before the lock is asserted",
    from: "\tkvm_lockdep_assert_mmu_lock_held(kvm, shared);\n\n\tif (!refcount_dec_and_test(&root->tdp_mmu_root_count))\n\t\treturn;\n",
    to: "\tif (!refcount_dec_and_test(&root->tdp_mmu_root_count))\n\t\treturn;\n\n\tkvm_lockdep_assert_mmu_lock_held(kvm, shared);\n",
    codes: [],
  },
  {
    // A walk under the read lock may stand on the root: it has to stay for a grace period (rule 1).
    what: "a root is freed at once",
    from: "\tcall_rcu(&root->rcu_head, tdp_mmu_free_sp_rcu_callback);\n",
    to: "\ttdp_mmu_free_sp(root);\n",
    codes: ["lifetime.no-grace-period", "lifetime.use-after-free"],
  },
];

for (const { what, from, to, codes } of CHANGES) {
  test(`on top of 6.1: ${what}`, async (t) => {
    if (!needs(t, "kernel-6.1")) return;
    const before = shipped("6.1");
    assert.ok(before.includes(from));
    const after = before.replace(from, () => to);
    const told = await review(unifiedDiff([{ path: FILE, before, after }]), { workspace: { [FILE]: before } });
    assert.deepEqual(told.problems, []);
    assert.deepEqual(
      told.patches.flatMap(({ files }) => files.map(({ source }) => source)),
      ["workspace"],
    );
    for (const { id, before: had } of told.scenarios) assert.equal(had?.verdict, "safe", id);
    assert.deepEqual([...new Set(errorsOf(told))].sort(), codes);
  });
}

function shipped(release: Release): string {
  return readFileSync(path.join(kernelTree(release), FILE), "utf8");
}

function errorsOf({ findings }: Review): string[] {
  return findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);
}
