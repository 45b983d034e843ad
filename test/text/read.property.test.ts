/** Whatever a mailer does to a diff on its way, the same hunks come out, and every character keeps its place. */
import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import type { Document } from "../../server/src/text/document";
import { readDocument } from "../../server/src/text/read";
import { checkPlaces } from "./places";

type Kind = "context" | "added" | "removed";
interface Line {
  readonly kind: Kind;
  readonly text: string;
}
type File = readonly (readonly Line[])[];

const MARKER: Readonly<Record<Kind, string>> = { context: " ", added: "+", removed: "-" };

/** Code begins with a tab or a letter: what begins with blanks cannot be told from stuffing, whoever looks at it. */
const text = fc.oneof(
  fc.constant(""),
  fc
    .tuple(
      fc.constantFrom("", "\t", "\t\t"),
      fc.constantFrom("x", "if (a)", "}", "foo", "/*", "* b", "ä", "From"),
      fc.string({ unit: "grapheme", maxLength: 20 }).filter((rest) => !/[\r\n\0\u2028\u2029\uFEFF]/.test(rest)),
    )
    .map((parts) => parts.join("").trimEnd()),
);
const line = fc.record({ kind: fc.constantFrom<Kind>("context", "added", "removed"), text });
const anchor: Line = { kind: "context", text: "\tanchor();" };
// One line that shows how context looks and one that is changed: without them nobody can tell what it is.
const hunk = fc
  .array(line, { maxLength: 8 })
  .map((lines): readonly Line[] => [anchor, ...lines, { kind: "added", text: "\tlast();" }]);
const diff = fc.array(fc.array(hunk, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });

interface Wrapping {
  readonly quote: string;
  readonly stuffed: boolean;
  readonly stripped: boolean;
  readonly named: boolean;
  readonly encoding: "none" | "quoted-printable" | "base64";
  readonly lineEnd: string;
}

const wrapping: fc.Arbitrary<Wrapping> = fc.record({
  quote: fc.constantFrom("", "> ", ">> ", "> > ", ">> > ", ">"),
  stuffed: fc.boolean(),
  stripped: fc.boolean(),
  named: fc.boolean(),
  encoding: fc.constantFrom<Wrapping["encoding"]>("none", "quoted-printable", "base64"),
  lineEnd: fc.constantFrom("\n", "\r\n"),
});

test("a diff reads the same however it is quoted, stuffed and encoded", () => {
  fc.assert(
    fc.property(diff, wrapping, (files, how) => {
      const document = readDocument(wrap(files, how));
      assert.equal(document.patches.length, 1);
      assert.equal(document.patches[0]?.depth, how.quote.replaceAll(" ", "").length);
      assert.equal(document.patches[0]?.authorship, how.quote === "" ? "author" : "quoted");
      const expected = how.named ? files : [files.flat()];
      assert.deepEqual(
        linesOf(document),
        expected.map((hunks) => hunks.map((lines) => lines.map(({ kind, text: code }) => `${MARKER[kind]}${code}`))),
      );
      assert.deepEqual(
        document.problems.filter(({ code }) => code !== "text.base64"),
        [],
      );
      checkPlaces(document, how.encoding === "none");
    }),
    { numRuns: 500 },
  );
});

test("quoted-printable keeps the place of every character that stands for itself", () => {
  fc.assert(
    fc.property(diff, (files) => {
      const document = readDocument(
        wrap(files, {
          quote: "",
          stuffed: false,
          stripped: false,
          named: true,
          encoding: "quoted-printable",
          lineEnd: "\n",
        }),
      );
      for (const { code } of document.patches.flatMap((patch) =>
        patch.files.flatMap((file) => file.hunks.flatMap((h) => h.lines)),
      )) {
        for (const { start, length, sourceStart } of code.segments) {
          const written = document.text.slice(sourceStart, sourceStart + length);
          if (!written.startsWith("=")) assert.equal(written, code.text.slice(start, start + length));
        }
      }
    }),
  );
});

test("base64 places lie in the encoded line that holds the character", () => {
  const files: File[] = [[[anchor, { kind: "added", text: "\tneedle_in_a_haystack();" }]]];
  const how: Wrapping = { quote: "", stuffed: false, stripped: false, named: true, encoding: "base64", lineEnd: "\n" };
  const document = readDocument(wrap(files, how));
  const added = document.patches[0]?.files[0]?.hunks[0]?.lines[1];
  assert.ok(added !== undefined);
  for (const { start, length, sourceStart } of added.code.segments) {
    const lineStart = document.text.lastIndexOf("\n", sourceStart) + 1;
    const lineEnd = document.text.indexOf("\n", sourceStart);
    const decoded = Buffer.from(document.text.slice(lineStart, lineEnd), "base64").toString("latin1");
    assert.ok(decoded.includes(added.code.text.slice(start, start + length)));
  }
});

const FRAGMENTS = [
  "diff --git a/x.c b/x.c\n", "--- a/x.c\n", "+++ b/x.c\n", "@@ -1,2 +1,2 @@\n", "@@@ -1 -1 +1 @@@\n", "@@ x @@\n", " int a;\n", "-int b;\n", "+int c;\n",
  "\n", "> ", ">", "-- \n", "\\ No newline at end of file\n", "GIT binary patch\nliteral 3\n", "From: a@b\n", "Subject: [PATCH 1/2] x\n", "From a Mon Sep 17 00:00:00 2001\n",
  "Content-Type: multipart/mixed; boundary=x\n", "--x\n", "--x--\n", "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: quoted-printable\n", "Content-Type: message/rfc822\n",
  "=C3=", "=\n", "aGVsbG8K", "commit 0123456789\nAuthor: x\n\n    y\n", "/* ", "*/", "{\n", "}\n", "if (a)\n", "\tfoo(bar);\n", "words and words\n", "[...]\n", "...\n", "\r", "\0", "\uFEFF", "\uD800",
]; // prettier-ignore

test("nothing makes it throw, and no place lies outside", () => {
  const mess = fc.array(
    fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...FRAGMENTS) }, fc.string({ unit: "binary" })),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(mess, (parts) => {
      const input = parts.join("");
      const document = readDocument(input);
      assert.equal(document.text, input);
      checkPlaces(document, !/quoted-printable|base64/i.test(input));
      for (const patch of document.patches) assert.ok(patch.files.length + patch.snippets.length > 0);
    }),
    { numRuns: 3000 },
  );
});

function linesOf(document: Document): string[][][] {
  return document.patches.flatMap((patch) =>
    patch.files.map((file) =>
      file.hunks.map(({ lines }) => lines.map(({ kind, code }) => `${MARKER[kind]}${code.text}`)),
    ),
  );
}

function wrap(files: readonly File[], how: Wrapping): string {
  const lines = files.flatMap((hunks, index) => [
    ...(how.named ? [`diff --git a/f${index}.c b/f${index}.c`, `--- a/f${index}.c`, `+++ b/f${index}.c`] : []),
    ...hunks.flatMap((one) => [headerOf(one), ...one.map((each) => written(each, how))]),
  ]);
  const body = ["Hello,", "", ...lines.map((each) => how.quote + each), "", "Bye"].join(how.lineEnd) + how.lineEnd;
  const head = ["From: a@pond.example", "Subject: Re: x", "Content-Type: text/plain; charset=utf-8"];
  if (how.encoding !== "none") head.push(`Content-Transfer-Encoding: ${how.encoding}`);
  return [...head, "", encode(body, how)].join(how.lineEnd);
}

function headerOf(lines: readonly Line[]): string {
  const old = lines.filter(({ kind }) => kind !== "added").length;
  const after = lines.filter(({ kind }) => kind !== "removed").length;
  return `@@ -1,${old} +1,${after} @@`;
}

function written({ kind, text: code }: Line, how: Wrapping): string {
  const stuffing = how.stuffed && kind === "context" ? " " : "";
  const whole = `${stuffing}${MARKER[kind]}${code}`;
  return how.stripped && kind === "context" ? whole.trimEnd() : whole;
}

function encode(body: string, how: Wrapping): string {
  if (how.encoding === "none") return body;
  const bytes = Buffer.from(body, "utf8");
  if (how.encoding === "base64") return bytes.toString("base64").replace(/.{76}/g, `$&${how.lineEnd}`);
  let line = "";
  let out = "";
  for (const byte of bytes) {
    if (byte === 0x0a) {
      out += line.replace(/ $/, "=20").replace(/\t$/, "=09") + how.lineEnd;
      line = "";
      continue;
    }
    if (byte === 0x0d) continue;
    const plain = (byte >= 0x20 && byte < 0x7f && byte !== 0x3d) || byte === 0x09;
    line += plain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    if (line.length > 70) {
      out += `${line}=${how.lineEnd}`;
      line = "";
    }
  }
  return out + line;
}
