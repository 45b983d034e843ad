/** Text that is no C, or far too much of it: reading ends, does not throw, and keeps what is around it. */
import assert from "node:assert/strict";
import test from "node:test";
import { printFunction } from "../../server/src/c/print";
import { parser } from "./support";

/** Generous, because machines differ; what is quadratic in these texts takes minutes. */
const MOST_SECONDS = 60;

const before = "void before(void)\n{\n\ta();\n}\n";
const after = "\nvoid after(void)\n{\n\tb();\n}\n";
const inside = (text: string): string => `void middle(void)\n{\n\tx = ${text};\n}\n`;

/** Between two functions that must be found; the code is of a problem that must be told, null when none need be. */
const kept: readonly [name: string, text: string, code: string | null][] = [
  ["200,000 open parentheses", inside("(".repeat(200_000)), "c.too-deep"],
  ["200,000 matched parentheses", inside("(".repeat(200_000) + "1" + ")".repeat(200_000)), "c.too-deep"],
  ["100,000 statement expressions", inside("({".repeat(100_000)), "c.too-deep"],
  ["200,000 additions", inside("a+".repeat(200_000) + "a"), "c.too-deep"],
  ["200,000 negations", inside("!".repeat(200_000) + "a"), "c.too-deep"],
  ["200,000 members", inside("a" + "->b".repeat(200_000)), "c.too-deep"],
  ["50,000 casts", inside("(int)".repeat(50_000) + "a"), "c.too-deep"],
  ["50,000 else ifs", `void middle(void)\n{\n${"if (a) b(); else ".repeat(50_000)}c();\n}\n`, "c.too-deep"],
  ["a closing parenthesis too many, 100,000 times", inside("1" + ")".repeat(100_000)), "c.unbalanced"],
  ["NUL bytes", inside("a\0 + \0b") + "\0".repeat(1000), "c.stray-character"],
  ["a string without end", inside('"abc'), null],
  ["prose with apostrophes", "\nThis isn't C (it doesn't try to be), is it?\n", null],
];

for (const [name, text, code] of kept) {
  test(name, { timeout: MOST_SECONDS * 1000 }, async () => {
    const file = (await parser()).parse("hostile.c", before + text + after, {});
    const outlines = file.functions.map((f) => printFunction(f).join("\n"));
    assert.ok(outlines.includes("function void before()\n  block\n    (call a)"), outlines[0]);
    assert.ok(outlines.includes("function void after()\n  block\n    (call b)"), outlines.at(-1)?.slice(0, 200));
    if (code !== null) assert.ok(file.problems.some((p) => p.code === code));
    // What comes out can be walked by recursion.
    assert.ok(JSON.stringify(file.functions).length > 0);
  });
}

const endless: readonly [name: string, text: string][] = [
  ["open comments", "/* \n\n".repeat(100_000)],
  ["comment ends", "* foo */\n".repeat(50_000)],
  ["quotes", `"'`.repeat(100_000)],
  ["open #ifs", "#if a && (b\n".repeat(50_000)],
  [
    "a chain of #defines",
    `${Array.from({ length: 50_000 }, (_, i) => `#define A${i} A${i + 1}\n`).join("")}#if A0\n#endif\n`,
  ],
  ["words", "foo ".repeat(200_000)],
  ["calls without semicolons", "a(x) b(x) ".repeat(20_000)],
  ["dots", "...\n".repeat(50_000)],
  ["labels", "a:".repeat(100_000)],
  ["missing parentheses", "void f(void) { if (a { b(); }\n}\n".repeat(1000)],
  ["mixed brackets", "( ; { ) } ".repeat(20_000)],
  ["open typeofs", "typeof(".repeat(50_000)],
  ["open attributes", "__attribute__((".repeat(50_000)],
  ["nested structs", "struct a { ".repeat(20_000)],
  ["emoji", "😀é".repeat(50_000)],
  ["noise", noise(300_000)],
];

for (const [name, text] of endless) {
  test(`nothing but ${name}`, { timeout: MOST_SECONDS * 1000 }, async () => {
    const start = performance.now();
    const file = (await parser()).parse("hostile.c", text, {});
    assert.ok(performance.now() - start < MOST_SECONDS * 1000);
    assert.ok(file.problems.length < 1000);
    assert.ok(JSON.stringify(file.loose).length > 0);
  });
}

test("a text that is too long is read as far as it may be, and the rest is told of", async () => {
  const text = before + " ".repeat(2_000_000) + after;
  const file = (await parser()).parse("long.c", text, {});
  assert.deepEqual(
    file.functions.map((f) => f.name),
    ["before"],
  );
  const problem = file.problems.find((p) => p.code === "c.too-large");
  assert.equal(problem?.place.end, text.length);
});

/** The same pseudo-random characters each time. */
function noise(length: number): string {
  const alphabet = "abc(){};=<>\"'#*/+-.,: \n\n\t[]0129";
  let state = 12345;
  let text = "";
  for (let i = 0; i < length; i++) {
    state = (state * 1103515245 + 12345) % 2147483648;
    text += alphabet[(state >> 8) % alphabet.length] ?? "";
  }
  return text;
}
