/** Objects that no count holds but an entry of another: they are forgotten when no entry leads to them any more. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Model } from "../../server/src/model/ir";
import { explore } from "./support/explore";
import { naive } from "./support/naive";
import { model } from "./support/notation";

const ENTRY = 1;

/** Values 2 and 3 of the entry are the objects 2 and 3. Object 1 is kept from outside. */
function tables(body: string): Model {
  const plain = model(`
type obj: count refcount 3, entry plain 3
object obj: count=1 entry=0 keeps 1
object obj: unused
object obj: unused
thread CPU 0: p 1
program p obj:o
${body}`);
  return { ...plain, types: plain.types.map((type) => ({ ...type, refers: { field: ENTRY, from: 2, to: 2 } })) };
}

const CASES = [
  {
    what: "an object that an entry leads to is not forgotten",
    body: "  n = alloc obj\n  store o.entry = 2",
    codes: [],
  },
  { what: "one that no entry leads to is", body: "  n = alloc obj\n  store o.entry = 3", codes: ["lifetime.leak"] },
  {
    what: "one that an entry led to is, once the entry is cleared",
    body: "  n = alloc obj\n  store o.entry = 2\n  store o.entry = 0",
    codes: ["lifetime.leak"],
  },
  {
    what: "the entry of an object that is freed leads nowhere",
    body: "  n = alloc obj\n  m = alloc obj\n  store n.entry = 3\n  free n",
    codes: ["lifetime.leak"],
  },
] as const;

for (const { what, body, codes } of CASES) {
  test(what, () => {
    const made = tables(body);
    const found = explore(made).violations.map(({ code }) => code);
    assert.deepEqual([...new Set(found)], codes);
    assert.deepEqual(naive(made, 1000)?.codes, codes);
  });
}
