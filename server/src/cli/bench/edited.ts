/** What is edited while latencies are measured: the real file, and a patch to it, each with a place to type in. */
import { FILE } from "./kernel-file";

export interface Edited {
  readonly name: string;
  readonly languageId: string;
  readonly text: string;
  /** Offset and length of what an edit replaces that nobody runs. */
  readonly quiet: Range;
  /** Of a condition that a scenario runs. */
  readonly acting: Range;
}

export interface Range {
  readonly start: number;
  readonly length: number;
}

const PUT = /^(\t+)if \(!refcount_dec_and_test\(&root->tdp_mmu_root_count\)\)$/m;
const COMMENT = "What is typed.";
/** As long as the longest of those that take its place. */
const CONDITION = ">= 6";
const CONTEXT = 3;

/** Conditions that differ from each other and from the first: each is another program. */
export const CONDITIONS: readonly string[] = ["==", "!=", ">", "<", ">=", "<="].flatMap((op) =>
  Array.from({ length: 6 }, (_, count) => `${op} ${count}`),
);

/** The file itself with two more lines before the last put. */
export function fileToEdit(text: string): Edited {
  const at = placeOf(text);
  const lines = addedLines(text, at).map((line) => `${line}\n`);
  return edited("tdp_mmu.c", "c", text.slice(0, at) + lines.join("") + text.slice(at));
}

/** A mail with a patch that adds them. @param mistake a line that cannot be compiled comes with them */
export function patchToEdit(text: string, mistake = false): Edited {
  const at = placeOf(text);
  const before = text.slice(0, at).split("\n").slice(0, -1);
  const context = before.slice(-CONTEXT).map((line) => ` ${line}`);
  const behind = text
    .slice(at)
    .split("\n")
    .slice(0, CONTEXT)
    .map((line) => ` ${line}`);
  const added = [...addedLines(text, at), ...(mistake ? ["\txchg(&root->role.invalid, true);"] : [])];
  const first = before.length - CONTEXT + 1;
  const diff = [
    `diff --git a/${FILE} b/${FILE}`,
    `--- a/${FILE}`,
    `+++ b/${FILE}`,
    `@@ -${first},${2 * CONTEXT} +${first},${2 * CONTEXT + added.length} @@`,
    ...context,
    ...added.map((line) => `+${line}`),
    ...behind,
  ];
  return edited("look-first.patch", "diff", [...MAIL, ...diff, "-- ", "2.39.5", ""].join("\n"));
}

const MAIL = [
  "From: Robin Root <robin@example.org>",
  "Date: Mon, 7 Apr 2025 10:00:00 +0200",
  "Subject: [PATCH] KVM: x86/mmu: Look at the count before it is put",
  "",
  "Somebody may have taken more references than we think.",
  "",
  "Signed-off-by: Robin Root <robin@example.org>",
  "---",
  ` ${FILE} | 3 +++`,
  " 1 file changed, 3 insertions(+)",
  "",
];

function placeOf(text: string): number {
  const found = PUT.exec(text);
  if (found === null) throw new Error(`${FILE} has no line in which the last put of a root counts down`);
  return found.index;
}

function addedLines(text: string, at: number): string[] {
  const indent = /^\t*/.exec(text.slice(at))?.[0] ?? "\t";
  return [
    `${indent}/* ${COMMENT} */`,
    `${indent}if (refcount_read(&root->tdp_mmu_root_count) ${CONDITION})`,
    `${indent}\tsmp_mb();`,
  ];
}

function edited(name: string, languageId: string, text: string): Edited {
  const range = (word: string, from: number): Range => ({ start: text.indexOf(word, from), length: word.length });
  const quiet = range(COMMENT, 0);
  return { name, languageId, text, quiet, acting: range(CONDITION, quiet.start) };
}
