/** Files of accepted findings as people may leave them: a wrong one is told with its line. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { baselineText, isBaselineError, readBaseline } from "../../server/src/review/baseline";

const WRONG: Readonly<Record<string, readonly [text: string, told: string]>> = {
  "no JSON": ['{\n  "baselineVersion": 1,\n  accepted: []\n}\n', "3: this is no JSON"],
  "cut short": ['{\n  "baselineVersion": 1,\n  "accepted": [\n', "3: this is no JSON"],
  "another version": ['{\n  "baselineVersion": 2,\n  "accepted": []\n}\n', '2: "baselineVersion" is 2, not 1'],
  "no version": ["[]\n", '1: "baselineVersion" is none, not 1'],
  "no list": ['{\n  "baselineVersion": 1,\n  "accepted": {}\n}\n', '3: "accepted" is no list'],
  "an entry that is wrong": [
    '{\n  "baselineVersion": 1,\n  "accepted": [\n    {"fingerprint":"0123456789abcdef","code":"a.b","function":null,"message":"[{"},\n    {\n      "code": "a.b"\n    }\n  ]\n}\n',
    '5: "fingerprint" is 16 hexadecimal digits, not null',
  ],
  "an entry that is no object": [
    '{ "accepted": [\n1],\n"baselineVersion": 1 }',
    "2: an entry is an object with fingerprint, code, function and message",
  ],
};

for (const [what, [text, told]] of Object.entries(WRONG)) {
  test(`wrong: ${what}`, () => {
    const read = readBaseline(text);
    assert.equal(isBaselineError(read) ? `${read.line}: ${read.message}` : "nothing", told);
  });
}

test("one without findings is one as well", () => {
  assert.deepEqual(readBaseline(baselineText([])), { accepted: [] });
});
