/**
 * The mail that started it, and two patches of the series it is about, as their archives have them: what was told of
 * them at the time is found. The mails are not in the repository.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Finding, PatchReview, Review } from "../../server/src/review/review";
import { corpus, needs } from "../support/needs";
import { review, scenarioOf } from "./support";

const DOUBLE_PUT = ["lifetime.use-after-free", "refcount.underflow"];

interface Read {
  readonly text: string;
  readonly found: Review;
}

async function readMail(name: string): Promise<Read> {
  const text = readFileSync(join(corpus(), name), "utf8");
  return { text, found: await review(text, { name }) };
}

const OF_THE_REVIEW_MAIL: Readonly<Record<string, (mail: Read) => void>> = {
  "the quoted proposal does not compile, at its xchg": ({ text, found }) => {
    const [first, ...others] = found.findings.filter((finding) => finding.code === "c.atomic-on-bit-field");
    assert.ok(first !== undefined && others.length === 0);
    assert.deepEqual([first.severity, first.origin], ["error", "quoted"]);
    assert.match(shown(text, first), /^xchg\(&root->role\.invalid/);
    assert.ok(lineOf(text, first).startsWith(">"));
  },

  "the loose helper, the diff and the worker are recognised": ({ text, found }) => {
    for (const [start, names] of Object.entries(RECOGNISED)) {
      const functions = patchAt(text, found, start).files.flatMap((file) => file.functions.map((f) => f.name));
      assert.deepEqual(functions.toSorted(), names, start);
    }
  },

  "the put_root diff turns on what the fast zap puts": ({ text, found }) => {
    const patch = patchAt(text, found, "diff --git");
    assert.equal(patch.verdict, "depends", patch.statement);
    const turns = new Map(patch.turnsOn.map(({ fact, value, verdict }) => [`${fact} = ${value}`, verdict]));
    assert.equal(turns.get("fast-zap = list-walk"), "violated");
    assert.equal(turns.get("fast-zap = queue"), "safe");
    assert.equal(patch.before, "safe", patch.beforeStatement ?? "");
    const index = found.patches.indexOf(patch);
    const told = found.findings.find((f) => f.patch === index && f.code === "zap.cannot-yield");
    assert.deepEqual([told?.severity, told?.status], ["info", "fixed"]);
  },

  "load and put between the halves of the fast zap end in a double put": ({ text, found }) => {
    const finding = doublePut(text, found);
    assert.equal(finding.base?.["fast-zap"], "list-walk");
    assert.equal(finding.status, "introduced");
    const threads = new Set(finding.steps.map((step) => finding.threads[step.thread]));
    for (const name of ["CPU 0: vCPU load, fault, put", "CPU 1: fast zap"]) assert.ok(threads.has(name), name);
    assert.match(lineOf(text, finding), /^[ +]/);
    const last = finding.steps.at(-1);
    assert.ok(last !== undefined && last.notes.length > 0, "the last step says what went wrong");
  },

  "with the queue no scenario of the put_root diff is violated": ({ text, found }) => {
    const index = found.patches.indexOf(patchAt(text, found, "diff --git"));
    const queued = found.scenarios.filter((s) => s.patch === index && s.base["fast-zap"] === "queue");
    assert.ok(queued.some((s) => scenarioOf(s.id) === "load-put-fast-zap"));
    for (const { id, after } of queued) assert.equal(after?.verdict, "safe", id);
  },

  "the lines between the hunks are an assumption of the finding": ({ text, found }) => {
    const used = found.assumptions.filter(({ id }) => doublePut(text, found).assumptions.includes(id));
    const gap = used.find(({ kind, text: what }) => kind === "gap-from-base" && what.includes("between the two hunks"));
    assert.ok(gap?.range, `no gap among ${used.map((each) => each.text).join("; ")}`);
    const secondHunk = text.indexOf("\n@@", text.indexOf("\n@@") + 1);
    assert.ok(gap.range.start > secondHunk && gap.range.end < text.indexOf("\n", secondHunk + 100));
    assert.ok(used.some(({ kind, text: what }) => kind === "base-fact" && what.includes("fast-zap = list-walk")));
  },

  "the worker diff: with the list walk, the item and the fast zap put the same reference": ({ text, found }) => {
    const patch = patchAt(text, found, "+static void tdp_mmu_zap_root_work");
    assert.equal(patch.verdict, "violated", patch.statement);
    const index = found.patches.indexOf(patch);
    // The put_root diff brought the double put in, which is told there and once; with the worker it is no better.
    const brought = doublePut(text, found);
    assert.equal(brought.fixedAt, null);
    const runs = found.scenarios.filter((s) => s.patch === index && s.base["fast-zap"] === "list-walk");
    const again = runs.find((s) => scenarioOf(s.id) === scenarioOf(brought.scenario ?? ""));
    assert.deepEqual([again?.before?.verdict, again?.after?.verdict], ["violated", "violated"]);
    // What only the worker's own function runs into is told of it.
    const own = found.findings.filter((f) => f.patch === index && f.function === "tdp_mmu_schedule_zap_root");
    assert.deepEqual([...new Set(own.map((f) => `${f.code} ${f.status}`))], ["assert.warn-reachable persists"]);
    const hidden = found.assumptions.find((each) => each.text.includes("tdp_mmu_zap_root_work() hides behind `...`"));
    assert.equal(hidden?.kind, "gap-from-base");
  },
};

test("the review mail", async (t) => {
  if (!needs(t, "corpus")) return;
  const mail = await readMail("seed/review-mail.txt");
  for (const [what, check] of Object.entries(OF_THE_REVIEW_MAIL)) await t.test(what, () => check(mail));
});

/** Where each begins, and what it defines or changes. */
const RECOGNISED: Readonly<Record<string, readonly string[]>> = {
  "static inline bool kvm_tdp_root_mark_invalid": ["kvm_tdp_root_mark_invalid"],
  "diff --git": ["kvm_tdp_mmu_put_root", "kvm_tdp_root_mark_invalid"],
  "+static void tdp_mmu_zap_root_work": ["kvm_tdp_mmu_put_root", "tdp_mmu_schedule_zap_root", "tdp_mmu_zap_root_work"],
};

/** The author's patch that holds the first line that begins so. */
function patchAt(text: string, found: Review, start: string): PatchReview {
  const at = new RegExp(`^\\s*${start.replace(/[+]/g, "\\+")}`, "m").exec(text)?.index ?? -1;
  const patch = found.patches.find(
    ({ range, origin }) => origin === "author" && range.start <= at + 4 && at < range.end,
  );
  assert.ok(patch !== undefined, `no patch holds ${start}`);
  return patch;
}

function doublePut(text: string, found: Review): Finding {
  const index = found.patches.indexOf(patchAt(text, found, "diff --git"));
  const finding = found.findings.find(
    (f) => f.patch === index && scenarioOf(f.scenario ?? "") === "load-put-fast-zap" && DOUBLE_PUT.includes(f.code),
  );
  assert.ok(finding !== undefined, "no double put in load-put-fast-zap");
  return finding;
}

function shown(text: string, { range }: Finding): string {
  return text.slice(range.start, range.end);
}

function lineOf(text: string, { range }: Finding): string {
  return text.slice(text.lastIndexOf("\n", range.start) + 1, text.indexOf("\n", range.start));
}

test("v3 20/28: the reference that put_root resets is put twice", async (t) => {
  if (!needs(t, "corpus")) return;
  const { found } = await readMail("tdp-mmu/20220226-v3-20of28-allow-yielding-defunct-root.eml");
  const [patch] = found.patches;
  assert.deepEqual([patch?.part, patch?.origin], ["20/28", "author"]);
  assert.equal(patch?.before, "safe", patch?.beforeStatement ?? "no patch was read");
  assert.equal(patch?.verdict, "violated", patch?.statement);
  const bad = found.findings.filter((f) => f.status === "introduced" && DOUBLE_PUT.includes(f.code));
  assert.ok(bad.some((f) => scenarioOf(f.scenario ?? "") === "load-put-fast-zap"));
});

test("v4 22/30: nothing is wrong with it", async (t) => {
  if (!needs(t, "corpus")) return;
  const { found } = await readMail("tdp-mmu/20220303-v4-22of30-allow-yielding-defunct-root.eml");
  const [patch] = found.patches;
  assert.equal(patch?.part, "22/30");
  assert.equal(patch?.before, "safe", patch?.beforeStatement ?? "no patch was read");
  assert.equal(patch?.verdict, "safe", patch?.statement);
  assert.deepEqual(
    found.findings.filter((finding) => finding.severity !== "info"),
    [],
  );
});
