/** SPIN in the place of our search: the same findings on random models, each with decisions that the interpreter follows. */
import assert from "node:assert/strict";
import test from "node:test";
import { findSpin } from "../../server/src/cli/spin";
import { plainOnes } from "../../server/src/simulate/reduce/reductions";
import { traceOf, verifyModel } from "../../server/src/simulate";
import { needs } from "../support/needs";
import { explore } from "./support/explore";
import { model } from "./support/notation";
import { randomModel } from "./support/random";

/** With deadlocks, leaks, uses after free, failed assertions and nothing at all among them. */
const SEEDS = [1, 3, 6, 7, 8, 22, 23];

test("what SPIN finds is what we find, and every trail becomes an interleaving", async (t) => {
  if (!needs(t, "spin")) return;
  const spin = await findSpin({ bitstate: false, cores: 1, seconds: 60 });
  const codes = new Set<string>();
  for (const seed of SEEDS) {
    const random = model(randomModel(seed));
    const own = explore(random, { reduce: plainOnes(true) });
    const theirs = await verifyModel(random, true, spin, async () => Promise.resolve(true));
    assert.ok(theirs);
    const kinds = (all: typeof own.violations): string[] =>
      [...new Set(all.map(({ code, step }) => `${code} ${code === "lock.deadlock" ? "" : step}`))].sort();
    assert.deepEqual(kinds(theirs.violations), kinds(own.violations), `seed ${seed}`);
    assert.deepEqual([theirs.complete, theirs.states], [own.complete, own.states], `seed ${seed}`);
    assert.deepEqual(theirs.executed.map(sorted), own.executed.map(sorted), `seed ${seed}: steps that ran`);
    for (const { code, decisions } of theirs.violations) {
      const trace = traceOf(random, decisions);
      assert.equal(trace.length, decisions.length);
      assert.ok(
        trace.at(-1)?.findings.some((finding) => finding.code === code),
        `seed ${seed}: ${code}`,
      );
      codes.add(code);
    }
  }
  for (const code of ["lock.deadlock", "lifetime.leak", "lifetime.use-after-free"]) assert.ok(codes.has(code), code);
});

function sorted(steps: ReadonlySet<number>): number[] {
  return [...steps].sort((a, b) => a - b);
}
