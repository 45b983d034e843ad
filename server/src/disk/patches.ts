/** Looks for patches among the commits of a repository by their patch ids, as `git format-patch --base` writes them. */
import type { FoundPatches, WantedPatches } from "../image/history";
import { isObjectId } from "../image/history";
import { git } from "./git";

/** Commits that are looked at, and how many of them at once. */
const MOST_COMMITS = 1000;
const AT_ONCE = 100;
/** Of somebody else's list. */
const MOST_LISTS = 8;
const MOST_PATCHES = 1000;

export async function findPatches(folder: string, wanted: readonly WantedPatches[]): Promise<FoundPatches[]> {
  const found: FoundPatches[] = [];
  for (const each of wanted.slice(0, MOST_LISTS)) found.push(await findAmongCommits(folder, each));
  return found;
}

async function findAmongCommits(folder: string, wanted: WantedPatches): Promise<FoundPatches> {
  const patchIds = new Set(wanted.patchIds.filter(isObjectId).slice(0, MOST_PATCHES));
  const listed = await latestCommits(folder, wanted.since);
  const candidates = listed.slice(0, MOST_COMMITS);
  const commits = new Map<string, string>();
  let searched = 0;
  while (searched < candidates.length && commits.size < patchIds.size) {
    const some = candidates.slice(searched, searched + AT_ONCE);
    for (const [patchId, commit] of await patchIdsOf(folder, some)) {
      if (patchIds.has(patchId) && !commits.has(patchId)) commits.set(patchId, commit);
    }
    searched += some.length;
  }
  const isWhole = patchIds.size > 0 && commits.size === patchIds.size;
  const newest = isWhole ? (candidates.find((commit) => [...commits.values()].includes(commit)) ?? null) : null;
  return { ...wanted, commits, newest, searched, isCutShort: searched < listed.length };
}

/** The newest first: those behind the commit, or all when the repository does not have it. One more than are looked at. */
async function latestCommits(folder: string, since: string | null): Promise<string[]> {
  const words = ["rev-list", "--no-merges", `--max-count=${MOST_COMMITS + 1}`, "--stdin"];
  const behind = since !== null && isObjectId(since) ? await git(folder, words, `HEAD\n^${since}\n`) : null;
  const told = behind?.isGood === true ? behind : await git(folder, words, "HEAD\n");
  return told?.isGood === true ? told.output.toString("utf8").split("\n").filter(isObjectId) : [];
}

/** Pairs of a patch id and the commit that has it. */
async function patchIdsOf(folder: string, commits: readonly string[]): Promise<[string, string][]> {
  const words = ["diff-tree", "--stdin", "-r", "-p", "-U3", "--full-index", "--no-ext-diff", "--no-textconv"];
  const diffs = await git(folder, [...words, "--no-renames", "--no-color"], commits.map((id) => `${id}\n`).join(""));
  if (diffs === null) return [];
  const told = await git(folder, ["patch-id", "--stable"], diffs.output);
  const pairs = told?.output.toString("utf8").split("\n") ?? [];
  return pairs.flatMap((line) => {
    const [patchId, commit] = line.split(" ");
    return patchId !== undefined && commit !== undefined ? [[patchId, commit] as [string, string]] : [];
  });
}
