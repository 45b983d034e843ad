/**
 * The kernels that Debian ships, as trees: with their own callers in the place of ours nothing is found, every scenario is
 * explored to its end, and a mistake in a caller is found as one in the code that it calls.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Review } from "../../server/src/review/review";
import { unifiedDiff } from "../review/diffs";
import { profileNamed, review } from "../review/support";
import { kernelTree, RELEASES, type Release } from "../support/kernel-tree";
import { needs } from "../support/needs";

const REVIEWED = "arch/x86/kvm/mmu/tdp_mmu.c";
const CALLERS = "arch/x86/kvm/mmu/mmu.c";

/** Who has to be the kernel's own: vCPUs that load, fault and free, the fast zap, notifiers, zap-all, the end of the VM. */
const OWN: Readonly<Record<Release, readonly string[]>> = {
  "6.1": ["direct_page_fault", "mmu_alloc_direct_roots", "kvm_mmu_free_roots", "kvm_mmu_zap_all_fast"],
  "6.12": [
    "kvm_tdp_mmu_page_fault",
    "kvm_mmu_free_roots",
    "__kvm_mmu_zap_all_fast_back_half",
    "kvm_arch_flush_shadow_memslot",
  ],
};
const OWN_IN_BOTH = [
  "is_page_fault_stale",
  "kvm_unmap_gfn_range",
  "kvm_zap_gfn_range",
  "kvm_mmu_zap_all",
  "kvm_mmu_uninit_vm",
  "kvm_destroy_vm",
  "kvm_arch_destroy_vm",
];

for (const release of RELEASES) {
  test(`${release} as shipped is clean with its own callers`, async (t) => {
    if (!needs(t, `kernel-${release}`)) return;
    const tree = shipped(release);
    const whole = await review(tree[REVIEWED] ?? "", { name: REVIEWED, language: "c", workspace: tree });
    assert.deepEqual(wrongIn(whole), []);
    for (const { id, after } of whole.scenarios) assert.equal(after?.verdict, "safe", id);
    const { actingStatements, modelledStatements } = whole.coverage;
    t.diagnostic(`${modelledStatements} of ${actingStatements} statements modelled`);
    assert.ok(modelledStatements >= 0.95 * actingStatements);
    assert.deepEqual(textsOf(whole, "stand-in"), []);
    const own = textsOf(whole, "from-tree").join(" ");
    for (const name of [...OWN[release], ...OWN_IN_BOTH]) assert.match(own, new RegExp(`\\b${name}\\(\\)`), name);
  });
}

interface Change {
  readonly what: string;
  readonly release: Release;
  readonly from: RegExp;
  readonly to: string;
  /** One of them is an error; empty where the change is sound. */
  readonly codes: readonly string[];
}

const CHANGES: readonly Change[] = [
  {
    // A fault has to look whether the root is still valid (rule 13): behind the zap nobody unmaps what it maps.
    what: "a fault does not look whether its root is obsolete",
    release: "6.12",
    from: /\tif \(sp && is_obsolete_sp\(vcpu->kvm, sp\)\)\n\t\treturn true;\n/,
    to: "",
    codes: ["lifetime.freed-unzapped", "lifetime.use-after-free", "zap.incomplete-on-return"],
  },
  {
    // Before the fast zap returns, what it invalidated has to be zapped (rule 12).
    what: "the fast zap leaves the zapping to the last put",
    release: "6.1",
    from: /\tif \(is_tdp_mmu_enabled\(kvm\)\)\n\t\tkvm_tdp_mmu_zap_invalidated_roots\(kvm\);\n/,
    to: "",
    codes: ["zap.incomplete-on-return"],
  },
  {
    // Once the memslot is gone, notifiers no longer find what it still maps (rule 12).
    what: "a memslot goes without having been unmapped",
    release: "6.12",
    from: /\t\tflush = kvm_unmap_gfn_range\(kvm, &range\);\n(?=\t\tkvm_mmu_zap_memslot)/,
    to: "\t\tflush = false;\n",
    codes: ["zap.incomplete-on-return"],
  },
  {
    // A vCPU may look at its root a second time: nothing changes by that.
    what: "a fault looks at its root twice",
    release: "6.12",
    from: /\tif \(sp && is_obsolete_sp\(vcpu->kvm, sp\)\)\n\t\treturn true;\n/,
    to: "\tif (sp && is_obsolete_sp(vcpu->kvm, sp))\n\t\treturn true;\n\tif (sp && is_obsolete_sp(vcpu->kvm, sp))\n\t\treturn true;\n",
    codes: [],
  },
];

for (const { what, release, from, to, codes } of CHANGES) {
  test(`on top of ${release}: ${what}`, async (t) => {
    if (!needs(t, `kernel-${release}`)) return;
    const tree = shipped(release);
    const before = tree[CALLERS] ?? "";
    assert.match(before, from);
    const after = before.replace(from, () => to);
    const told = await review(unifiedDiff([{ path: CALLERS, before, after }]), { workspace: tree });
    assert.deepEqual(told.problems, []);
    for (const { id, before: had } of told.scenarios) assert.equal(had?.verdict, "safe", id);
    const found = [...new Set(wrongIn(told))];
    if (codes.length === 0) assert.deepEqual(found, []);
    else
      assert.ok(
        found.some((code) => codes.includes(code)),
        `found: ${found.join()}`,
      );
  });
}

/** What the profile reads of the tree. */
function shipped(release: Release): Record<string, string> {
  const top = kernelTree(release);
  const paths = (profileNamed("tdp-mmu").profile.tree ?? []).map((file) => file.path);
  const there = paths.filter((file) => existsSync(path.join(top, file)));
  return Object.fromEntries(there.map((file) => [file, readFileSync(path.join(top, file), "utf8")]));
}

function wrongIn({ findings }: Review): string[] {
  return findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);
}

function textsOf({ assumptions }: Review, kind: string): string[] {
  return assumptions.filter((each) => each.kind === kind).map(({ text }) => text);
}
