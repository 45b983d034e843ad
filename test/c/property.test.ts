/** What holds for any text. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import test from "node:test";
import { printFile } from "../../server/src/c/print";
import { expandAll, parser, placesOf } from "./support";

const words = fc.constantFrom(
  ..."if else for while do switch case default return goto break struct union static int u64 typeof sizeof list_each foo x root".split(
    " ",
  ),
  ..."__rcu __free asm #if #endif #else #define #ifdef /* */ // ... ; ; ; { } ( ) [ ] , : ? = == -> . * & ! ++ \" ' 1 0x2f \\ # ##".split(
    " ",
  ),
  "\n",
  "\n",
  "\t",
  "é",
  "😀",
);
const cLike = fc.array(words, { maxLength: 80 }).map((parts) => parts.join(" "));
const anyText = fc.oneof(cLike, fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 200 }));

test("no text makes the parser throw, and every place lies in the text", async () => {
  const c = await parser();
  fc.assert(
    fc.property(anyText, (text) => {
      const file = c.parse("any.c", text, { A: "1" });
      for (const place of placesOf(file)) {
        assert.equal(place.file, "any.c");
        assert.ok(place.start >= 0 && place.start <= place.end && place.end <= text.length, JSON.stringify(place));
      }
      printFile(file);
    }),
    { numRuns: 1500 },
  );
});

test("expanding every macro of any text ends", async () => {
  const c = await parser();
  const body = fc.array(
    fc.constantFrom(
      "a",
      "b",
      "x",
      "y",
      "(",
      ")",
      ",",
      "a(x)",
      "b(x, y)",
      "#x",
      "##",
      ";",
      "do {",
      "} while (0)",
      "for (;;)",
      "if (x)",
      "else",
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(body, body, (a, b) => {
      const text = `#define a(x) ${a.join(" ")}\n#define b(x, ...) ${b.join(" ")}\nvoid f(void) { a(1); b(a(2), 3, 4); a(5) { b(6) c(); } }`;
      const file = c.parse("any.c", text, {});
      for (const f of file.functions) expandAll(c, file.macros, f.body);
    }),
    { numRuns: 300 },
  );
});

test("the same text read twice gives the same", async () => {
  const c = await parser();
  fc.assert(
    fc.property(cLike, (text) => {
      assert.deepEqual(c.parse("any.c", text, {}), c.parse("any.c", text, {}));
    }),
    { numRuns: 200 },
  );
});

test("comments and line breaks between words change nothing that is read", async () => {
  const c = await parser();
  const tokens =
    "static bool f ( struct root * r ) { if ( ! get ( & r -> count ) ) return false ; each ( r , 1 ) { r . x += 2 ; } return ( u64 ) r ; }".split(
      " ",
    );
  const filler = fc.constantFrom(" ", "\n", "\t", " /* word ( { */ ", " // x\n", " \\\n ");
  const expected = printFile(c.parse("a.c", tokens.join(" "), {}));
  fc.assert(
    fc.property(fc.array(filler, { minLength: tokens.length, maxLength: tokens.length }), (gaps) => {
      const text = tokens.map((t, i) => t + (gaps[i] ?? " ")).join("");
      assert.equal(printFile(c.parse("a.c", text, {})), expected);
    }),
    { numRuns: 200 },
  );
});
