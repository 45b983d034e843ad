/**
 * Known mistakes, each ported to the kernels that Debian ships by an edit of its own code and sent as a patch on that
 * tree: a row of the rules that applies to the era is caught there too, and what only looks like one is not.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { PROFILES } from "../../server/src/review/builtin";
import { treePaths } from "../../server/src/review/trees";
import { parser } from "../c/support";
import { unifiedDiff } from "../review/diffs";
import { review } from "../review/support";
import { kernelTree, type Release } from "../support/kernel-tree";
import { needs } from "../support/needs";
import { fixtures } from "../support/paths";
import { apply, type Edit } from "./edits";

interface Row {
  readonly what: string;
  /** The rule that it breaks, and how that shows. */
  readonly why: string;
  readonly edits: readonly (Edit & { readonly tree?: string; readonly file?: string })[];
  /** One of them is found as an error; none when it is no mistake in these eras. */
  readonly codes: readonly string[];
}

const MMU = "arch/x86/kvm/mmu";

/**
 * One test for each row.
 *
 * @param fixture `rows`, of roots, or `tables`, of the page tables below them
 */
export function testRows(release: Release, fixture: "rows" | "tables"): void {
  const rows = JSON.parse(readFileSync(path.join(fixtures, `trees/${fixture}.json`), "utf8")) as Row[];
  for (const row of rows) {
    test(`${release}: ${row.what}`, async (t) => {
      if (!needs(t, `kernel-${release}`)) return;
      const tree = treeOf(release);
      const found = await review(await patchOf(row, release, tree), { workspace: tree });
      const own = found.findings.filter((f) => f.severity === "error" && f.status === "introduced");
      const codes = [...new Set(own.map((f) => f.code))];
      const told = `${found.patches[0]?.statement}; ${codes.join(" ")}; ${found.problems.map((p) => p.code).join(" ")}`;
      assert.equal(found.patches[0]?.before, "safe", told);
      assert.ok(!found.problems.some((p) => p.code === "image.workspace-not-run"), told);
      if (row.codes.length === 0) assert.deepEqual(codes, [], told);
      else
        assert.ok(
          row.codes.some((code) => codes.includes(code)),
          told,
        );
    });
  }
}

/** What the review reads of a kernel, by path. */
function treeOf(release: Release): Readonly<Record<string, string>> {
  const top = kernelTree(release);
  const paths = treePaths(PROFILES).filter((file) => existsSync(path.join(top, file)));
  return Object.fromEntries(paths.map((file) => [file, readFileSync(path.join(top, file), "utf8")]));
}

async function patchOf(row: Row, release: Release, tree: Readonly<Record<string, string>>): Promise<string> {
  const c = await parser();
  const made = { ...tree };
  for (const { tree: only, file = "tdp_mmu.c", ...edit } of row.edits) {
    if (only !== undefined && only !== release) continue;
    const at = `${MMU}/${file}`;
    made[at] = apply(made[at] ?? "", [edit], (text) => c.parse(at, text, {}));
  }
  const changed = Object.keys(tree).filter((file) => made[file] !== tree[file]);
  return unifiedDiff(changed.map((file) => ({ path: file, before: tree[file] ?? "", after: made[file] ?? "" })));
}
