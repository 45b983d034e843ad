/** The exit status over all documents. */
import assert from "node:assert/strict";
import test from "node:test";
import { statusOf } from "../../server/src/cli/status";
import type { Reported } from "../../server/src/report";
import type { Finding, Review } from "../../server/src/review/review";
import { document, finding, review } from "../report/sample";

const patch = review.patches[0] as Review["patches"][number];
const quoted = { ...patch, origin: "quoted" } as const;

const clean = shown({ verdict: "safe", findings: [], problems: [] });
const wrong = shown({ problems: [] });
const incomplete = shown({ verdict: "incomplete", findings: [], problems: [] });
const damaged = shown({ verdict: "safe", findings: [], problems: [problem("text.hunk-truncated")] });
const missing: Reported = { path: "gone", review: null, code: "io.not-found", message: "there is no such file" };
const failed: Reported = { path: "odd", review: null, code: "internal.failed", message: "Lastput itself failed on it" };

const CASES: [what: string, documents: Reported[], status: number][] = [
  ["nothing wrong", [clean], 0],
  ["no documents", [], 0],
  ["a finding that the patch introduces", [clean, wrong], 1],
  ["a warning is one", [withFinding({ severity: "warning" })], 1],
  ["a finding in plain C", [withFinding({ status: "present" })], 1],
  ["an info is none", [withFinding({ severity: "info" })], 0],
  ["what was there before is none", [withFinding({ status: "persists" })], 0],
  ["what the patch fixes is none", [withFinding({ status: "fixed" })], 0],
  ["a finding in quoted code beside the author's", [withFinding({ origin: "quoted" }, [patch, quoted])], 0],
  ["a finding in quoted code alone", [withFinding({ origin: "quoted" }, [quoted])], 1],
  ["not finished", [clean, incomplete], 3],
  ["a part that could not be read", [damaged], 2],
  [
    "something that was read all the same",
    [shown({ verdict: "safe", findings: [], problems: [problem("text.wrapped")] })],
    0,
  ],
  ["a missing file", [clean, missing], 2],
  ["our failure comes first", [wrong, failed, missing], 70],
  ["a finding comes before what is not finished", [incomplete, wrong, missing], 1],
  ["what is not finished comes before what could not be read", [missing, incomplete], 3],
];

for (const [what, documents, status] of CASES) {
  test(`${what}: ${status}`, () => assert.equal(statusOf(documents), status));
}

function shown(changes: Partial<Review>): Reported {
  return { ...document, review: { ...review, ...changes } };
}

function withFinding(changes: Partial<Finding>, patches: Review["patches"] = [patch]): Reported {
  return shown({ findings: [{ ...finding, ...changes }], problems: [], patches });
}

function problem(code: string): Review["problems"][number] {
  return { code, message: code, range: null };
}
