/** What breaks without a line is what follows from the protocol: see test/fixtures/why/README.md. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LineIndex } from "../../server/src/report";
import type { WhyLine, WhyWay } from "../../server/src/review/why";
import { fixtures, root } from "../support/paths";
import { askerFor, onlyScenarios, profileNamed } from "./support";

interface Expected {
  readonly scenarios: readonly string[];
  readonly lines: Readonly<Record<string, ExpectedLine>>;
}

interface ExpectedLine {
  readonly refused?: string;
  readonly acts?: boolean;
  readonly breaks?: Readonly<Record<string, string | null>>;
  readonly because: string;
}

const all = JSON.parse(readFileSync(join(fixtures, "why", "lines.json"), "utf8")) as Record<string, Expected>;

for (const [name, { scenarios, lines }] of Object.entries(all)) {
  const own = join(fixtures, "patches", name);
  const text = readFileSync(existsSync(own) ? own : join(root, "examples", name), "utf8");
  const ask = askerFor(onlyScenarios(profileNamed("tdp-mmu"), scenarios));

  for (const [line, { refused, acts = true, breaks = {}, because }] of Object.entries(lines)) {
    test(`${name}:${line}: ${because}`, async () => {
      const at = new LineIndex(text).span(Number(line));
      const answer = await ask(text, { kind: "why", at });
      assert.equal(answer.stage, "complete");
      assert.equal(answer.refusal?.reason, refused);
      if (refused !== undefined) return assert.ok(answer.refusal?.nearest.length, "no line is named instead");
      const told: WhyLine | undefined = answer.lines[0];
      assert.ok(told !== undefined && answer.lines.length === 1);
      assert.equal(told.acts, acts);
      for (const [title, code] of Object.entries(breaks)) {
        const way: WhyWay | undefined = told.ways.find((each) => each.title === title);
        assert.ok(way, `${title} was not tried, but ${told.ways.map((each) => each.title).join("; ")}`);
        const codes: readonly string[] = way.breaks
          .filter(({ finding }) => finding.severity === "error")
          .map(({ finding }) => finding.code);
        if (code === null) assert.deepEqual(codes, [], title);
        else assert.ok(codes.includes(code), `${title}: ${codes.join(", ") || "nothing"}`);
        for (const { finding } of way.breaks) assert.ok(finding.steps.length > 0, "the interleaving is empty");
      }
    });
  }

  test(`${name}: a document that is stopped says so`, async () => {
    const answer = await ask(text, { kind: "why", at: null }, () => Promise.resolve(false));
    assert.equal(answer.stage, "stopped");
  });
}

test("what is wrong anyway is no reason for a line", async () => {
  const text = readFileSync(join(fixtures, "patches", "no-reset.patch"), "utf8");
  const ask = askerFor(onlyScenarios(profileNamed("tdp-mmu"), ["put"]));
  const answer = await ask(text, { kind: "why", at: null });
  const breaks = answer.lines.flatMap(({ ways }) => ways).flatMap((way) => way.breaks);
  const known = new Set(breaks.map(({ finding }) => finding.code));
  assert.ok(answer.lines.length > 0);
  assert.ok(!known.has("refcount.underflow"), "the finding of the patch itself is told of a line");
});
