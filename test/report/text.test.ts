/** The text and markdown forms. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Review } from "../../server/src/review/review";
import { COLOURED, markdownReport, PLAIN, type ReadDocument, textReport, traceTable } from "../../server/src/report";
import { fixtures } from "../support/paths";
import { document, finding, review } from "./sample";

const plain = (documents: ReadDocument[]) => textReport(documents, { style: PLAIN, width: 100, allTraces: false });
const withReview = (changes: Partial<Review>): ReadDocument => ({ ...document, review: { ...review, ...changes } });
const expected = (name: string) => readFileSync(path.join(fixtures, "report", name), "utf8");

test("a report reads as it should", () => {
  assert.equal(plain([document]), expected("mark-before-zap.txt"));
  assert.equal(markdownReport([document]), expected("mark-before-zap.md"));
});

test("colours add nothing but colours", () => {
  const coloured = textReport([document], { style: COLOURED, width: 100, allTraces: false });
  assert.notEqual(coloured, plain([document]));
  assert.equal(coloured.replaceAll(/\u001b\[[0-9;]*m/g, ""), plain([document]));
});

test("a table survives a mail: ASCII, no tabs, no blanks at the ends, not too wide", () => {
  const strange = { ...finding, threads: ["CPU 0: première ∥ zweite", "CPU 1:\tz", "CPU 2: r"] };
  const steps = strange.steps.map((step) => ({ ...step, text: `${step.text}\t/* “é” */` }));
  for (const width of [78, 100]) {
    const table = traceTable({ ...strange, steps }, { width, lineOf: null });
    assert.ok(table.length > 15);
    for (const line of table) assert.match(line, /^[\x20-\x7e]*$/);
    assert.deepEqual(
      table.filter((line) => line !== line.trimEnd() || line.length > width),
      [],
    );
  }
});

test("steps are left out only outside the document, only when they change nothing, and say so", () => {
  const table = traceTable(finding, { width: 100, lineOf: null }).join("\n");
  assert.match(table, /\.\.\. \(5 steps\)/);
  assert.doesNotMatch(table, /look at line/);
  const inDocument = { kind: "document", range: { start: 0, end: 1 } } as const;
  const steps = finding.steps.map((step) => ({ ...step, location: inDocument }));
  assert.match(traceTable({ ...finding, steps }, { width: 100, lineOf: null }).join("\n"), /look at line 22/);
});

test("what a mail says cannot steer the terminal", () => {
  const evil = "\u001b]0;title\u0007\u001b[2J\u202ereversed\r\nsecond line";
  const patches = review.patches.map((patch) => ({ ...patch, subject: evil, statement: evil, base: evil }));
  const findings = review.findings.map((each) => ({ ...each, message: evil, function: evil }));
  const problems = [{ code: "text.x", message: evil, range: null }];
  const assumptions = review.assumptions.map((each) => ({ ...each, text: evil }));
  const shown = withReview({ patches, findings, problems, assumptions });
  for (const report of [plain([{ ...shown, path: evil }]), markdownReport([{ ...shown, path: evil }])]) {
    assert.doesNotMatch(report, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    assert.match(report, /\\x1b/);
  }
});

test("what a mail says is no markup", () => {
  const message = "<img src=x> ![a](b) `code` *bold* a_b __c__";
  const findings = [{ ...finding, message, steps: finding.steps.map((step) => ({ ...step, text: "```c" })) }];
  const report = markdownReport([withReview({ findings })]);
  assert.ok(report.includes("\\<img src=x> ![a\\](b) \\`code\\` \\*bold\\* a_b \\_\\_c\\_\\_"));
  assert.match(report, /\n````\n/);
});

test("a document without anything profiled gets one quiet line that names the profiles", () => {
  const quiet = withReview({
    verdict: "not-applicable",
    findings: [],
    problems: [],
    profiles: ["TDP MMU root", "kref"],
  });
  assert.equal(
    plain([quiet]),
    "mark-before-zap.patch: nothing here touches a profiled lifecycle (profiles: TDP MMU root, kref)\n",
  );
});

test("nobody is told that code is safe", () => {
  for (const report of [plain([document]), markdownReport([document])]) assert.doesNotMatch(report, /\bsafe\b/);
});

test("a review that was stopped says so", () => {
  const stopped = withReview({ stage: "stopped", progress: { done: 3, total: 12, states: 1 } });
  assert.match(plain([stopped]), /stopped after 3 of 12 scenarios/);
});

test("the same finding of another scenario is told in one line", () => {
  const scenarios = review.scenarios.map((each, index) => ({ ...each, title: index === 0 ? each.title : "put ∥ put" }));
  const report = plain([withReview({ scenarios })]);
  assert.equal(report.split("refcount.underflow]").length, 2);
  assert.match(report, /Also in put \|\| put\./);
});
