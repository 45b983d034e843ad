import assert from "node:assert/strict";
import test from "node:test";
import { stepAfterKey } from "../../client/src/panel/keys";

test("keys walk along a trace and stop at its ends", () => {
  const cases: readonly (readonly [key: string, step: number, count: number, after: number | null])[] = [
    ["ArrowDown", 0, 3, 1],
    ["ArrowRight", 1, 3, 2],
    ["j", 2, 3, 2],
    ["ArrowUp", 2, 3, 1],
    ["ArrowLeft", 1, 3, 0],
    ["k", 0, 3, 0],
    ["Home", 2, 3, 0],
    ["End", 0, 3, 2],
    ["End", 0, 1, 0],
    ["End", 0, 0, 0],
    ["x", 1, 3, null],
    ["Tab", 1, 3, null],
  ];
  for (const [key, step, count, after] of cases) {
    assert.equal(stepAfterKey(key, step, count), after, `${key} at ${step} of ${count}`);
  }
});
