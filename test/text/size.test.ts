/**
 * Big and hostile inputs. The limits are many times what a slow machine needs and a small part of what anything
 * quadratic would take: at these sizes that is minutes to hours.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { readDocument } from "../../server/src/text/read";

const MAIL = "From: a@pond.example\nSubject: Re: x\n";
const QUOTED_PRINTABLE = `${MAIL}Content-Transfer-Encoding: quoted-printable\n\n`;
const MEGABYTE = 1_000_000;

function repeated(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length));
}

test("a diff of 50 MB is read, the last file as well as the first", () => {
  const hunk = "@@ -1,3 +1,4 @@ int frog(void)\n \tint a = 1;\n-\tfoo(a);\n+\tfoo(b);\n+\tbar(b);\n \treturn a;\n";
  const file = (name: string): string =>
    `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n${hunk.repeat(20)}`;
  const size = file("x.c").length;
  const text = Array.from({ length: Math.ceil((50 * MEGABYTE) / size) }, (_, index) => file(`f${index}.c`)).join("");
  const started = performance.now();
  const document = readDocument(text);
  assert.ok(performance.now() - started < 60_000);
  const files = document.patches[0]?.files ?? [];
  assert.deepEqual(document.problems, []);
  assert.equal(files.length, Math.ceil((50 * MEGABYTE) / size));
  const last = files.at(-1)?.hunks.at(-1)?.lines.at(-2);
  const segment = last?.code.segments[0];
  assert.equal(last?.code.text, "\tbar(b);");
  assert.equal(text.slice(segment?.sourceStart, (segment?.sourceStart ?? 0) + (segment?.length ?? 0)), "\tbar(b);");
});

const HOSTILE: Readonly<Record<string, string>> = {
  "a million >": ">".repeat(MEGABYTE),
  "a million > with blanks": `${MAIL}\n${"> ".repeat(MEGABYTE)}`,
  "a million quoted empty lines": ">\n".repeat(MEGABYTE),
  "every depth once": `${MAIL}\n${Array.from({ length: 2000 }, (_, depth) => `${">".repeat(depth)} x = y;`).join("\n")}`,
  "200,000 open parentheses": "(".repeat(200_000),
  "200,000 open parentheses in a diff": `--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+${"(".repeat(200_000)}\n`,
  "one line": "a".repeat(5 * MEGABYTE),
  "one line of blanks": `${MAIL}\n${" ".repeat(5 * MEGABYTE)}`,
  "empty lines": `${"\n".repeat(5 * MEGABYTE)}x`,
  "opened comments": `${MAIL}\n${repeated("/* foo\n", 2 * MEGABYTE)}`,
  "a list": `${MAIL}\n${repeated("- foo bar baz\n", 2 * MEGABYTE)}`,
  "added lines without a diff": `${MAIL}\n${repeated("+\tfoo(bar);\n", 2 * MEGABYTE)}`,
  "a quote torn into pieces": `${MAIL}\n${repeated("> +\tfoo(bar);\nno\n\n> [...]\n", 2 * MEGABYTE)}`,
  "hunk headers": repeated("@@ -1,9 +1,9 @@\n", 2 * MEGABYTE),
  "hunks that promise everything": repeated("@@ -1,99999999 +1,99999999 @@\n a\n", 2 * MEGABYTE),
  "sketched headers": repeated("@@ a @@\n b\n", 2 * MEGABYTE),
  "old files": repeated("--- a\n", 2 * MEGABYTE),
  signatures: `@@ -1,9000000 +1 @@\n${repeated("-- \n", 2 * MEGABYTE)}`,
  boundaries: `${MAIL}Content-Type: multipart/mixed; boundary=x\n\n${repeated("--x\n\n", 2 * MEGABYTE)}`,
  mailboxes: repeated("From a 1 1:1:1 2020\nSubject: x\n\n", 2 * MEGABYTE),
  commits: repeated("commit 1234567\nAuthor: x\n\n    y\n", 2 * MEGABYTE),
  brackets: `From: a\nSubject: ${"[".repeat(MEGABYTE)}\n\n${repeated(`${"[".repeat(190)}\n`, MEGABYTE)}`,
  "folded headers": `From: a\nSubject: b\n${repeated(" c\n", 2 * MEGABYTE)}\n`,
  "archive headers": `menu\n\n${repeated("From: a\nTo: b\n", 2 * MEGABYTE)}`,
  "equals signs": `${QUOTED_PRINTABLE}${"=".repeat(2 * MEGABYTE)}`,
  "escaped letters": `${QUOTED_PRINTABLE}${"=C3=A4".repeat(MEGABYTE / 3)}`,
  "half letters": `${QUOTED_PRINTABLE}${"=C3".repeat(MEGABYTE)}`,
  "blanks behind equals signs": `${QUOTED_PRINTABLE}${"= ".repeat(MEGABYTE)}`,
  "quotes in a path": `--- "${"\\".repeat(MEGABYTE)}\n+++ "a\n@@ -1 +1 @@\n-a\n+b\n`,
  "blanks in a path": `--- a${" 2024-01-01".repeat(100_000)}\n+++ b${" ".repeat(MEGABYTE)}x\n@@ -1 +1 @@\n-a\n+b\n`,
};

for (const [name, text] of Object.entries(HOSTILE)) {
  test(`is not slowed down by ${name}`, () => {
    const started = performance.now();
    const document = readDocument(text);
    assert.ok(performance.now() - started < 15_000, `${Math.round(performance.now() - started)} ms`);
    assert.equal(document.text.length, text.length);
  });
}
