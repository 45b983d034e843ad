/** A git repository as the fixtures describe it: a commit for each folder of `commits`, and a checked-out tree that differs. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { fixtures } from "../support/paths";

export const folder = path.join(fixtures, "git");

/** Removed behind the last test of the file. */
export const scratch = mkdtempSync(path.join(tmpdir(), "lastput-git-"));
after(() => rmSync(scratch, { recursive: true }));

/** The same ids on every machine: nothing of the person's own settings, names or clocks is in it. */
export function run(repository: string, ...words: string[]): string {
  const who = { NAME: "Tess Ter", EMAIL: "tess@example.org", DATE: "2024-01-02T03:04:05Z" };
  const own = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) =>
      Object.entries(who).map(([what, value]) => [`GIT_${role}_${what}`, value]),
    ),
  );
  const env = { PATH: process.env["PATH"], ...own, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", ["-C", repository, ...words], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export function makeRepository(name: string): string {
  const repository = path.join(scratch, name);
  mkdirSync(repository);
  run(repository, "init", "-q", "-b", "main", "--object-format=sha1");
  for (const commit of readdirSync(path.join(folder, "commits")).toSorted()) {
    cpSync(path.join(folder, "commits", commit), repository, { recursive: true });
    run(repository, "add", "-A");
    run(repository, "commit", "-q", "-m", commit);
  }
  cpSync(path.join(folder, "worktree"), repository, { recursive: true });
  return repository;
}
