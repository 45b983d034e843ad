/** When a report is coloured. */
import assert from "node:assert/strict";
import test from "node:test";
import { isColoured } from "../../server/src/cli/colour";

const CASES: [
  when: "auto" | "always" | "never",
  isTerminal: boolean,
  environment: Record<string, string>,
  coloured: boolean,
][] = [
  ["auto", true, {}, true],
  ["auto", false, {}, false],
  ["auto", true, { NO_COLOR: "1" }, false],
  ["auto", true, { NO_COLOR: "" }, true],
  ["auto", true, { TERM: "dumb" }, false],
  ["auto", false, { FORCE_COLOR: "1" }, true],
  ["auto", false, { FORCE_COLOR: "" }, true],
  ["auto", true, { FORCE_COLOR: "0" }, false],
  ["auto", false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  ["always", false, { NO_COLOR: "1" }, true],
  ["never", true, { FORCE_COLOR: "1" }, false],
];

for (const [when, isTerminal, environment, coloured] of CASES) {
  test(`--color ${when}, ${isTerminal ? "a" : "no"} terminal, ${JSON.stringify(environment)}`, () => {
    assert.equal(isColoured(when, isTerminal, environment), coloured);
  });
}
