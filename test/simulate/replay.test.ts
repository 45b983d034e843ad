import assert from "node:assert/strict";
import test from "node:test";
import {
  array,
  assert as check,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  property,
  string,
  tuple,
} from "fast-check";
import { decodeReplay, encodeReplay, replayId } from "../../server/src/simulate/index";

const decision = tuple(nat(9), oneof(constant(0), nat(200))).map(([thread, alternative]) => ({ thread, alternative }));
const decisions = array(decision, { maxLength: 300 });

/** What mail programs do to a text, each to what the one before it left. */
const treatments: Readonly<Record<string, (text: string, width: number) => string>> = {
  "wraps lines": (text, width) => eachLine(text, (line) => cut(line, width).join("\n")),
  quotes: (text) => eachLine(text, (line) => `> ${line}`),
  "quotes without a blank": (text) => eachLine(text, (line) => `>${line}`),
  "quotes with bars": (text) => eachLine(text, (line) => `| ${line}`),
  "leaves blanks behind": (text) => eachLine(text, (line) => `${line} \t`),
  indents: (text) => eachLine(text, (line) => `    ${line}`),
  "ends lines as mail does": (text) => text.replaceAll(/\r?\n/g, "\r\n"),
  // RFC 3676: soft line ends are behind a blank; lines that begin with a blank or a quote mark are stuffed.
  flows: (text, width) => eachLine(text, (line) => cut(line, width).map(stuffed).join(" \n")),
  // RFC 2045: a line that goes on ends in `=`; blanks at the end of a line are written in hexadecimal, so there are none.
  encodes: (text, width) => eachLine(text.replaceAll(/[ \t]+$/gm, ""), (line) => cut(line, width).join("=\n")),
  "puts it into a paragraph": (text) => `\n${text}\n\n`,
};

function eachLine(text: string, change: (line: string) => string): string {
  return text.split(/\r?\n/).map(change).join("\n");
}

function cut(line: string, width: number): readonly string[] {
  return line.match(new RegExp(`.{1,${width}}`, "g")) ?? [line];
}

function stuffed(line: string): string {
  return /^[ >]/.test(line) ? ` ${line}` : line;
}

const treated = array(tuple(constantFrom(...Object.keys(treatments)), integer({ min: 1, max: 76 })), { maxLength: 6 });

test("a replay token gives back what went in, however mails wrap, quote, flow and encode it", () => {
  check(
    property(string(), decisions, treated, (id, all, history) => {
      const token = encodeReplay(id, all);
      assert.match(token, /^lp1:[\w-]+$/);
      const mailed = history.reduce((text, [name, width]) => treatments[name]?.(text, width) ?? text, token);
      assert.deepEqual(decodeReplay(mailed), { id: replayId(id), decisions: all });
    }),
    { numRuns: 1000 },
  );
});

test("a text that is no token is told from one, and never throws", () => {
  check(
    property(
      oneof(
        string(),
        string().map((text) => `lp1:${text}`),
      ),
      (text) => {
        const read = decodeReplay(text);
        if ("problem" in read) assert.match(read.problem, /replay token/);
        else assert.equal(encodeReplay("", read.decisions).length > 0, true);
      },
    ),
  );
});

test("tokens of one model and one interleaving are one, and differ for others", () => {
  check(
    property(string(), decisions, decisions, (id, one, other) => {
      assert.equal(encodeReplay(id, one), encodeReplay(id, [...one]));
      assert.equal(encodeReplay(id, one) === encodeReplay(id, other), JSON.stringify(one) === JSON.stringify(other));
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
