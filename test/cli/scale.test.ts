/** A sample of a real kernel goes through text, c and lowering: nothing throws, and nearly all of it is read. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Scale } from "../../server/src/cli/bench/scale";
import { parser } from "../c/support";
import { kernelTree } from "../support/kernel-tree";
import { needs } from "../support/needs";

/** Every so many files of each folder; all of it is what `npm run bench -- scale` is for. */
const SAMPLE: Readonly<Record<string, number>> = { virt: 2, "arch/x86/kvm": 5, net: 60, fs: 60 };

test("a sample of Linux 6.1 is read and lowered", { timeout: 600_000 }, async (t) => {
  if (!needs(t, "kernel-6.1")) return;
  const tree = kernelTree("6.1");
  const scale = new Scale(await parser());
  let [functions, clean, bodies] = [0, 0, 0];
  for (const [folder, every] of Object.entries(SAMPLE)) {
    const names = readdirSync(path.join(tree, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".c"))
      .toSorted();
    for (const name of names.filter((_, index) => index % every === 0)) {
      const file = path.join(folder, name);
      const text = readFileSync(path.join(tree, file), "utf8");
      const found = scale.read(file, text);
      // The kernel's style gives each function's body a line of its own for its brace.
      bodies += text.match(/^\{$/gm)?.length ?? 0;
      functions += found.functions;
      clean += found.clean;
    }
  }
  t.diagnostic(`${clean} of ${functions} functions read without a hole; ${bodies} bodies`);
  // Of two ways of an #if one is read.
  assert.ok(functions > 0.95 * bodies && functions <= bodies);
  assert.ok(functions > 1500);
  assert.ok(clean / functions > 0.995);
});
