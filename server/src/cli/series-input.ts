/** Several files as one document: the patches of a directory, or those that `--series` names. */
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { UnreadDocument } from "../report";
import { type Input, MOST_BYTES, readInput } from "./input";

/** What `git format-patch`, mail programs and people call their patches. */
const PATCHES = /\.(?:patch|diff|eml|mbox|mail)$/i;
const NATURAL = new Intl.Collator("en", { numeric: true });

/** Never throws for what is on the disk. Null when the signal came first. */
export async function readSeries(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Input | UnreadDocument | null> {
  const [first = "", ...others] = paths;
  const name = others.length === 0 ? first : `${first} ... ${others.at(-1) ?? ""}`;
  const found = (
    await Promise.all(paths.map(async (each) => ((await isDirectory(each)) ? patchesIn(each) : [each])))
  ).flat();
  if (found.length === 0) {
    const message = "no patches are in this directory (*.patch, *.diff, *.eml, *.mbox, *.mail)";
    return { path: name, review: null, code: "io.no-patches", message };
  }
  const files: NonNullable<Input["files"]>[number][] = [];
  const problems: Input["problems"][number][] = [];
  let text = "";
  for (const each of found) {
    const input = await readInput(each, signal);
    if (input === null) return null;
    if ("review" in input) {
      if (input.review === null) problems.push({ code: input.code, message: `${each}: ${input.message}`, range: null });
      continue;
    }
    if (text.length + input.text.length > MOST_BYTES) {
      return {
        path: name,
        review: null,
        code: "io.too-large",
        message: `more than ${MOST_BYTES >> 20} MB together; split it`,
      };
    }
    const start = text.length;
    files.push({ path: each, start, sha256: input.sha256 });
    for (const { range, ...problem } of input.problems) {
      problems.push({ ...problem, range: range && { start: range.start + start, end: range.end + start } });
    }
    // The next one begins on a line of its own.
    text += input.text === "" || input.text.endsWith("\n") ? input.text : `${input.text}\n`;
  }
  if (files.length === 0)
    return { path: name, review: null, code: problems[0]?.code ?? "io.failed", message: problems[0]?.message ?? "" };
  return { path: name, text, files, sha256: createHash("sha256").update(text).digest("hex"), problems };
}

export async function isDirectory(name: string): Promise<boolean> {
  if (name === "-") return false;
  // What cannot be looked at is told when it is read.
  return stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** In the order of their numbers; what else lies there is none of ours. */
async function patchesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const patches = names.filter((name) => PATCHES.test(name) && !name.startsWith("."));
  return patches.sort((a, b) => NATURAL.compare(a, b)).map((name) => path.join(folder, name));
}
