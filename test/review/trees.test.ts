/** A tree in the place of the base: what of it takes part, what stands in for the rest, and what is no tree. */
import assert from "node:assert/strict";
import test from "node:test";
import type { LoadedProfile } from "../../server/src/review/builtin";
import type { Review } from "../../server/src/review/review";
import { unifiedDiff } from "./diffs";
import { profileNamed, review, reviewerOver } from "./support";

const LIST = "lib/list.c";
const REMOVE = "net/remove.c";

const LOOKUP = `struct session *session_lookup(int id)
{
	struct session *s;

	rcu_read_lock();
	list_for_each_entry_rcu(s, &sessions, node) {
		if (s->id != id || !kref_get_unless_zero(&s->ref))
			continue;
		rcu_read_unlock();
		return s;
	}
	rcu_read_unlock();
	return NULL;
}
`;
const RELEASE = `static void session_release(struct kref *ref)
{
	struct session *s = container_of(ref, struct session, ref);

	kfree_rcu(s, rcu);
}

void session_put(struct session *s)
{
	kref_put(&s->ref, session_release);
}

`;
const REMOVED = `void session_remove(struct session *s)
{
	pr_debug("removes %d\\n", s->id);
	spin_lock(&sessions_lock);
	list_del_rcu(&s->node);
	spin_unlock(&sessions_lock);
	session_put(s);
}
`;

/** Two files: the one that is reviewed, and one that only calls it, for which the base may stand in. */
const loaded: LoadedProfile = withTree(profileNamed("kref-list"));
const reviewer = reviewerOver(loaded);

test("a tree's callers take part where they can be modelled", async () => {
  const found = await reviewed({ [LIST]: RELEASE + LOOKUP, [REMOVE]: REMOVED });
  assert.deepEqual(wrongIn(found), []);
  assert.deepEqual(textsOf(found, "from-tree"), [`read from ${REMOVE} of the tree: session_remove()`]);
  assert.deepEqual(textsOf(found, "stand-in"), []);
});

test("a mistake in a caller is found", async () => {
  const found = await reviewed({
    [LIST]: RELEASE + LOOKUP,
    [REMOVE]: REMOVED.replace("\tspin_lock(&sessions_lock);\n", "").replace("\tspin_unlock(&sessions_lock);\n", ""),
  });
  assert.ok(wrongIn(found).includes("list.unlocked-change"), wrongIn(found).join());
});

test("what calls something unknown with an object is stood in for, and the review says why", async () => {
  const found = await reviewed({
    [LIST]: RELEASE + LOOKUP,
    [REMOVE]: REMOVED.replace("\tsession_put(s);\n", "\thand_over(s);\n"),
  });
  assert.deepEqual(wrongIn(found), []);
  assert.deepEqual(textsOf(found, "stand-in"), [
    `session_remove() of ${REMOVE} is not modelled (the call hand_over()): the profile's own stands in for it`,
  ]);
});

test("what a patch changes is its own, even where ours stood in before", async () => {
  const before = REMOVED.replace("\tsession_put(s);\n", "\thand_over(s);\n");
  const patch = unifiedDiff([{ path: REMOVE, before, after: REMOVED.replace("\tspin_lock(&sessions_lock);\n", "") }]);
  const workspace = { [LIST]: RELEASE + LOOKUP, [REMOVE]: before };
  const found = await review(patch, { reviewer, workspace });
  assert.ok(wrongIn(found).length > 0);
});

test("without the file that is reviewed it is no tree", async () => {
  const found = await review(RELEASE + LOOKUP, {
    name: "list.c",
    language: "c",
    reviewer,
    workspace: { [REMOVE]: REMOVED },
  });
  assert.deepEqual(textsOf(found, "from-tree"), []);
});

function withTree({ profile, texts }: LoadedProfile): LoadedProfile {
  const base = ["list.c", "remove.c"];
  const tree = [{ path: LIST, replaces: ["list.c"] }, { path: REMOVE }];
  return {
    profile: { ...profile, base, tree },
    texts: { ...texts, "list.c": RELEASE + LOOKUP, "remove.c": REMOVED.replace(/\tpr_debug.*\n/, "") },
  };
}

async function reviewed(workspace: Readonly<Record<string, string>>): Promise<Review> {
  return review(workspace[LIST] ?? "", { name: `/home/somebody/linux/${LIST}`, language: "c", reviewer, workspace });
}

function wrongIn({ findings }: Review): string[] {
  return findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);
}

function textsOf({ assumptions }: Review, kind: string): string[] {
  return assumptions.filter((each) => each.kind === kind).map(({ text }) => text);
}
