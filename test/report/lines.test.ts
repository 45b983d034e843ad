/** Lines and columns against the language server library's own count. */
import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import { TextDocument } from "vscode-languageserver-textdocument";
import { LineIndex } from "../../server/src/report";

const text = fc
  .array(fc.constantFrom("\r", "\n", "\r\n", "a", "bc", "\t", "é", "😀"), { maxLength: 40 })
  .map((all) => all.join(""));

test("positions are those of the editor", () => {
  fc.assert(
    fc.property(text, fc.nat(60), (content, offset) => {
      const expected = TextDocument.create("file:///x", "c", 1, content).positionAt(offset);
      const { line, column } = new LineIndex(content).position(offset);
      assert.deepEqual({ line: line - 1, character: column - 1 }, expected);
    }),
    { numRuns: 2000 },
  );
});

test("the end of a range is exclusive and may stand on a later line", () => {
  const lines = new LineIndex("one\r\ntwo\nthree");
  assert.deepEqual(lines.range({ start: 1, end: 8 }), { line: 1, column: 2, endLine: 2, endColumn: 4 });
  assert.deepEqual(lines.range({ start: 9, end: 14 }), { line: 3, column: 1, endLine: 3, endColumn: 6 });
});
