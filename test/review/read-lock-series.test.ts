/**
 * The way from 6.8 to 6.9, one step after the other: roots of vCPUs are looked for, made and put under the read lock. Each
 * step by itself is laid on what was there before it, and is as sound as the last; a mistake in one of them is found.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixtures } from "../support/paths";
import { review } from "./support";

interface Mistake {
  readonly what: string;
  /** Counted from 1. */
  readonly part: number;
  readonly from: string;
  readonly to: string;
  /** Further places in the same patch. */
  readonly then?: readonly (readonly [from: string, to: string])[];
  /** One of them is an error; none where it is no mistake. */
  readonly codes: readonly string[];
}

const parts = readFileSync(join(fixtures, "series/read-lock.mbox"), "utf8").split(/^(?=From 0{40})/m);
const mistakes = JSON.parse(readFileSync(join(fixtures, "series/read-lock.json"), "utf8")) as Mistake[];
/** What each is laid on. The last fits what a release had as well as the step before it, and the release goes first. */
const VCPU = ["write-lock", "write-lock", "looks-for-read", "write-lock"];

for (const [at, text] of parts.entries()) {
  test(`${/^Subject: (.*)/m.exec(text)?.[1]}: sound before and after, on the step before it`, async () => {
    const found = await review(text);
    const [patch] = found.patches;
    assert.equal(patch?.before, "safe", patch?.beforeStatement ?? "");
    assert.equal(patch?.verdict, "safe", patch?.statement);
    assert.deepEqual([...new Set(found.scenarios.map(({ base }) => base["vcpu"]))], [VCPU[at]]);
  });
}

for (const { what, part, from, to, then = [], codes } of mistakes) {
  test(`${part}/4, but ${what}`, async () => {
    let text = parts[part - 1] ?? "";
    for (const [old, fresh] of [[from, to] as const, ...then]) {
      assert.ok(text.includes(old), old);
      text = text.replace(old, () => fresh);
    }
    const found = await review(text);
    const [patch] = found.patches;
    assert.equal(patch?.before, "safe", patch?.beforeStatement ?? "");
    const own = found.findings.filter(({ severity, status }) => severity === "error" && status === "introduced");
    if (codes.length === 0) assert.equal(patch?.verdict, "safe", patch?.statement);
    else
      assert.ok(
        own.some(({ code }) => codes.includes(code)),
        `found: ${own.map(({ code }) => code).join() || patch?.statement}`,
      );
  });
}
