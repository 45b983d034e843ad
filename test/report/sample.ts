/** A review as the review stage gives it, written by hand: the report is tried on it without running anything. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Finding, FindingStep, Location, Review } from "../../server/src/review/review";
import type { ReadDocument } from "../../server/src/report";
import type { Span } from "../../server/src/text/mapped";
import { fixtures } from "../support/paths";

export const text = readFileSync(path.join(fixtures, "report/mark-before-zap.patch"), "utf8");

/** The n-th place (from 1) where the document says this. */
export function at(words: string, n = 1): Span {
  let start = -1;
  for (let count = 0; count < n; count++) start = text.indexOf(words, start + 1);
  if (start < 0) throw new Error(`the sample does not say ${words} ${n} times`);
  return { start, end: start + words.length };
}

const PUT = ["vcpu_load_put", "kvm_tdp_mmu_put_root"];
const FAST = ["fast_zap", "kvm_tdp_mmu_zap_invalidated_roots", "kvm_tdp_mmu_put_root"];
const DEC = "refcount_dec_and_test(&root->tdp_mmu_root_count)";

const BEFORE = { tdp_mmu_root_count: "1", "role.word": "invalid", link: "on tdp_mmu_roots" };

/** `count` is the reference count after the step. */
type Told = readonly [thread: number, functions: string[], statement: string, place: Location, count: string];

function step([thread, functions, statement, location, count]: Told, index: number, all: readonly Told[]): FindingStep {
  return {
    thread,
    functions,
    text: statement,
    location,
    via: [],
    state: { "root 1": { ...BEFORE, tdp_mmu_root_count: count }, mmu_lock: { held: `CPU ${thread} (write)` } },
    changed: (all[index - 1]?.[4] ?? "1") === count ? [] : ["root 1.tdp_mmu_root_count"],
    blocked: { "1": "waits for mmu_lock (held for write by CPU 0)" },
    notes: count === "saturated" ? ["refcount_t: underflow; use-after-free."] : [],
  };
}

const shown = (words: string, n = 1): Location => ({ kind: "document", range: at(words, n) });
const hidden = (line: number): Location => ({
  kind: "base",
  path: "tdp-mmu/base.c",
  line,
  column: 2,
  endLine: line,
  endColumn: 20,
});

const told: Told[] = [
  [0, PUT.slice(0, 1), "write_lock(&kvm->mmu_lock)", hidden(10), "1"],
  [0, PUT, DEC, shown(DEC, 1), "0"],
  [0, PUT, "kvm_tdp_root_mark_invalid(root)", shown("kvm_tdp_root_mark_invalid(root)"), "0"],
  [0, PUT, "refcount_set(&root->tdp_mmu_root_count, 1)", shown("refcount_set"), "1"],
  [1, FAST.slice(0, 1), "read_lock(&kvm->mmu_lock)", hidden(20), "1"],
  ...[21, 22, 23, 24].map((line): Told => [1, FAST.slice(0, 2), `look at line ${line}`, hidden(line), "1"]),
  [1, FAST, DEC, shown(DEC, 1), "0"],
  [0, PUT, DEC, shown(DEC, 2), "saturated"],
];

export const finding: Finding = {
  code: "refcount.underflow",
  severity: "error",
  status: "introduced",
  origin: "author",
  fingerprint: "5f0c",
  message: "refcount_t: underflow; use-after-free. The reference that the fast zap puts was put before.",
  range: at(DEC, 2),
  function: "kvm_tdp_mmu_put_root",
  patch: 0,
  introducedBy: "3/7",
  fixedBy: null,
  fixedAt: null,
  scenario: "s1",
  base: { "fast-zap": "walk", "put-lock": "write" },
  configuration: null,
  assumptions: ["a2", "a1"],
  replay: "lastput:1:s1:0011",
  threads: ["CPU 0: vCPU load, put", "CPU 1: fast zap", "CPU 2: reader"],
  steps: told.map(step),
};

export const review: Review = {
  stage: "complete",
  kind: "mail",
  verdict: "depends",
  problems: [{ code: "text.short-hunk", message: "this hunk has fewer lines than it says", range: at("@@") }],
  patches: [
    {
      subject: "[PATCH 3/7] x86/mmu: mark a root before its table is zapped",
      messageId: "20220303@example.invalid",
      part: "3/7",
      baseCommit: null,
      range: { start: at("diff --git").start, end: text.indexOf("-- \n") },
      origin: "author",
      placement: { role: "alone", of: null, onto: null, label: "3/7" },
      verdict: "depends",
      statement: "depends on who owns the reference that the fast zap puts",
      beforeStatement: "no violation in 9 scenarios (up to 3 threads, 2 roots, sequentially consistent)",
      before: "safe",
      turnsOn: [
        { fact: "fast-zap", value: "walk", title: "it walks the list and puts each invalid root", verdict: "violated" },
        { fact: "fast-zap", value: "queue", title: "every root was queued with a reference", verdict: "safe" },
      ],
      configurations: [],
      base: "the built-in base (TDP MMU root): put = marked, fast zap = list walk or queue",
      files: [
        {
          path: "arch/x86/kvm/mmu/tdp_mmu.c",
          source: "base",
          functions: [
            { name: "kvm_tdp_mmu_put_root", range: at("refcount_dec_and_test"), before: "safe", after: "depends" },
            { name: "helper", range: null, before: null, after: "not-applicable" },
          ],
        },
      ],
    },
  ],
  series: [],
  scenarios: ["walk", "queue"].map((value, index) => ({
    id: `s${index + 1}`,
    title: "load+put ∥ fast zap",
    threads: finding.threads,
    objects: 2,
    memoryModel: "sc",
    base: { "fast-zap": value, "put-lock": "write" },
    configuration: null,
    patch: 0,
    scaledFrom: index === 0 ? null : "s3",
    before: { verdict: "safe", states: 1200, verifier: null, unexplored: null },
    after:
      index === 0
        ? { verdict: "violated", states: 3400, verifier: null, unexplored: null }
        : {
            verdict: "incomplete",
            states: 3400,
            verifier: "SPIN 6.5.2, bitstate",
            unexplored: {
              states: 12,
              bounds: [{ what: "states", limit: 3400 }],
              steps: 90,
              notRun: [{ function: "helper", text: "return", location: { kind: "document", range: at("return;") } }],
            },
          },
  })),
  accepted: 0,
  findings: [
    finding,
    { ...finding, code: "zap.cannot-yield", severity: "info", status: "fixed", message: "a zap that may never yield" },
    { ...finding, scenario: "s2", steps: [...finding.steps, ...finding.steps.slice(-1)] },
  ],
  assumptions: [
    { id: "a1", kind: "gap-from-base", text: "4 lines between the hunks are from the base", range: at("@@ -90") },
    { id: "a2", kind: "base-fact", text: "the fast zap walks the list (fast-zap = walk)", range: null },
  ],
  coverage: {
    actingLines: 9,
    executed: 8,
    actingStatements: 8,
    modelledStatements: 7,
    notModelled: [{ text: "trace_printk()", range: at("return;") }],
    notRun: [{ function: "put_root", range: at("return;"), why: "no scenario comes by here" }],
  },
  bounds: [{ what: "states per scenario", limit: 2_000_000, reached: false }],
  lines: [],
  notChecked: ["TLB flushing"],
  profiles: ["TDP MMU root"],
  progress: { done: 2, total: 2, states: 4600 },
};

export const document: ReadDocument = { path: "mark-before-zap.patch", text, sha256: "0".repeat(64), review };
