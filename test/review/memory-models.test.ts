/** What a review says under x86-TSO that it does not say under sequential consistency. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Review } from "../../server/src/review/review";
import { ONLY_TSO } from "../../server/src/review/findings";
import { fixtures } from "../support/paths";
import { onlyScenarios, profileNamed, review, reviewerOver } from "./support";

const reviewer = reviewerOver(onlyScenarios(profileNamed("kref-list"), ["lookup-remove"]));

/**
 * Each side stores to its own flag and then reads the other's. Without fences both stores can wait in the buffers while
 * both loads read 0: the lookup takes a reference to what is being freed. A fence on one side orders that side alone.
 */
const ANNOUNCED = { "announced.c": true, "announced-half.c": true, "announced-fenced.c": false } as const;

for (const [file, isWrong] of Object.entries(ANNOUNCED)) {
  test(`${file}: ${isWrong ? "wrong with store buffers alone" : "right"}`, async () => {
    const plain = await reviewed(file, "sc");
    assert.deepEqual(errors(plain), []);
    assert.deepEqual(
      plain.scenarios.map(({ memoryModel }) => memoryModel),
      plain.scenarios.map(() => "sc"),
    );
    const buffered = await reviewed(file, "tso");
    assert.equal(errors(buffered).length > 0, isWrong, errors(buffered).join("; "));
    for (const message of errors(buffered)) assert.ok(message.includes(ONLY_TSO), message);
    const of = (memory: string): readonly string[] =>
      buffered.scenarios.flatMap((one) => (one.memoryModel === memory ? [one.after?.verdict ?? ""] : []));
    assert.ok(!of("sc").includes("violated") && of("sc").length > 0);
    assert.equal(of("tso").includes("violated"), isWrong);
    assert.equal(of("tso").length, of("sc").length);
  });
}

test("the interleaving shows the store that waits", async () => {
  const { findings } = await reviewed("announced.c", "tso");
  const found = findings.find(({ severity }) => severity === "error");
  assert.ok(found);
  const { steps, threads } = found;
  assert.ok(threads.includes("store buffer of CPU 0"), threads.join(", "));
  const pending = steps.flatMap(({ state }) => Object.entries(state["store buffer of CPU 0"] ?? {}));
  assert.ok(
    pending.some(([, value]) => value.includes("session_busy = 1")),
    JSON.stringify(pending),
  );
});

test("what sequential consistency has as well is told once", async () => {
  const text = readFileSync(path.join(fixtures, "present/sessions.c"), "utf8");
  const told = async (memoryModel: "sc" | "tso"): Promise<readonly string[]> =>
    (await review(text, { name: "sessions.c", language: "c", reviewer, memoryModel })).findings
      .filter(({ severity }) => severity !== "info")
      .map(({ code, scenario, message }) => `${code} ${scenario} ${message}`);
  const plain = await told("sc");
  assert.ok(plain.length > 0);
  assert.deepEqual(await told("tso"), plain);
});

async function reviewed(file: string, memoryModel: "sc" | "tso"): Promise<Review> {
  const text = readFileSync(path.join(fixtures, "memory-models", file), "utf8");
  return review(text, { name: file, language: "c", reviewer, memoryModel });
}

function errors({ findings }: Review): readonly string[] {
  return findings.filter(({ severity }) => severity === "error").map(({ message }) => message);
}
