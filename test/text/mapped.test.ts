/** The mapped text against what one gets by looking at every character. */
import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import { concat, type MappedText, mapped, segmentAt, slice, sourceSpan, unmapped } from "../../server/src/text/mapped";

const piece: fc.Arbitrary<MappedText> = fc.oneof(
  fc
    .record({ text: fc.string({ maxLength: 5 }), source: fc.constantFrom("document", "base:x"), at: fc.nat(50) })
    .map(({ text, source, at }) => mapped(text, source, at, "context")),
  fc.string({ maxLength: 3 }).map(unmapped),
);
const whole = fc.array(piece, { maxLength: 8 }).map(concat);

/** `source:offset` of each character, or null. */
function placesOf(text: MappedText): (string | null)[] {
  const places: (string | null)[] = Array.from({ length: text.text.length }, () => null);
  for (const { start, length, source, sourceStart } of text.segments) {
    for (let at = 0; at < length; at++) places[start + at] = `${source}:${sourceStart + at}`;
  }
  return places;
}

test("joining keeps the place of every character", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const joined = concat(pieces);
      assert.equal(joined.text, pieces.map(({ text }) => text).join(""));
      assert.deepEqual(placesOf(joined), pieces.flatMap(placesOf));
    }),
  );
});

test("a slice has the places of its characters", () => {
  fc.assert(
    fc.property(whole, fc.nat(40), fc.nat(40), (text, from, length) => {
      const start = Math.min(from, text.text.length);
      const end = Math.min(start + length, text.text.length);
      const cut = slice(text, start, end);
      assert.equal(cut.text, text.text.slice(start, end));
      assert.deepEqual(placesOf(cut), placesOf(text).slice(start, end));
    }),
  );
});

test("the segment at an offset is the last that starts there or before", () => {
  fc.assert(
    fc.property(whole, fc.nat(40), (text, offset) => {
      assert.deepEqual(segmentAt(text, offset), text.segments.filter(({ start }) => start <= offset).at(-1));
    }),
  );
});

test("a source span holds every character of the span that is of its source", () => {
  fc.assert(
    fc.property(whole, fc.nat(40), fc.nat(40), (text, from, length) => {
      const span = { start: from, end: from + length };
      const places = placesOf(text)
        .slice(span.start, span.end)
        .filter((place) => place !== null);
      const found = sourceSpan(text, span);
      const [first] = places;
      if (first === undefined) {
        if (length > 0) assert.equal(found, undefined);
        return;
      }
      const source = first.slice(0, first.lastIndexOf(":"));
      const offsets = places
        .filter((place) => place.startsWith(`${source}:`))
        .map((place) => Number(place.slice(place.lastIndexOf(":") + 1)));
      assert.equal(found?.source, source);
      assert.equal(found.start, offsets[0]);
      assert.equal(found.end, Math.max(...offsets) + 1);
    }),
  );
});
