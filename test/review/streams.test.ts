/** A review is a stream: each part of it is enough by itself, none says more than is known, and no text breaks it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Review } from "../../server/src/review/review";
import { fixtures, root } from "../support/paths";
import {
  onlyScenarios,
  outcomeOf,
  profileNamed,
  review,
  reviewerOver,
  scenarioOf,
  stream,
  type Given,
} from "./support";

const patches = {
  violated: readFileSync(join(fixtures, "patches/kfree.patch"), "utf8"),
  safe: readFileSync(join(fixtures, "patches/put-recursive.patch"), "utf8"),
  depends: readFileSync(join(root, "examples/put-root-gift.patch"), "utf8"),
};
const SCENARIOS = ["put", "put-reader", "shared-put-reader", "put-fast-zap", "load-put-fast-zap"];
const tdp = onlyScenarios(profileNamed("tdp-mmu"), SCENARIOS);

async function all(text: string, given: Given = {}): Promise<Review[]> {
  const reviews: Review[] = [];
  for await (const each of stream(text, { reviewer: reviewerOver(tdp), ...given })) reviews.push(each);
  return reviews;
}

/** Goes on for so many slices. */
function stopAfter(slices: number): () => Promise<boolean> {
  let left = slices;
  return () => Promise.resolve(left-- > 0);
}

for (const [verdict, text] of Object.entries(patches)) {
  test(`${verdict}: first what was read, then ever more, at last all`, async () => {
    const reviews = await all(text);
    assert.match(reviews.map(({ stage }) => stage).join(" "), /^syntax (partial )*complete$/);
    assert.equal(reviews.at(-1)?.verdict, verdict);
    for (const [index, { progress, patches: read }] of reviews.entries()) {
      assert.equal(read.length, 1, "each part of the stream knows the patch");
      const before = reviews[index - 1];
      if (before === undefined) continue;
      assert.ok(progress.done >= before.progress.done && progress.states >= before.progress.states);
    }
    for (const early of reviews.slice(0, -1)) checkNotEarly(early);
    const last = reviews.at(-1)?.progress;
    assert.ok(last !== undefined && last.done === last.total && last.total > 0);
  });
}

/** Of what is not known yet nothing good may be said. */
function checkNotEarly(early: Review): void {
  const told = [early.verdict, ...early.patches.map((patch) => patch.verdict)];
  for (const verdict of told)
    assert.ok(["incomplete", "violated", "depends"].includes(verdict), `${early.stage}: ${verdict}`);
}

test("whenever it is stopped, what is known stands and nothing is called safe", async () => {
  const complete = outcomeOf(await review(patches.depends, { reviewer: reviewerOver(tdp) }));
  const seen = new Set<string>();
  for (const slices of [0, 1, 3, 10, 30, 60, 100]) {
    const reviews = await all(patches.depends, { breathe: stopAfter(slices) });
    const last = reviews.at(-1);
    assert.ok(last !== undefined);
    if (last.stage === "complete") break;
    assert.equal(last.stage, "stopped");
    checkNotEarly(last);
    for (const finding of outcomeOf(last).findings.filter((each) => each.includes("introduced error"))) {
      assert.ok(complete.findings.includes(finding), `${finding} is not in the complete review`);
    }
    seen.add(last.verdict);
  }
  assert.ok(seen.has("incomplete"), "it was never stopped early");
});

test("what is told as brought in early is so at the end", async () => {
  const text = readFileSync(join(fixtures, "patches/worker-list-walk.patch"), "utf8");
  const introduced = (each: Review): string[] =>
    each.findings
      .filter(({ status }) => status === "introduced")
      .map(({ code, scenario }) => `${code} in ${scenarioOf(scenario ?? "")}`);
  const reviews: Review[] = [];
  for (const slices of [3, 10, 20, 30, Infinity]) {
    reviews.push(...(await all(text, { reviewer: reviewerOver(tdp), breathe: stopAfter(slices) })));
  }
  const last = reviews.at(-1);
  assert.ok(last?.stage === "complete" && last.findings.some(({ status }) => status === "persists"));
  const known = new Set(introduced(last));
  for (const each of reviews)
    assert.deepEqual(
      introduced(each).filter((told) => !known.has(told)),
      [],
      each.stage,
    );
});

test("a safe patch is not safe before its mutations were tried", async () => {
  let slices = 0;
  const whole = await all(patches.safe, { breathe: () => Promise.resolve(++slices > 0) });
  assert.equal(whole.at(-1)?.verdict, "safe");
  for (const share of [0.25, 0.5, 0.75, 0.9]) {
    const stopped = await all(patches.safe, { breathe: stopAfter(Math.floor(slices * share)) });
    const last = stopped.at(-1);
    if (last?.stage === "stopped") assert.equal(last.verdict, "incomplete");
  }
});

test("a bound that was reached is told, and nothing is called safe", async () => {
  const found = await review(patches.safe, { reviewer: reviewerOver(tdp), maxStates: 50 });
  assert.equal(found.stage, "complete");
  assert.equal(found.verdict, "incomplete");
  assert.deepEqual(
    found.bounds.filter((bound) => bound.reached),
    [{ what: "states per scenario", limit: 50, reached: true }],
  );
  const told =
    /states \(at most 50\) in .*?: \d+ states stored, \d+ of them not gone on from, \d+ of \d+ steps never ran/;
  assert.match(found.patches[0]?.statement ?? "", told);
  for (const { after } of found.scenarios) {
    // What was explored to the end has nothing to tell, and what was not has states left that nobody went on from.
    assert.equal(after?.unexplored === null, after?.verdict === "safe" || after?.verdict === "violated");
    if (!after?.unexplored) continue;
    assert.deepEqual(after.unexplored.bounds, [{ what: "states", limit: 50 }]);
    assert.ok(after.unexplored.states > 0 && after.unexplored.states < after.states);
    assert.ok(after.unexplored.notRun.length > 0 && after.unexplored.notRun.length < after.unexplored.steps);
  }
});

test("the same input gives the same review, from the same reviewer and from a new one", async () => {
  const reviewer = reviewerOver(tdp);
  const [first, again, anew] = [
    await review(patches.violated, { reviewer, lineFacts: true }),
    await review(patches.violated, { reviewer, lineFacts: true }),
    await review(patches.violated, { reviewer: reviewerOver(tdp), lineFacts: true }),
  ];
  assert.ok(first.lines.length > 0 && first.findings.some((finding) => finding.steps.length > 0));
  assert.deepEqual(again, first);
  assert.deepEqual(anew, first);
});

const NOTHING: Readonly<Record<string, string>> = {
  "an empty document": "",
  "a mail without code": "From: Robin Root <robin@example.org>\nSubject: Re: roots\n\nI agree.\n",
  "prose that names the functions": "kvm_tdp_mmu_put_root() puts a root.\n",
};

for (const [what, text] of Object.entries(NOTHING)) {
  test(`${what}: nothing to review`, async () => {
    const reviews = await all(text);
    assert.deepEqual(
      reviews.map(({ stage }) => stage),
      ["syntax", "complete"],
    );
    const last = reviews.at(-1);
    assert.equal(last?.verdict, "not-applicable");
    assert.deepEqual([last?.patches, last?.findings, last?.scenarios], [[], [], []]);
  });
}

test("a patch that touches nothing of a lifecycle is told to, with the lifecycles that are known", async () => {
  const found = await review(readFileSync(join(fixtures, "inferred/quiet/log-level.patch"), "utf8"));
  assert.equal(found.verdict, "not-applicable");
  assert.ok(found.patches.length > 0 && found.profiles.length > 1);
  for (const { statement, verdict } of found.patches) {
    assert.equal(verdict, "not-applicable");
    for (const title of found.profiles) assert.ok(statement.includes(title), statement);
  }
  assert.deepEqual([found.findings, found.scenarios, found.progress.total], [[], [], 0]);
});

const quoted = (text: string): string =>
  `From: Mae Reviewer <mae@example.org>\nSubject: Re: [PATCH] roots\n\nRobin wrote:\n${text
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n")}\n`;

test("a quoted patch is reviewed, as somebody else's", async () => {
  const alone = outcomeOf(await review(patches.violated, { reviewer: reviewerOver(tdp) }));
  const found = await review(quoted(patches.violated), { reviewer: reviewerOver(tdp) });
  assert.deepEqual(outcomeOf(found), alone);
  assert.ok(found.findings.every((finding) => finding.origin === "quoted"));
  assert.ok(found.patches.every((patch) => patch.origin === "quoted"));
});

test("beside an own patch a quoted one does not count", async () => {
  const text = `${quoted(patches.violated)}\nBetter so:\n\n${diffOf(patches.safe)}`;
  const found = await review(text, { reviewer: reviewerOver(tdp) });
  assert.deepEqual(
    found.patches.map(({ origin, verdict }) => [origin, verdict]),
    [
      ["quoted", "violated"],
      ["author", "safe"],
    ],
  );
  assert.equal(found.verdict, "safe");
});

test("a sketch below a quoted patch is about the code that the patch is about", async () => {
  // Alone it seems to fit every kernel that has such a function; what it quotes is of one that resets the count.
  const sketch = [
    "\tif (!refcount_dec_and_test(&root->tdp_mmu_root_count))",
    "\t\treturn;",
    "",
    "\tspin_lock(&kvm->arch.tdp_mmu_pages_lock);",
    "\tlist_del_rcu(&root->link);",
    "\tspin_unlock(&kvm->arch.tdp_mmu_pages_lock);",
    "\tcall_rcu(&root->rcu_head, tdp_mmu_free_sp_rcu_callback);",
  ].join("\n");
  const basesOf = async (text: string): Promise<string[][]> => {
    const found = await review(text, { reviewer: reviewerOver(tdp) });
    const of = found.patches.map((_, index) => found.scenarios.filter(({ patch }) => patch === index));
    return of.map((some) => [...new Set(some.map(({ base }) => JSON.stringify(base)))].sort());
  };
  const head = "From: Mae Reviewer <mae@example.org>\nMessage-ID: <a@example.org>\nSubject: Re: [PATCH] roots\n\n";
  const [alone] = await basesOf(`${head}Why not\n\n${sketch}\n`);
  const mail = quoted(patches.violated).replace("Subject:", "Message-ID: <a@example.org>\nSubject:");
  const [patch, below] = await basesOf(`${mail}\nWhy not\n\n${sketch}\n`);
  assert.ok(alone !== undefined && patch !== undefined && below !== undefined);
  assert.deepEqual(below, patch);
  assert.notDeepEqual(alone, patch);
});

function diffOf(patch: string): string {
  return patch.slice(patch.indexOf("diff --git"), patch.indexOf("-- \n"));
}

const small = onlyScenarios(profileNamed("tdp-mmu"), ["put", "put-notifier"]);
const quick = { reviewer: reviewerOver(small), maxStates: 3000 };

/** A new file that holds the code. */
function adding(path: string, code: string): string {
  const lines = code.split("\n");
  const body = lines.map((line) => `+${line}\n`).join("");
  return `diff --git a/${path} b/${path}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${body}`;
}

const HEADER = "arch/x86/kvm/mmu/mmu_internal.h";

/** Added to a patch that can be run: what it declares must not take the ground from under the profile. */
const HOSTILE: Readonly<Record<string, string>> = {
  "a lock that is none": adding("include/linux/kvm_host.h", "struct kvm {\n\tint mmu_lock;\n};"),
  "a list head that is none": adding(HEADER, "struct kvm_arch {\n\tint tdp_mmu_roots;\n};"),
  "an object without its fields": adding(
    HEADER,
    "struct kvm_mmu_page {\n\tint role;\n\tint tdp_mmu_root_count;\n\tint link;\n};",
  ),
  "types named anew": adding(HEADER, "typedef int refcount_t;\ntypedef struct kvm kvm;\ntypedef kvm_pfn_t gfn_t;"),
  "macros that stand for each other": adding(
    HEADER,
    "#define shared unshared\n#define unshared shared\n#define root(x) root(root(x))",
  ),
  "primitives as macros": adding(
    HEADER,
    "#define spin_lock(x) spin_lock(x)\n#define xchg(a, b) cmpxchg(a, b)\n#define cmpxchg(a, b) xchg(a, b)",
  ),
  "our own words": adding(
    HEADER,
    "#define lastput_forbid(a, b, c, d) 1\nvoid reader(int *p)\n{\n\tlastput_mark_all(p, *p);\n}",
  ),
  "endless recursion": adding(
    "arch/x86/kvm/mmu/tdp_mmu.c",
    "void kvm_tdp_mmu_zap_all(struct kvm *kvm)\n{\n\tkvm_tdp_mmu_zap_all(kvm);\n}",
  ),
  "an endless loop": adding(
    "arch/x86/kvm/mmu/tdp_mmu.c",
    "void kvm_tdp_mmu_zap_all(struct kvm *kvm)\n{\n\tfor (;;)\n\t\t;\n}",
  ),
  "the names of our own files":
    adding("harness.c", "int x;") + adding("kernel.h", "int y;") + adding("kvm.h", "int z;"),
  "many open parentheses": adding(HEADER, `#define deep ${"(".repeat(20_000)}`),
  "deep blocks": adding(
    HEADER,
    `static void deep(struct kvm_mmu_page *root)\n${"{".repeat(3000)}root->role.invalid = 1;${"}".repeat(3000)}`,
  ),
  "a long chain of else": adding(
    HEADER,
    `static int chain(struct kvm_mmu_page *root)\n{\n${"\tif (root->role.invalid)\n\t\treturn 1;\n\telse\n".repeat(1500)}\t\treturn 0;\n}`,
  ),
  "a long condition": adding(
    HEADER,
    `static int wide(struct kvm_mmu_page *root)\n{\n\treturn ${"root->role.invalid && ".repeat(3000)}1;\n}`,
  ),
};

for (const [what, more] of Object.entries(HOSTILE)) {
  test(`hostile: ${what}`, async () => {
    checkWhole(diffOf(patches.depends) + more, await review(diffOf(patches.depends) + more, quick));
  });
}

test("what the code calls like a caller of ours is not that caller", async () => {
  const text = `${diffOf(patches.violated)}${adding("virt/kvm/kvm_main.c", "void vcpu_put(struct kvm_vcpu *vcpu)\n{\n}")}`;
  const alone = outcomeOf(await review(diffOf(patches.violated), { reviewer: reviewerOver(tdp) }));
  assert.deepEqual(outcomeOf(await review(text, { reviewer: reviewerOver(tdp) })), alone);
});

const lines = Object.values(patches).flatMap((text) => text.split("\n"));
const words = [...new Set(lines.join("\n").match(/\w+|[^\s\w]/g) ?? [])];

const HUNK = `diff --git a/arch/x86/kvm/mmu/tdp_mmu.c b/arch/x86/kvm/mmu/tdp_mmu.c
--- a/arch/x86/kvm/mmu/tdp_mmu.c
+++ b/arch/x86/kvm/mmu/tdp_mmu.c
@@ -90,20 +90,20 @@ void kvm_tdp_mmu_put_root(struct kvm *kvm, struct kvm_mmu_page *root,
`;

/** Lines of real patches and lines of their words, in any order. */
const line = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...lines) },
  fc
    .tuple(fc.constantFrom("", "+", "-", " ", "+\t", "> "), fc.array(fc.constantFrom(...words), { maxLength: 12 }))
    .map(([marker, tokens]) => marker + tokens.join(" ")),
);

test("lines of patches in any order are reviewed to the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (given) => {
      const text = `${HUNK}${given.join("\n")}\n`;
      checkWhole(text, await review(text, quick));
    }),
    { numRuns: 25 },
  );
});

test("a patch with lines lost, doubled and swapped is reviewed to the end", async () => {
  const source = diffOf(patches.depends).split("\n");
  const edit = fc.record({ at: fc.nat(source.length - 1), how: fc.constantFrom("lose", "double", "swap", "cut") });
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
      const changed = source.slice();
      for (const { at, how } of edits) {
        const [here = "", next = ""] = [changed[at], changed[at + 1]];
        if (how === "lose") changed.splice(at, 1);
        else if (how === "double") changed.splice(at, 0, here);
        else if (how === "cut") changed[at] = here.slice(0, here.length / 2);
        else changed.splice(at, 2, next, here);
      }
      const text = changed.join("\n");
      checkWhole(text, await review(text, quick));
    }),
    { numRuns: 12 },
  );
});

test("any words are reviewed to the end as C", async () => {
  const code = fc.array(fc.constantFrom(...words, "\n", "{", "}", "(", ")", ";"), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(code, async (tokens) => {
      const text = `void kvm_tdp_mmu_put_root(struct kvm *kvm, struct kvm_mmu_page *root, bool shared)\n{\n${tokens.join(" ")}\n}\n`;
      checkWhole(text, await review(text, { ...quick, language: "c" }));
    }),
    { numRuns: 25 },
  );
});

/** Complete, and every range is inside the document. */
function checkWhole(text: string, found: Review): void {
  assert.equal(found.stage, "complete");
  const ranges = [
    ...found.patches.map((patch) => patch.range),
    ...found.findings.map((finding) => finding.range),
    ...found.problems.map((problem) => problem.range),
    ...found.assumptions.map((assumption) => assumption.range),
  ];
  for (const range of ranges) {
    if (range !== null) assert.ok(0 <= range.start && range.start <= range.end && range.end <= text.length);
  }
}
