/** The edits find what they name and nothing else, or say that they did not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CParser } from "../../server/src/c/syntax";
import { parser } from "../c/support";
import { apply, type Edit } from "./edits";

const CODE = `void put(struct root *root)
{
	if (!dec(&root->count))
		return;
	/* Nobody else. */
	root->role.invalid = true;
	for_each(kvm, root, 0) {
		use(root, 1);
	}
	return done(root);
}
`;

const CASES: readonly [Edit, string, string][] = [
  [{ in: "put", drop: "= role.invalid" }, "\troot->role.invalid = true;\n", ""],
  [{ in: "put", drop: "if dec" }, "\tif (!dec(&root->count))\n\t\treturn;\n", ""],
  [{ in: "put", replace: "return done", by: "return 0;" }, "return done(root);", "return 0;"],
  [{ in: "put", call: "use", argument: 1, becomes: "2" }, "use(root, 1)", "use(root, 2)"],
  [{ in: "put", call: "for_each", becomes: "for_all" }, "for_each(", "for_all("],
  [{ in: "put", insert: "lock();", before: "if dec" }, "\tif (!dec", "\tlock();\n\tif (!dec"],
];

test("an edit changes the statement that it names", async () => {
  const parse = parsing(await parser());
  for (const [edit, from, to] of CASES) assert.equal(apply(CODE, [edit], parse), CODE.replace(from, to));
  const moved = apply(CODE, [{ in: "put", move: "= role.invalid", before: "if dec" }], parse);
  assert.ok(moved.indexOf("role.invalid = true") < moved.indexOf("if (!dec"), moved);
  assert.equal(moved.split("role.invalid").length, 2);
});

test("what is not there is an error", async () => {
  const parse = parsing(await parser());
  assert.throws(() => apply(CODE, [{ in: "get", drop: "use" }], parse), /no function get/);
  assert.throws(() => apply(CODE, [{ in: "put", drop: "free" }], parse), /put\(\) has no free/);
});

function parsing(c: CParser): (text: string) => ReturnType<CParser["parse"]> {
  return (text) => c.parse("code.c", text, {});
}
