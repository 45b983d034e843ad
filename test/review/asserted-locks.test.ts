/** Entry points whose context is what they assert. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reviewExample } from "./examples";

const text = (asserts: string): string => `// box 1: count 2, listed, 1 kept by its owner
// CPU 0: unlink(box), called as it asserts
// CPU 1: look(), called as it asserts
void unlink(struct box *box)
{
${asserts}	list_del_init(&box->link);
	list_add(&box->link, &boxes);
	if (refcount_dec_and_test(&box->count))
		kfree(box);
}

void look(void)
{
	lockdep_assert_held_read(&walk_lock);
	lockdep_assert_held(&boxes_lock);
	WARN_ON(list_empty(&boxes));
}
`;

test("a thread that begins in a function holds what the function asserts, until it returns", async () => {
  const codes = async (asserts: string): Promise<readonly string[]> => {
    const example = { code: "", isSafe: true, file: "asserted.c", text: text(asserts), marks: [] };
    const { findings } = await reviewExample(example);
    return [...new Set(findings.map(({ code }) => code))].sort();
  };
  assert.deepEqual(await codes("\tlockdep_assert_held(&boxes_lock);\n"), []);
  assert.deepEqual(await codes("\tlockdep_assert_held_write(&walk_lock);\n"), ["list.unlocked-change"]);
  assert.deepEqual(await codes(""), ["assert.warn-reachable", "list.unlocked-change"]);
});

test("a thread that begins in a function holds what the function's head is annotated with", async () => {
  const codes = async (annotation: string, last = ""): Promise<readonly string[]> => {
    const annotated = text("")
      .replace("unlink(struct box *box)\n", `unlink(struct box *box)\n\t${annotation}\n`)
      .replace("kfree(box);\n", `kfree(box);\n${last}`);
    const example = { code: "", isSafe: true, file: "annotated.c", text: annotated, marks: [] };
    const { findings } = await reviewExample(example);
    return [...new Set(findings.map(({ code }) => code))].sort();
  };
  const unlocks = "\tspin_unlock(&boxes_lock);\n";
  assert.deepEqual(await codes("__must_hold(&boxes_lock)"), []);
  assert.deepEqual(await codes("__must_hold(boxes_lock)"), []);
  assert.deepEqual(await codes("__releases(&boxes_lock)", unlocks), []);
  assert.deepEqual(await codes("__must_hold(&boxes_lock)", unlocks), ["lock.imbalance"]);
  // It returns without the lock that its caller will give back.
  assert.ok((await codes("__acquires(&boxes_lock)")).includes("lock.imbalance"));
  assert.deepEqual(await codes("__acquires(&boxes_lock)", "\tspin_lock(&boxes_lock);\n"), [
    "assert.warn-reachable",
    "list.unlocked-change",
  ]);
});
