/**
 * Each `test/fixtures/c/NAME.c` against its `NAME.outline`: what was read, as `print.ts` shows it. In `expand.c` the
 * macros are expanded first. `node build.mjs --tests c/fixtures && UPDATE=1 node --test ...` writes the outlines anew,
 * to be read before they are committed.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { printFile, printStmt } from "../../server/src/c/print";
import type { CFile, Defines } from "../../server/src/c/syntax";
import { fixtures } from "../support/paths";
import { expandAll, parser } from "./support";

const folder = path.join(fixtures, "c");

for (const name of readdirSync(folder).filter((file) => /\.[ch]$/.test(file))) {
  test(name, async () => {
    const c = await parser();
    const text = readFileSync(path.join(folder, name), "utf8");
    const file = c.parse(name, text, definesOf(text));
    const outline = name === "expand.c" ? expanded(file, c) : printFile(file);
    const expected = path.join(folder, name.replace(/\.[ch]$/, ".outline"));
    if (process.env["UPDATE"] === "1") writeFileSync(expected, outline);
    assert.equal(outline, readFileSync(expected, "utf8"));
  });
}

/** A fixture names its defines in a comment: `defines: A=1 B=x`. */
function definesOf(text: string): Defines {
  const list = /defines:((?: \w+=\S*)+)/.exec(text)?.[1] ?? "";
  return Object.fromEntries(
    list
      .trim()
      .split(" ")
      .filter((pair) => pair !== "")
      .map((pair) => pair.split("=") as [string, string]),
  );
}

function expanded(file: CFile, c: Awaited<ReturnType<typeof parser>>): string {
  return file.functions.flatMap((f) => printStmt(expandAll(c, file.macros, f.body), 0)).join("\n") + "\n";
}
