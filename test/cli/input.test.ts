/** Files as they lie on disks: encodings, and what cannot be read. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { readInput } from "../../server/src/cli/input";

const folder = mkdtempSync(path.join(tmpdir(), "lastput-input-"));
after(() => rmSync(folder, { recursive: true }));

const SIGNAL = new AbortController().signal;

const DECODED: [name: string, bytes: Buffer, text: string, problem: { code: string; at: number } | null][] = [
  ["UTF-8", Buffer.from("größer\n"), "größer\n", null],
  ["a byte order mark", Buffer.from("\ufeffone\n"), "one\n", null],
  ["UTF-16, little end first", Buffer.from("\ufeffone\n", "utf16le"), "one\n", null],
  ["UTF-16, big end first", Buffer.from("\ufeffone\n", "utf16le").swap16(), "one\n", null],
  ["Latin 1", Buffer.from("größer\n", "latin1"), "gr\ufffd\ufffder\n", { code: "io.encoding", at: 2 }],
  ["a replacement character of its own", Buffer.from("a\ufffdb\n"), "a\ufffdb\n", null],
  ["CR LF, NUL and no final newline", Buffer.from("a\r\n\0b"), "a\r\n\0b", null],
  ["nothing", Buffer.from(""), "", null],
];

for (const [name, bytes, text, problem] of DECODED) {
  test(`reads ${name}`, async () => {
    const file = path.join(folder, "file");
    writeFileSync(file, bytes);
    const input = await readInput(file, SIGNAL);
    assert.ok(input !== null && "text" in input);
    assert.equal(input.text, text);
    assert.equal(input.sha256, createHash("sha256").update(bytes).digest("hex"));
    const problems = input.problems.map(({ code, range }) => ({ code, at: range?.start }));
    assert.deepEqual(problems, problem === null ? [] : [problem]);
  });
}

const UNREAD: [name: string, code: string, message: RegExp][] = [
  ["gone.patch", "io.not-found", /no such file/],
  ["file/inside-a-file", "io.not-found", /no such file/],
  [".", "io.directory", /directory/],
  ["a\0b", "io.failed", /cannot be read/],
];

for (const [name, code, message] of UNREAD) {
  test(`says why ${JSON.stringify(name)} cannot be read`, async () => {
    writeFileSync(path.join(folder, "file"), "x");
    const input = await readInput(`${folder}/${name}`, SIGNAL);
    assert.ok(input !== null && "review" in input);
    assert.equal(input.code, code);
    assert.match(input.message, message);
  });
}

test("what never ends is refused, not collected", { skip: process.platform === "win32" }, async () => {
  const input = await readInput("/dev/zero", SIGNAL);
  assert.ok(input !== null && "review" in input);
  assert.equal(input.code, "io.too-large");
});

test("reading can be interrupted", { skip: process.platform === "win32" }, async () => {
  const interrupt = new AbortController();
  const reading = readInput("/dev/zero", interrupt.signal);
  interrupt.abort();
  assert.equal(await reading, null);
});
