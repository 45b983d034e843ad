/** A kind of object that has a file of its own, from C to the finding. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reviewExample } from "./examples";

const text = (wait: string): string => `// box 1: count 2
// CPU 0: fill(box)
// CPU 1: empty(box)
static void put(struct box *box)
{
	if (refcount_dec_and_test(&box->count))
		kfree(box);
}

void fill(struct box *box)
{
	box->state.full = 1;
	complete(&box->ready);
	put(box);
}

void empty(struct box *box)
{
${wait}	box->state.full = 0;
	put(box);
}
`;

test("what is done before complete() is done for who waits for it", async () => {
  const codes = async (wait: string): Promise<readonly string[]> => {
    const example = { code: "", isSafe: true, file: "completion.c", text: text(wait), marks: [] };
    const { findings } = await reviewExample(example);
    return [...new Set(findings.map(({ code }) => code))];
  };
  assert.deepEqual(await codes("\twait_for_completion(&box->ready);\n"), []);
  assert.deepEqual(await codes(""), ["lifetime.freed-unzapped"]);
});
