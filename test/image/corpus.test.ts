/** Real mails over a small base of ours. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { buildImages } from "../../server/src/image/build";
import type { Patch } from "../../server/src/text/document";
import { readDocument } from "../../server/src/text/read";
import { corpus, needs } from "../support/needs";
import { Bases } from "../../server/src/review/bases";
import { KERNEL } from "../../server/src/review/builtin";
import { NO_WORKSPACE, variantsOf } from "../../server/src/review/variants";
import { profileNamed } from "../review/support";
import { at, checkSegments, fixture, parser, sourcesOf } from "./support";

test("the put_root diff of the seed mail becomes whole functions, its hidden lines taken from the base", async (t) => {
  if (!needs(t, "corpus")) return;
  const text = readFileSync(path.join(corpus(), "seed/review-mail.txt"), "utf8");
  const base = fixture("base/roots.c");
  const sources = await sourcesOf({ "roots.c": base });
  const patch = readDocument(text).patches.find((one) => one.files[0]?.newPath?.endsWith("tdp_mmu.c") === true);
  assert.ok(patch !== undefined);
  const images = buildImages(patch, sources);
  checkSegments(images, { document: text, "base:roots.c": base });
  const file = at(images.files, 0);
  assert.equal(file.fit.contradicted, 0, file.fit.contradictions.join("\n"));
  assert.deepEqual(file.changed, [
    { name: "kvm_tdp_mmu_put_root", before: true, after: true },
    { name: "kvm_tdp_root_mark_invalid", before: false, after: true },
  ]);
  const reader = await parser;
  for (const image of [file.before, file.after]) {
    const code = image?.code.text ?? "";
    const parsed = reader.parse("image.c", code, {});
    assert.deepEqual(parsed.problems, []);
    const put = parsed.functions.find((one) => one.name === "kvm_tdp_mmu_put_root");
    const body = code.slice(put?.place.start, put?.place.end);
    assert.match(
      body,
      /^\tkvm_lockdep_assert_mmu_lock_held\(kvm, shared\);\n\n\tif \(!refcount_dec_and_test\(.*\)\)\n\t\treturn;\n\n\tWARN_ON/m,
    );
  }
  assert.deepEqual(
    file.assumptions.map(({ kind, function: name }) => [kind, name]),
    [["gap-from-base", "kvm_tdp_mmu_put_root"]],
  );
  assert.match(at(file.assumptions, 0).text, /^3 lines of kvm_tdp_mmu_put_root\(\) between the two hunks/);
});

test("the images of every mail can be read, with a base and without", async (t) => {
  if (!needs(t, "corpus")) return;
  const reader = await parser;
  const base = fixture("base/roots.c");
  const bases = [await sourcesOf({ "roots.c": base }), await sourcesOf({})];
  const files = readdirSync(corpus(), { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(eml|patch|txt)$/.test(name),
  );
  assert.ok(files.length > 50);
  let count = 0;
  for (const name of files) {
    const text = readFileSync(path.join(corpus(), name), "utf8");
    for (const patch of readDocument(text).patches) {
      for (const sources of bases) {
        const images = buildImages(patch, { ...sources, document: text });
        checkSegments(images, { document: text, "base:roots.c": base });
        for (const { path: file, before, after, changed } of images.files) {
          const old = reader.parse(file, before?.code.text ?? "", {});
          const now = reader.parse(file, after?.code.text ?? "", {});
          const wrong = [...old.problems, ...now.problems].filter((problem) => !EXPECTED.has(problem.code));
          assert.deepEqual(wrong, [], `${name}: ${file}`);
          for (const one of changed) {
            count++;
            if (one.before)
              assert.ok(
                old.functions.some((other) => other.name === one.name),
                `${name}: ${one.name} before`,
              );
            if (one.after)
              assert.ok(
                now.functions.some((other) => other.name === one.name),
                `${name}: ${one.name} after`,
              );
          }
        }
      }
    }
  }
  t.diagnostic(`${count} changed functions in images of ${files.length} mails`);
});

/** What people wrote that is no C: a forgotten parenthesis or comment end. */
const EXPECTED = new Set(["c.unbalanced", "c.unclosed-comment"]);

/** What a diff shows tells which of the profile's facts held where it was written. */
const FITTING: readonly { file: string; part: RegExp; only: Readonly<Record<string, string>> }[] = [
  { file: "seed/review-mail.txt", part: /call_rcu/, only: { put: "unlink-first" } },
  { file: "seed/review-mail.txt", part: /tdp_mmu_schedule_zap_root/, only: { put: "marked" } },
  {
    file: "tdp-mmu/20220226-v3-20of28-allow-yielding-defunct-root.eml",
    part: /call_rcu/,
    only: { put: "unlink-first" },
  },
  {
    file: "tdp-mmu/20220303-v4-22of30-allow-yielding-defunct-root.eml",
    part: /call_rcu/,
    only: { put: "unlink-first" },
  },
  {
    file: "tdp-mmu/20220303-v4-24of30-zap-defunct-roots-async-worker.eml",
    part: /queue_work|schedule/,
    only: { put: "marked" },
  },
  { file: "tdp-mmu/readers.patch", part: /try_split|split_huge/, only: { readers: "any-root" } },
];

for (const { file, part, only } of FITTING) {
  test(`of the profile's bases those fit ${file} best in which ${JSON.stringify(only)}`, async (t) => {
    if (!needs(t, "corpus")) return;
    const text = readFileSync(path.join(corpus(), file), "utf8");
    const patches = readDocument(text).patches.filter(({ files }) => files.length > 0);
    const shown = ({ files }: Patch): string => files.flatMap((one) => one.hunks.flatMap(({ lines }) => lines.map((line) => line.code.text))).join("\n"); // prettier-ignore
    const patch = patches.find((one) => part.test(shown(one)));
    assert.ok(patch !== undefined);
    const bases = new Bases(await parser, KERNEL);
    const best = variantsOf(patch, profileNamed("tdp-mmu"), bases, NO_WORKSPACE, text).map(({ base }) => base.facts);
    for (const [fact, value] of Object.entries(only)) {
      assert.deepEqual([...new Set(best.map((facts) => facts[fact]))], [value], JSON.stringify(best, null, 1));
    }
  });
}
