/** Several patches in one document: which is laid on which, and what is said of them together. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createReviewer } from "../../server/src/review";
import { KERNEL } from "../../server/src/review/builtin";
import type { Finding, Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { onlyScenarios, profileNamed, review, scenarioOf } from "./support";

const folder = join(fixtures, "series");
const reviewer = createReviewer(KERNEL, [profileNamed("kref-list")]);
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const letters = readdirSync(join(folder, "put-under-lock"))
  .sort()
  .map((name) => read(join("put-under-lock", name)));
const [cover = "", ...parts] = letters;

/** What a person reads of a finding: which code, whose doing, on which line, and where that line stands. */
function told(text: string, { code, status, introducedBy, fixedBy, range }: Finding): string {
  const line = text.slice(text.lastIndexOf("\n", range.start) + 1, text.indexOf("\n", range.start)).trim();
  return `${code} ${status}, by ${introducedBy}, gone since ${fixedBy}: ${line}`;
}

function rolesOf({ patches }: Review): string[] {
  return patches.map(({ placement: { role, of }, part }) => `${part} ${role}${of === null ? "" : ` of ${of}`}`);
}

// 2/5 puts the list's reference under the lock and leaves the put behind the lock where it was: one reference is put twice.
// 4/5 drops the second one. Between them, the put of the last reference is followed by one more of the same thread.
const TWICE = [
  "lifetime.use-after-free introduced, by 2/5, gone since 4/5: +\tsession_put(s);",
  "refcount.underflow introduced, by 2/5, gone since 4/5: +\tsession_put(s);",
];

test("a series that is wrong in between tells each finding once, and that it is not bisectable", async () => {
  const text = letters.join("");
  const found = await review(text, { reviewer });
  assert.deepEqual(
    found.patches.map(({ placement, verdict }) => `${placement.label} ${verdict}`),
    ["1/5 not-exercised", "2/5 violated", "3/5 violated", "4/5 safe", "5/5 not-exercised"],
  );
  const errors = found.findings.filter(({ severity }) => severity === "error");
  assert.deepEqual([...new Set(errors.map((each) => told(text, each)))].sort(), TWICE);
  assert.deepEqual([...new Set(errors.map(({ scenario }) => scenarioOf(scenario ?? "")))].sort(), [
    "lookup-lookup-remove",
    "lookup-remove",
  ]);
  const [mended] = errors.map(({ fixedAt }) => fixedAt);
  assert.equal(mended?.patch, 3);
  assert.equal(text.slice(mended?.range.start, mended?.range.end), "session_put(s)");
  const [warning, ...others] = found.findings.filter(({ severity }) => severity !== "error");
  assert.deepEqual(others, []);
  assert.equal(warning?.code, "series.not-bisectable");
  assert.match(warning?.message ?? "", /wrong after 2\/5 and 3\/5 .*until 4\/5/);
  assert.deepEqual(
    found.series.map(({ patches, verdict }) => [patches, verdict]),
    [[[0, 1, 2, 3, 4], "safe"]],
  );
  assert.match(found.series[0]?.statement ?? "", /^at its end no violation in 3 scenarios .*not bisectable/);
  assert.equal(found.verdict, "safe");
  // The helper of 1/5 is run by its caller of 3/5, so that nothing is amiss with it.
  assert.equal(found.coverage.executed, found.coverage.actingLines);
  assert.deepEqual([found.coverage.notModelled, found.coverage.notRun], [[], []]);
  assert.match(
    found.patches[0]?.statement ?? "",
    /^nothing can be said of it alone: nothing calls session_get\(\) before 3\/5/,
  );
});

test("patches follow their numbers, not their arrival", async () => {
  const order = [3, 0, 4, 2, 1];
  const text = order.map((at) => parts[at] ?? "").join("") + cover;
  const found = await review(text, { reviewer });
  assert.deepEqual(found.series[0]?.patches, [1, 4, 3, 0, 2]);
  const errors = found.findings.filter(({ severity }) => severity === "error");
  assert.deepEqual([...new Set(errors.map((each) => told(text, each)))].sort(), TWICE);
});

test("a series that is wrong at its end is told so, and not that it is not bisectable", async () => {
  const text = parts.slice(0, 3).join("");
  const found = await review(text, { reviewer });
  assert.equal(found.verdict, "violated");
  assert.equal(found.series[0]?.verdict, "violated");
  assert.deepEqual(
    [...new Set(found.findings.map((each) => told(text, each)))].sort(),
    TWICE.map((each) => each.replace("4/5", "null")),
  );
  assert.deepEqual(
    found.problems.map(({ code, message }) => `${code} ${message}`),
    ["series.missing 4/5 and 5/5 of the series are not here: what comes behind them is laid on the patches that are."],
  );
});

test("what was wrong before a series is told of the patch that ends it", async () => {
  // Without 2/5 the text of 3/5 and 4/5 is laid on what they show: 4/5 then takes away a put that nobody else does.
  const text = (parts[0] ?? "") + (parts[2] ?? "");
  const found = await review(text, { reviewer });
  assert.equal(found.verdict, "safe");
  assert.deepEqual(found.findings, []);
  assert.match(found.problems[0]?.message ?? "", /^2\/5, 4\/5 and 5\/5 of the series are not here/);
});

test("commits come the last one first, and a series is read from its beginning", async () => {
  const commits = parts.toReversed().map((part, at) => {
    const subject = /^Subject: \[PATCH \d\/5\] (.*)$/m.exec(part)?.[1] ?? "";
    const diff = part.slice(part.indexOf("diff --git"), part.indexOf("-- \n"));
    const id = String(at + 1).repeat(40);
    return `commit ${id}\nAuthor: Robin Root <robin@example.org>\nDate:   Mon Apr 7 10:00:00 2025 +0200\n\n    ${subject}\n\n${diff}\n`;
  });
  const text = commits.join("");
  const found = await review(text, { reviewer });
  assert.deepEqual(found.series[0]?.patches, [4, 3, 2, 1, 0]);
  const errors = found.findings.filter(({ severity }) => severity === "error");
  assert.deepEqual([...new Set(errors.map((each) => told(text, each)))].sort(), TWICE);
});

test("of two versions the newer one is the series, whatever came first", async () => {
  const text = read("two-versions.mbox");
  const found = await review(text, { reviewer });
  // In v1 the lookup goes on with a session whose count is 0; v2 looks at the result.
  assert.deepEqual(rolesOf(found), ["2/2 superseded of 1", "2/2 part", "1/2 superseded of 3", "1/2 part"]);
  assert.deepEqual(found.series[0]?.patches, [3, 1]);
  assert.equal(found.verdict, "safe");
  assert.deepEqual(found.findings, []);
  assert.deepEqual(
    found.problems.map(({ code }) => code),
    ["series.superseded"],
  );
  const older = text.split(/^(?=From )/m).filter((mail) => /^Subject: \[PATCH [12]/m.test(mail));
  const alone = await review(older.join(""), { reviewer });
  assert.equal(alone.verdict, "violated");
});

test("a reply is laid where what it answers is laid, or on top of it", async () => {
  const text = read("replies.mbox");
  const found = await review(text, { reviewer });
  assert.deepEqual(rolesOf(found), ["null on-top of 1", "null alone", "null quote of 1", "null instead of 1"]);
  assert.deepEqual(
    found.patches.map(({ before, verdict }) => `before ${before}, after ${verdict}`),
    [
      // A lookup under RCU takes a reference whatever the count is until the fixup asks.
      "before violated, after safe",
      "before safe, after violated",
      "before null, after not-exercised",
      "before safe, after safe",
    ],
  );
  const codes = ["lifetime.use-after-free", "refcount.add-on-zero"];
  const of = (status: Finding["status"], patch: number): string[] =>
    found.findings.filter((f) => f.status === status && f.patch === patch).map(({ code }) => code);
  assert.deepEqual([...new Set(of("introduced", 1))].sort(), codes);
  assert.deepEqual(of("fixed", 0).sort(), codes);
  assert.equal(found.findings.length, of("introduced", 1).length + 2);
});

test("what one profile finds is not gone because the next patch is about another one", async () => {
  const patch = (name: string, part: string): string =>
    `From 0 Mon Sep 17 00:00:00 2001\n${readFileSync(join(fixtures, "patches", name), "utf8").replace("[PATCH]", `[PATCH ${part}]`)}\n`;
  const both = createReviewer(KERNEL, [profileNamed("kref-list"), onlyScenarios(profileNamed("tdp-mmu"), ["put"])]);
  // A lookup that takes a reference whatever the count is; then a put of roots that calls itself, which is as right as before.
  const found = await review(patch("kref-get.patch", "1/2") + patch("put-recursive.patch", "2/2"), { reviewer: both });
  assert.deepEqual(
    found.patches.map(({ verdict }) => verdict),
    ["violated", "safe"],
  );
  assert.deepEqual([found.series[0]?.patches, found.series[0]?.verdict], [[0, 1], "violated"]);
  assert.ok(found.findings.length > 0);
  assert.ok(found.findings.every(({ introducedBy, fixedBy }) => introducedBy === "1/2" && fixedBy === null));
});

test("the same mail twice, once by the list and once in copy, is read once", async () => {
  const [first = "", second = ""] = parts;
  const found = await review(first + second + second, { reviewer });
  assert.deepEqual(rolesOf(found), ["1/5 part", "2/5 part", "2/5 twice of 1"]);
});

test("a series that is sent again takes the place of the first time", async () => {
  const again = parts.map((part) => part.replaceAll("20250407-session", "again").replace("[PATCH", "[PATCH RESEND"));
  const found = await review(parts.join("") + again.join(""), { reviewer });
  assert.deepEqual(found.series[0]?.patches, [5, 6, 7, 8, 9]);
  assert.equal(found.series.length, 1);
  assert.deepEqual(rolesOf(found).slice(0, 2), ["1/5 superseded of 5", "2/5 superseded of 6"]);
  assert.match(found.problems[0]?.message ?? "", /^It was sent again/);
});

test("a new version of one patch of a series is laid in its place", async () => {
  const [first = "", second = ""] = parts;
  // The put behind the lock goes in the same patch.
  const again = second
    .replace("[PATCH 2/5]", "[PATCH v2 2/5]")
    .replace("<20250407-session-2@example.org>", "<again@example.org>")
    .replace(/^(In-Reply-To|References): .*$/gm, "$1: <20250407-session-2@example.org>")
    .replace("@@ -40,6 +40,7 @@", "@@ -40,7 +40,6 @@")
    .replace(" \n \tsession_put(s);\n", " \n-\tsession_put(s);\n")
    .replace("@@ -40,7 +40,6 @@", "@@ -40,6 +40,6 @@");
  const found = await review(first + second + again, { reviewer });
  assert.deepEqual(rolesOf(found), ["1/5 part", "2/5 part", "2/5 instead of 1"]);
  assert.deepEqual(
    found.patches.slice(1).map(({ before, verdict }) => `before ${before}, after ${verdict}`),
    ["before safe, after violated", "before safe, after safe"],
  );
});

test("mails that answer each other in a circle are read all the same", async () => {
  const [first = "", second = ""] = parts;
  const answers = (mail: string, id: string, to: string): string =>
    mail
      .replace(/^Subject: .*$/m, "Subject: Re: anything")
      .replace(/^Message-ID: .*$/m, `Message-ID: <${id}@example.org>`)
      .replace(/^(In-Reply-To|References): .*$/gm, `$1: <${to}@example.org>`);
  const found = await review(answers(first, "a", "b") + answers(second, "b", "a"), { reviewer });
  assert.deepEqual(rolesOf(found), ["null alone", "null on-top of 0"]);
});

const FILE = "drivers/misc/session.c";
const diffOf = (part: string): string => part.slice(part.indexOf("@@ "), part.indexOf("-- \n"));

/** The file before the series, and after each of its patches: each hunk shows a place of its own. */
function states(): string[] {
  const made = [
    [profileNamed("kref-list").texts["session.c"] ?? ""]
      .map((text) => text.replace(/#if.*\n/, "").replace(/#else\n.*\n#endif\n/, ""))
      .join(""),
  ];
  for (const part of parts) {
    const lines = diffOf(part)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("@@"));
    const side = (hidden: string): string =>
      lines.flatMap((line) => (line.startsWith(hidden) ? [] : [`${line.slice(1)}\n`])).join("");
    const before = made.at(-1) ?? "";
    assert.ok(before.includes(side("+")), "the hunk does not fit");
    made.push(before.replace(side("+"), () => side("-")));
  }
  return made;
}

for (const [applied, text] of states().entries()) {
  test(`a workspace in which ${applied} of the patches are applied is read as it was before them`, async () => {
    const found = await review(letters.join(""), { reviewer, workspace: { [FILE]: text } });
    const errors = found.findings.filter(({ severity }) => severity === "error");
    assert.deepEqual([...new Set(errors.map((each) => told(letters.join(""), each)))].sort(), TWICE);
    assert.equal(found.series[0]?.verdict, "safe");
    assert.ok(found.patches.every(({ files }) => files.every(({ source }) => source === "workspace")));
    assert.deepEqual(
      found.problems.map(({ code, message }) => `${code} ${/as \d\/5 leaves it/.exec(message)?.[0] ?? message}`),
      applied === 0 ? [] : [`series.applied-already as ${applied}/5 leaves it`],
    );
  });
}
