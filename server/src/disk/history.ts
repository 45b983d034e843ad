/** What the git repository that a folder is in has of what a document names. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileKey, type FoundText, type History, isObjectId, NO_HISTORY, type WantedHistory } from "../image/history";
import { whyUnsafe } from "../image/paths";
import { git } from "./git";
import { readObjects } from "./objects";
import { findPatches } from "./patches";

export async function gitHistory(folder: string, wanted: WantedHistory): Promise<History> {
  const asked = await git(folder, ["rev-parse", "--is-shallow-repository", "--show-prefix"]);
  if (asked === null) {
    return isInRepository(folder) ? { ...NO_HISTORY, refusal: "git is not installed" } : NO_HISTORY;
  }
  if (!asked.isGood) {
    const isNone = /^(not a git repository|cannot change to )/.test(asked.complaint);
    // Reports are the same on all machines, so no path of this one is in them.
    const refusal = `git says "${asked.complaint.replaceAll(/ (at|in) '[^']*'/g, "")}"`;
    return isNone ? NO_HISTORY : { ...NO_HISTORY, refusal };
  }
  const [shallow, prefix = ""] = asked.output.toString("utf8").split("\n");
  const prerequisites = await findPatches(folder, wanted.prerequisites);
  // With the patches that have to be there first, a file is as the newest of them left it.
  const more = prerequisites.flatMap(({ since, newest }) =>
    newest === null
      ? []
      : wanted.files.filter(({ commit }) => commit === since).map(({ path: file }) => ({ commit: newest, path: file })),
  );
  const blobs = wanted.blobs.filter(isObjectId);
  const files = [...wanted.files, ...more].filter((each) => isObjectId(each.commit) && whyUnsafe(each.path) === null);
  const commits = [...new Set(files.map(({ commit }) => commit))];
  const names = [
    ...blobs,
    ...commits.map(commitName),
    ...files.flatMap((file) => placesOf(file.path, prefix).map((at) => `${file.commit}:${at}`)),
  ];
  const objects = await readObjects(folder, names);
  const found = (name: string): FoundText => objects.get(name) ?? { missing: "absent" };
  const fileAt = ({ commit, path: file }: (typeof files)[number]): FoundText => {
    const whole = found(commitName(commit));
    if ("missing" in whole && whole.missing !== "no-file") return whole;
    const texts = placesOf(file, prefix).map((at) => found(`${commit}:${at}`));
    const text = texts.find((each) => "text" in each) ?? texts[0];
    // The commit is there, so it is the path that is not.
    return text === undefined || ("missing" in text && text.missing === "absent") ? { missing: "no-file" } : text;
  };
  return {
    refusal: null,
    isShallow: shallow === "true",
    blobs: new Map(blobs.map((id) => [id, found(id)])),
    files: new Map(files.map((file) => [fileKey(file), fileAt(file)])),
    prerequisites,
  };
}

/** A diff names files from the top of the repository, or, made with `--relative`, from the folder. */
function placesOf(file: string, prefix: string): string[] {
  return prefix === "" ? [file] : [file, prefix + file];
}

function commitName(id: string): string {
  return `${id}^{commit}`;
}

function isInRepository(folder: string): boolean {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (existsSync(path.join(at, ".git"))) return true;
    if (path.dirname(at) === at) return false;
  }
}
