/** What the tests of mutants share: the bases, the reasons, the page. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { createParser } from "../../server/src/c/parser";
import { Bases } from "../../server/src/review/bases";
import { KERNEL, PROFILES } from "../../server/src/review/builtin";
import type { Reason } from "../../server/src/review/mutants/reasons";
import { subjectsOf, type Subject } from "../../server/src/review/mutants/subject";
import { dist, fixtures, root } from "../support/paths";

export const page = path.join(root, "docs/mutants.md");

export function reasons(): readonly Reason[] {
  return JSON.parse(readFileSync(path.join(fixtures, "mutants/reasons.json"), "utf8")) as Reason[];
}

export async function subjects(): Promise<readonly Subject[]> {
  const parser = await createParser({
    runtime: path.join(dist, "web-tree-sitter.wasm"),
    grammar: path.join(dist, "tree-sitter-c.wasm"),
  });
  return subjectsOf(PROFILES, new Bases(parser, KERNEL));
}
