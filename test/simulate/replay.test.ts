import assert from "node:assert/strict";
import test from "node:test";
import { array, assert as check, constant, integer, nat, oneof, property, string, tuple } from "fast-check";
import { decodeReplay, encodeReplay, replayId } from "../../server/src/simulate/index";

const decision = tuple(nat(9), oneof(constant(0), nat(200))).map(([thread, alternative]) => ({ thread, alternative }));
const decisions = array(decision, { maxLength: 300 });

test("a replay token gives back what went in, however a mail wraps and quotes it", () => {
  check(
    property(string(), decisions, integer({ min: 1, max: 76 }), nat(3), (id, all, width, depth) => {
      const token = encodeReplay(id, all);
      assert.match(token, /^[\w:-]+$/);
      const quote = ">".repeat(depth) + (depth > 0 ? " " : "");
      const mailed = (token.match(new RegExp(`.{1,${width}}`, "g")) ?? [])
        .map((line) => `${quote}${line} \r\n`)
        .join("");
      assert.deepEqual(decodeReplay(mailed), { id: replayId(id), decisions: all });
    }),
  );
});

test("a damaged token is told from a good one", () => {
  const token = encodeReplay("put, read", [
    { thread: 0, alternative: 0 },
    { thread: 1, alternative: 2 },
  ]);
  for (let at = 4; at < token.length; at++) {
    const other = token[at] === "A" ? "B" : "A";
    const damaged = token.slice(0, at) + other + token.slice(at + 1);
    const result = decodeReplay(damaged);
    // The last digit has bits that no byte holds.
    if ("problem" in result) assert.match(result.problem, /damaged/);
    else assert.equal(at, token.length - 1);
  }
  assert.deepEqual(decodeReplay("lp9:AAAA"), { problem: "the replay token was made by a newer version of Lastput" });
  assert.ok("problem" in decodeReplay("hello"));
  assert.ok("problem" in decodeReplay("lp1:"));
});

test("a token of forty steps fits into a line of a mail", () => {
  const all = Array.from({ length: 40 }, (_, index) => ({
    thread: Math.floor(index / 8) % 2,
    alternative: index % 8 === 3 ? 1 : 0,
  }));
  assert.ok(encodeReplay("x", all).length <= 76);
});
