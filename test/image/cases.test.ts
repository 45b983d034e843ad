/** Each folder of fixtures/image/cases: a patch, what its images may be made from, and what they then are. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { Defines } from "../../server/src/c/syntax";
import { buildImages } from "../../server/src/image/build";
import { readDocument } from "../../server/src/text/read";
import { reportOf } from "./report";
import { checkSegments, folder, parser, sourcesOf } from "./support";

const cases = path.join(folder, "cases");

for (const name of readdirSync(cases).toSorted()) {
  test(`case ${name}`, async () => {
    const here = path.join(cases, name);
    const text = readFileSync(path.join(here, "input.patch"), "utf8");
    const [base, library, workspace] = ["base", "library", "workspace"].map((kind) =>
      textsBelow(path.join(here, kind)),
    );
    const defines = path.join(here, "defines.json");
    const sources = await sourcesOf(base ?? {}, {
      library: library ?? {},
      workspace: workspace ?? {},
      defines: existsSync(defines) ? (JSON.parse(readFileSync(defines, "utf8")) as Defines) : {},
    });
    const texts: Record<string, string> = { document: text };
    for (const [file, content] of Object.entries({ ...library, ...base })) texts[`base:${file}`] = content;
    for (const [file, content] of Object.entries(workspace ?? {})) texts[`workspace:${file}`] = content;
    const reports: string[] = [];
    const reader = await parser;
    for (const patch of readDocument(text).patches) {
      const images = buildImages(patch, sources);
      checkSegments(images, texts);
      reports.push(reportOf(images));
      for (const { path: file, before, after } of images.files) {
        for (const image of [before, after]) {
          assert.deepEqual(reader.parse(file, image?.code.text ?? "", {}).problems, [], `${file} can be read as C`);
        }
      }
    }
    const expected = path.join(here, "expected.txt");
    const actual = reports.join("\n");
    // To be read before it is committed: LASTPUT_UPDATE=1 writes what is.
    if (process.env["LASTPUT_UPDATE"] === "1") writeFileSync(expected, actual);
    assert.equal(actual, readFileSync(expected, "utf8"));
  });
}

/** Path below the folder -> text. */
function textsBelow(root: string): Record<string, string> {
  if (!existsSync(root)) return {};
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))).toSorted();
  return Object.fromEntries(paths.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));
}
