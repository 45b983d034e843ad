/** The page of findings is the table of findings. `UPDATE=1` writes it anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { codesPage } from "../../server/src/review/codes-page";
import { root } from "../support/paths";

test("docs/findings.md is made from the table", () => {
  const page = path.join(root, "docs/findings.md");
  if (process.env["UPDATE"] === "1") writeFileSync(page, codesPage());
  assert.equal(readFileSync(page, "utf8"), codesPage());
});
