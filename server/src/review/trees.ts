/** The files of a kernel tree that profiles read in the place of their own. */
import type { Profile, TreeFileProfile } from "../model/profile";
import type { TreeText } from "../image/revisions";
import type { LoadedProfile } from "./builtin";

/** What one profile reads of a tree. */
export interface Tree {
  readonly files: readonly TreeFile[];
}

export interface TreeFile extends TreeFileProfile {
  readonly text: string;
  /** Whether it is checked out, or of a commit. */
  readonly kind: TreeText["kind"];
}

/** Of all profiles, from the top of a tree. */
export function treePaths(profiles: readonly LoadedProfile[]): string[] {
  return profiles.flatMap(({ profile }) => (profile.tree ?? []).map(({ path }) => path));
}

/** The files that are reviewed when nothing but a tree is given: C files that take the place of the base. */
export function reviewedPaths(profiles: readonly LoadedProfile[]): string[] {
  const files = profiles.flatMap(({ profile }) => profile.tree ?? []);
  return files.flatMap(({ path, replaces }) => (replaces !== undefined && path.endsWith(".c") ? [path] : []));
}

/** Null when this is no tree that the profile can read: a file is not there that would take the place of the base. */
export function treeOf(profile: Profile, read: (path: string) => TreeText | undefined): Tree | null {
  const files: TreeFile[] = [];
  for (const file of profile.tree ?? []) {
    const found = read(file.path);
    if (found !== undefined) files.push({ ...file, ...found });
    else if (file.replaces !== undefined) return null;
  }
  return files.length === 0 ? null : { files };
}

/** The file of the tree that a document is, by the end of its name; null when it is none. */
export function pathInTree({ files }: Tree, name: string): string | null {
  const plain = name.replaceAll("\\", "/");
  return files.find(({ path }) => plain === path || plain.endsWith(`/${path}`))?.path ?? null;
}
