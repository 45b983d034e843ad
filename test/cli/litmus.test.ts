/** What `lastput litmus` and `--memory-model` print. */
import assert from "node:assert/strict";
import test from "node:test";
import { lastput, PATCH } from "./run";

const SB = "test/fixtures/litmus/SB.litmus";
const MP = "test/fixtures/litmus/MP.litmus";

test("a litmus test is told under both memory models", async () => {
  const { status, stdout, stderr } = await lastput(["litmus", SB, MP]);
  assert.equal(stderr, "");
  assert.equal(status, 0);
  const [sb = "", mp = ""] = stdout.split(/^(?=MP)/m);
  assert.match(sb, /^SB\n {2}sequentially consistent: never: .*\(0 of 3 ends, \d+ states\)\n {2}x86-TSO: sometimes: /);
  assert.match(mp, /sequentially consistent: never: .*\n {2}x86-TSO: never: /);
});

test("what is no litmus test, or asks for what is not modelled, is refused with the reason, and the others are told", async () => {
  const unknown = "C odd\n\n{}\n\nP0(int *x)\n{\n\tsrcu_something(x);\n}\n\nexists (x=1)\n";
  const odd = await lastput(["litmus", "-", SB], { input: unknown });
  assert.equal(odd.status, 2);
  assert.match(odd.stderr, /lastput: -: it is not modelled: .*srcu_something/);
  assert.match(odd.stdout, /^SB\n/);
  for (const [input, says] of [
    ["int main(void);\n", /only litmus tests in C/],
    ["C a\n\n{}\n\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 9);\n}\n\nexists (x=1)\n", /the number 9/],
    ["C a\n\n{}\n\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 1);\n}\n", /exists, ~exists or forall/],
    ["C a\n\n{}\n\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 1);\n}\n\nexists (x=1 /\\ 0:r9=1)\n", /0:r9/],
    ["C a\n\n{}\n\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 1);\n", /not closed/],
  ] as const) {
    const { status, stderr } = await lastput(["litmus", "-"], { input });
    assert.equal(status, 2, stderr);
    assert.match(stderr, says);
  }
  assert.equal((await lastput(["litmus", "test/fixtures/no-such-file"])).status, 2);
});

test("~exists and forall say whether they hold", async () => {
  const asking = (clause: string): string => `C a\n\n{}\n\nP0(int *x)\n{\n\tWRITE_ONCE(*x, 1);\n}\n\n${clause}\n`;
  for (const [clause, says] of [
    ["~exists (x=0)", /never: the clause holds/],
    ["forall (x=1)", /always: the clause holds/],
    ["~exists (x=1)", /always: the clause does not hold/],
    ["forall (x=1 /\\ ~(x=1 \\/ x=0))", /never: the clause does not hold/],
  ] as const) {
    assert.match((await lastput(["litmus", "-"], { input: asking(clause) })).stdout, says);
  }
});

test("export has the scenarios with store buffers when asked", async () => {
  const plain = (await lastput(["export", PATCH])).stdout.trimEnd().split("\n");
  const { stdout } = await lastput(["export", "--memory-model", "tso", PATCH]);
  const all = stdout.trimEnd().split("\n");
  const buffered = all.filter((line) => /@tso\b.*\(x86-TSO\)$/.test(line));
  assert.deepEqual(
    all.filter((line) => !buffered.includes(line)),
    plain,
  );
  // Two threads that only look things up store nothing plainly.
  assert.equal(buffered.length, plain.filter((line) => line.includes("remove")).length);
  const id = buffered[0]?.split(" ")[0] ?? "";
  const model = await lastput(["export", "--memory-model", "tso", "--scenario", id, PATCH]);
  assert.match(model.stdout, /active proctype T\d+_store_buffer_of_CPU_1\(\)/);
});
