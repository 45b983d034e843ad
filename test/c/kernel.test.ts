/**
 * Real kernel code: Linux 6.1's KVM MMU, from Debian's source package, or from the tree that LASTPUT_KERNEL names.
 * Every function is found and read without an error.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { kernelTree } from "../support/kernel-tree";
import { needs } from "../support/needs";
import { parser } from "./support";

const MMU = "arch/x86/kvm/mmu";

test("all functions of the KVM MMU are read without an error", { timeout: 300_000 }, async (t) => {
  const given = process.env["LASTPUT_KERNEL"];
  if (given === undefined && !needs(t, "kernel-6.1")) return;
  const folder = path.join(given ?? kernelTree("6.1"), MMU);
  const c = await parser();
  let functions = 0;
  for (const name of readdirSync(folder).filter((file) => /\.[ch]$/.test(file))) {
    const text = readFileSync(path.join(folder, name), "utf8");
    const file = c.parse(name, text, {});
    assert.deepEqual(file.problems, [], name);
    assert.deepEqual(file.loose, [], name);
    assert.ok(!/"kind":"(error|gap)"/.test(JSON.stringify(file.functions)), name);
    functions += file.functions.length;
    // The kernel's style gives each function's body a line of its own for its brace.
    const bodies = text.match(/^\{/gm)?.length ?? 0;
    const hasVariants = /^#\s*(ifn?def|else|elif)/m.test(text);
    if (name.endsWith(".c") && !hasVariants) assert.equal(file.functions.length, bodies, name);
  }
  t.diagnostic(`${functions} functions`);
  assert.ok(functions > 400);
});
