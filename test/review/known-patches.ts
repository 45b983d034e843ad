/** Checks that patches with a known truth come out as that truth says: see test/fixtures/patches/README.md. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Review, Verdict } from "../../server/src/review/review";
import { fixtures, root } from "../support/paths";
import { review, scenarioOf } from "./support";

interface Expected {
  readonly row: string;
  /** The patch that this is a variant of, and what stands there otherwise: a mistake that one may make in it. */
  readonly of?: string;
  readonly but?: readonly (readonly [string, string])[];
  readonly before?: Verdict;
  readonly after: Verdict;
  readonly beforeInfo?: readonly string[];
  readonly violated?: readonly { readonly scenarios: readonly string[]; readonly codes: readonly string[] }[];
  readonly safe?: readonly string[];
  readonly turnsOn?: { readonly fact: string; readonly violated: readonly string[]; readonly safe: readonly string[] };
}

const folder = join(fixtures, "patches");
/** One test for each patch that the file of expectations in that folder names. */
export function testPatches(file: string): void {
  const expectations = JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, Expected>;
  for (const [name, expected] of Object.entries(expectations)) testPatch(name, expected);
}

function testPatch(name: string, expected: Expected): void {
  test(`${name}: ${expected.row}`, async () => {
    const found = await review(textOf(expected.of ?? name, expected.but ?? []), { name });
    const patch = found.patches[0];
    assert.ok(patch !== undefined, "no patch was read");
    assert.equal(patch.verdict, expected.after, `after: ${patch.statement}`);
    if (expected.before !== undefined) assert.equal(patch.before, expected.before, `before: ${patch.beforeStatement}`);
    for (const { scenarios, codes } of expected.violated ?? []) checkViolated(found, scenarios, codes);
    for (const scenario of expected.safe ?? []) checkSafe(found, scenario);
    for (const code of expected.beforeInfo ?? []) {
      const isTold = found.findings.some((f) => f.code === code && f.severity === "info" && f.status !== "introduced");
      assert.ok(isTold, `before: ${code} is not told`);
    }
    const { turnsOn } = expected;
    for (const verdict of ["violated", "safe"] as const) {
      for (const value of turnsOn?.[verdict] ?? []) {
        const told: Verdict[] = patch.turnsOn.flatMap((turn) =>
          turn.fact === turnsOn?.fact && turn.value === value ? [turn.verdict] : [],
        );
        assert.deepEqual(told, [verdict], `${turnsOn?.fact} = ${value}`);
      }
    }
  });
}

function textOf(name: string, but: readonly (readonly [string, string])[]): string {
  const path = existsSync(join(folder, name)) ? join(folder, name) : join(root, "examples", name);
  let text = readFileSync(path, "utf8");
  for (const [from, to] of but) {
    assert.ok(text.includes(from), `${name} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** In each of the scenarios there is an error with one of the codes, with a trace that ends in it. */
function checkViolated(found: Review, scenarios: readonly string[], codes: readonly string[]): void {
  for (const scenario of scenarios) {
    const there = found.findings.filter(
      (f) => f.scenario !== null && scenarioOf(f.scenario) === scenario && f.status !== "fixed",
    );
    const match = there.find((f) => codes.includes(f.code) && f.severity === "error");
    assert.ok(
      match,
      `${scenario}: expected ${codes.join(" or ")}, found ${there.map((f) => f.code).join(", ") || "nothing"}`,
    );
    assert.ok(match.steps.length > 0, `${scenario}: the trace is empty`);
    assert.ok(match.range.end > match.range.start, `${scenario}: ${match.code} is marked nowhere in the document`);
  }
}

function checkSafe(found: Review, scenario: string): void {
  const run = found.scenarios.filter((s) => scenarioOf(s.id) === scenario);
  assert.ok(run.length > 0, `${scenario} did not run`);
  for (const { after, id } of run) assert.equal(after?.verdict, "safe", `${id} is ${after?.verdict}`);
}
