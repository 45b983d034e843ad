/** What is remembered from one review to the next must make no difference but to the time that the next one takes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Review } from "../../server/src/review/review";
import { fixtures } from "../support/paths";
import { onlyScenarios, profileNamed, review, reviewerOver, type Given } from "./support";

const tdp = onlyScenarios(profileNamed("tdp-mmu"), ["put", "put-reader", "load-put-fast-zap"]);

interface Edit {
  readonly title: string;
  readonly edit: (text: string) => string;
}

/** Puts `what` behind the first match. */
function behind(pattern: RegExp, what: string): (text: string) => string {
  return (text) => replaced(text, pattern, (match) => match + what);
}

function replaced(text: string, pattern: RegExp, by: (match: string) => string): string {
  const made = text.replace(pattern, by);
  assert.notEqual(made, text, `${pattern} is not in the text`);
  return made;
}

const C_EDITS: readonly Edit[] = [
  { title: "a comment above everything", edit: (text) => `/* Where roots\n * live.\n */\n${text}` },
  {
    title: "a comment in a function",
    edit: behind(/kvm_tdp_mmu_put_root\([^{]*\{/, "\n\t/* The last one turns off the light. */"),
  },
  { title: "blank lines", edit: behind(/kvm_tdp_mmu_put_root\([^{]*\{/, "\n\n\n") },
  {
    title: "a function that nobody calls",
    edit: (text) => `static int spare(int a)\n{\n\treturn a + 1;\n}\n\n${text}`,
  },
  { title: "a statement less", edit: (text) => replaced(text, /\tlist_del_rcu\(&root->link\);\n/, () => "") },
  { title: "another free", edit: (text) => replaced(text, /call_rcu\(&root->rcu_head, \w+\)/, () => "kfree(root)") },
  { title: "a macro of another meaning", edit: (text) => `#define call_rcu(head, function) do { } while (0)\n${text}` },
];

const PATCH_EDITS: readonly Edit[] = [
  { title: "a word in the mail", edit: (text) => `A word before.\n${text}` },
  { title: "an added line less", edit: (text) => replaced(text, /\n\+\tkfree\([^\n]*/, () => "\n+") },
  {
    title: "an added comment",
    edit: (text) => replaced(text, /\n\+\tkfree\([^\n]*/, (line) => `${line} /* at once */`),
  },
];

const DOCUMENTS: readonly { readonly file: string; readonly given: Given; readonly edits: readonly Edit[] }[] = [
  { file: "present/roots.c", given: { name: "roots.c", language: "c", lineFacts: true }, edits: C_EDITS },
  { file: "patches/kfree.patch", given: { name: "kfree.patch" }, edits: PATCH_EDITS },
];

for (const { file, given, edits } of DOCUMENTS) {
  test(`${file}: a review after other versions of the text is the review of the text`, async () => {
    const text = readFileSync(join(fixtures, file), "utf8");
    const reviewer = reviewerOver(tdp);
    const fresh = (of: string): Promise<Review> => review(of, { ...given, reviewer: reviewerOver(tdp) });
    const again = (of: string): Promise<Review> => review(of, { ...given, reviewer });
    const first = await fresh(text);
    assert.ok(first.progress.total > 0, "nothing is run of it");
    assert.deepEqual(await again(text), first);
    const seen = new Set<string>();
    for (const { title, edit } of edits) {
      const edited = edit(text);
      const wanted = await fresh(edited);
      assert.deepEqual(await again(edited), wanted, title);
      seen.add(JSON.stringify([wanted.verdict, wanted.findings.map((f) => f.code)]));
      assert.deepEqual(await again(text), first, `back from ${title}`);
    }
    assert.ok(seen.size > 1, "the edits make no difference at all");
  });
}
