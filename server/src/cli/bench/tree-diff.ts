/** What lies between two trees, as patches: one for each C file that differs. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

export interface FilePatch {
  readonly path: string;
  /** A mail. */
  readonly text: string;
}

const MOST_OUTPUT = 2 ** 30;

/** @param folder relative to both trees; none are given where one of them does not have it */
export async function patchesBetween(before: string, after: string, folder: string): Promise<FilePatch[]> {
  if (![before, after].every((tree) => existsSync(path.join(tree, folder)))) return [];
  const options = ["--no-index", "--no-renames", "--no-color", "--src-prefix=a/", "--dst-prefix=b/"];
  const trees = [before, after].map((tree) => path.resolve(tree));
  const both = trees.map((tree) => path.join(tree, folder));
  const git = promisify(execFile)("git", ["diff", ...options, ...both], { maxBuffer: MOST_OUTPUT });
  const diff = await git.then(
    ({ stdout }) => stdout,
    (error: { code?: unknown; stdout?: string }) => {
      // It ends with 1 where something differs.
      if (error.code === 1 && error.stdout !== undefined) return error.stdout;
      throw error;
    },
  );
  return diff.split(/^(?=diff --git )/m).flatMap((part) => patchOf(part, trees) ?? []);
}

const HEADS = /(?<=^(?:diff --git |--- |\+\+\+ ).*)(?<=[ \t])([ab])\/+/gm;

function patchOf(part: string, trees: readonly string[]): FilePatch | null {
  // Git puts its prefix before the whole path; only what is behind the tree is the file's.
  const diff = trees.reduce((text, tree) => text.replaceAll(`${tree}/`, "/"), part).replaceAll(HEADS, "$1/");
  const [, file] = /^diff --git a\/(\S+) b\//.exec(diff) ?? [];
  if (file === undefined || !/\.[ch]$/.test(file)) return null;
  return { path: file, text: mailOf(file, diff) };
}

/** Stable releases take fixes: the message says so, and no more. */
function mailOf(file: string, diff: string): string {
  return `From: A Developer <developer@example.org>
Subject: [PATCH] ${file}: mend it

What was done here so far was not right in all cases.

Fixes: 0123456789ab ("its first version")
---
${diff}-- 
2.40.1
`;
}
