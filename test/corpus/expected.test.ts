/** What the prose of an index comes to. */
import assert from "node:assert/strict";
import test from "node:test";
import { codesIn, isOneOf, kindOf, type Kind } from "./expected";
import { readIndex, type Entry } from "./index-file";
import { behind, readMail, together } from "./threads";

const NOTHING: Entry = { file: "a.eml", subject: "[PATCH] x", changes: "", verdict: "", bug: "", group: "" };

const KINDS: readonly (readonly [Kind, Partial<Entry>])[] = [
  ["fine", { verdict: "merged fine" }],
  ["fine", { verdict: "merged fine; looks dangerous but is safe", bug: "" }],
  ["fine", { verdict: "merged fine", bug: "states two rules" }],
  ["fine", { verdict: "superseded by v2; not merged" }],
  ["fine", { verdict: "superseded by v3", bug: "none settled" }],
  ["buggy", { verdict: "superseded by v3", bug: "puts a reference twice" }],
  ["buggy", { verdict: "merged as 0123456789ab, BUGGY: fixed by 123456789abc", bug: "no reference is held" }],
  ["buggy", { verdict: "NACKED: it leaks", bug: "the patch introduces a leak" }],
  ["buggy", { subject: "Re: [PATCH] x", verdict: "wrong, withdrawn", bug: "a get slips in" }],
  ["fix", { verdict: "fix merged 0123456789ab (Fixes 123456789abc)", bug: "see above" }],
  ["fix", { verdict: "fix; fixes 0123456789ab", bug: "no grace period" }],
  ["fix", { verdict: "v2 of fix; fixes 0123456789ab", bug: "no grace period" }],
  ["talk", { subject: "Re: [PATCH] x", verdict: "ground truth", bug: "see the patch" }],
  ["talk", { subject: "Re: [PATCH] x", changes: "review" }],
  ["talk", { subject: "Re: [PATCH] x", verdict: "discussion" }],
];

for (const [kind, given] of KINDS) {
  test(`${given.verdict ?? ""}: ${given.bug ?? "nothing"} is ${kind}`, () => {
    assert.equal(kindOf({ ...NOTHING, ...given }), kind);
  });
}

test("words of a flaw tell which codes could tell it", () => {
  assert.ok(isOneOf("refcount.underflow", codesIn("double put of a root")));
  assert.ok(isOneOf("lifetime.leak", codesIn("leaked kref")));
  assert.ok(!isOneOf("lock.not-held", codesIn("leaked kref")));
  assert.deepEqual(codesIn(""), []);
});

test("an index is read by the names of its columns, quoted fields and all", () => {
  const [entry] = readIndex('subject\tfile\tverdict\r\n"Say ""why"""\ta.eml\tmerged fine\r\n');
  assert.deepEqual(entry, { ...NOTHING, subject: 'Say "why"', verdict: "merged fine" });
  assert.throws(() => readIndex("name\tverdict\n"), /no column "file"/);
});

test("a patch stands behind those of its series, a reply behind the patch that it answers", () => {
  const mail = (file: string, subject: string, id: string, answers: string) =>
    readMail(
      { ...NOTHING, file, subject },
      `Message-ID: <${id}>\nIn-Reply-To: <${answers}>\nSubject: ${subject}\n\nx\n`,
    );
  const all = [
    mail("2", "[PATCH 2/3] b", "b@x", "cover@x"),
    mail("1", "[PATCH 1/3] a", "a@x", "cover@x"),
    mail("other", "[PATCH 1/3] z", "z@x", "other@x"),
    mail("re", "Re: [PATCH 2/3] b", "r@x", "b@x"),
    mail("re-re", "Re: [PATCH 2/3] b", "rr@x", "r@x"),
  ];
  const files = (index: number): string[] => behind(all[index] ?? assert.fail(), all).map(({ entry }) => entry.file);
  assert.deepEqual([0, 1, 2, 3, 4].map(files), [["1"], [], [], ["2"], ["2"]]);
  const { text, lastLine } = together([all[1] ?? assert.fail(), all[0] ?? assert.fail()]);
  assert.equal(text.split("\n")[lastLine - 1], "Message-ID: <b@x>");
});
