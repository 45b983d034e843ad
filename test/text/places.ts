/** Checks that every place a document names lies in its text, and that mapped characters are where they say. */
import assert from "node:assert/strict";
import type { Document } from "../../server/src/text/document";
import { DOCUMENT, type MappedText, type Span } from "../../server/src/text/mapped";

/** `verbatim`: no transfer encoding, so that each mapped character must be the one at its place. */
export function checkPlaces(document: Document, verbatim: boolean): void {
  const spans: Span[] = [];
  const codes: MappedText[] = [];
  for (const { span } of document.problems) if (span !== null) spans.push(span);
  for (const patch of document.patches) {
    spans.push(patch.span);
    for (const snippet of patch.snippets) {
      spans.push(snippet.span);
      codes.push(snippet.code);
    }
    for (const file of patch.files) {
      spans.push(file.span);
      for (const hunk of file.hunks) {
        spans.push(hunk.span);
        if (hunk.headerSpan !== null) spans.push(hunk.headerSpan);
        for (const line of hunk.lines) {
          spans.push(line.span);
          codes.push(line.code);
          for (const segment of line.code.segments) assert.equal(segment.origin, line.kind);
          if (verbatim) checkInside(line.code, line.span);
        }
      }
    }
  }
  if (document.code !== null) codes.push(document.code);
  for (const span of spans) {
    assert.ok(0 <= span.start && span.start <= span.end && span.end <= document.text.length, JSON.stringify(span));
  }
  for (const code of codes) checkCode(document.text, code, verbatim);
}

function checkCode(text: string, code: MappedText, verbatim: boolean): void {
  let end = 0;
  for (const segment of code.segments) {
    assert.equal(segment.source, DOCUMENT);
    assert.ok(segment.start >= end && segment.length > 0, "segments are sorted and do not overlap");
    end = segment.start + segment.length;
    assert.ok(end <= code.text.length, "segments lie in the code");
    const sourceEnd = segment.sourceStart + segment.length;
    assert.ok(segment.sourceStart >= 0 && sourceEnd <= text.length, "segments lie in the document");
    if (verbatim) assert.equal(code.text.slice(segment.start, end), text.slice(segment.sourceStart, sourceEnd));
  }
}

function checkInside(code: MappedText, span: Span): void {
  for (const { sourceStart, length } of code.segments) {
    assert.ok(span.start <= sourceStart && sourceStart + length <= span.end, "a line's code lies in the line");
  }
}
