/** `lastput check --engine spin`: what is too large for us goes to SPIN and comes back as if we had found it. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { needs } from "../support/needs";
import { ended, lastput, PATCH, start } from "./run";

const folder = mkdtempSync(path.join(tmpdir(), "lastput-engine-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const env = { TMPDIR: folder };

/** So few that every scenario is too large. */
const FEW = ["--max-states", "1"];

interface Report {
  readonly documents: readonly {
    readonly verdict: string;
    readonly scenarios: readonly {
      readonly id: string;
      readonly before: Run;
      readonly after: Run;
    }[];
    readonly findings: readonly {
      readonly code: string;
      readonly scenario: string;
      readonly steps: readonly object[];
    }[];
    readonly bounds: readonly { readonly what: string; readonly limit: number; readonly reached: boolean }[];
  }[];
}

interface Run {
  readonly verdict: string;
  readonly verifier: string | null;
  readonly unexplored: { readonly bounds: readonly { readonly what: string }[] } | null;
}

async function report(words: readonly string[]): Promise<Report["documents"][number]> {
  const { stdout, stderr } = await lastput(["check", "--format", "json", ...words, PATCH], { env });
  assert.equal(stderr, "");
  const [document] = (JSON.parse(stdout) as Report).documents;
  assert.ok(document);
  assert.deepEqual(readdirSync(folder), [], "nothing is left behind");
  return document;
}

test("verdicts and findings are those of our own search, with an interleaving for each", async (t) => {
  if (!needs(t, "spin")) return;
  const own = await report([]);
  const theirs = await report(["--engine", "spin", ...FEW]);
  const told = ({ verdict, scenarios, findings }: typeof own) => ({
    verdict,
    scenarios: scenarios.map(({ id, before, after: behind }) => [id, before.verdict, behind.verdict]),
    findings: findings.map(({ code, scenario }) => `${scenario} ${code}`).sort(),
  });
  assert.deepEqual(told(theirs), told(own));
  for (const { before, after: behind } of theirs.scenarios) {
    assert.match(`${before.verifier} ${behind.verifier}`, /^SPIN [\d.]+ SPIN [\d.]+$/);
  }
  assert.ok(theirs.findings.every(({ steps }) => steps.length > 0));
  assert.ok(
    theirs.bounds.some(
      ({ what, limit, reached }) =>
        what.startsWith("scenarios given to SPIN") && limit === 2 * theirs.scenarios.length && !reached,
    ),
  );
});

test("two bits for a state are never the end of all states", async (t) => {
  if (!needs(t, "spin")) return;
  const { scenarios } = await report(["--engine", "spin:bitstate", ...FEW]);
  assert.ok(scenarios.some(({ after: behind }) => behind.verdict === "violated"));
  for (const { id, before, after: behind } of scenarios) {
    assert.equal(before.verdict, "incomplete", id);
    assert.ok(["violated", "incomplete"].includes(behind.verdict), id);
    assert.match(before.unexplored?.bounds[0]?.what ?? "", /bitstate may have passed over/);
  }
});

test("on several cores the same is found", async (t) => {
  if (!needs(t, "spin")) return;
  const own = await report([]);
  const theirs = await report(["--engine", "spin:cores=2", ...FEW]);
  const verdicts = ({ scenarios }: typeof own) =>
    scenarios.map(({ id, before, after: behind }) => [id, before.verdict, behind.verdict]);
  assert.deepEqual(verdicts(theirs), verdicts(own));
});

test("without SPIN it says what is missing, before anything is run", async () => {
  const { status, stdout, stderr } = await lastput(["check", "--engine", "spin", PATCH], { env: { PATH: folder } });
  assert.equal(status, 69);
  assert.equal(stdout, "");
  assert.match(stderr, /--engine spin needs spin and gcc, and there is no spin/);
});

test("Ctrl-C ends what was started, and nothing is left behind", async (t) => {
  if (!needs(t, "spin")) return;
  const child = start(["check", "--engine", "spin", ...FEW, "examples/put-root.patch"], undefined, env);
  const over = ended(child);
  while (readdirSync(folder).length === 0) await sleep(20);
  await sleep(100);
  child.kill("SIGINT");
  const { status } = await over;
  assert.equal(status, 130);
  assert.deepEqual(readdirSync(folder), []);
});
