/** The files of a folder on the disk, for a review. */
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Workspace } from "../review/api";
import { namesBelow } from "../review/workspace-files";
import { gitHistory } from "./history";

/** No C file of the kernel comes near it. */
const LARGEST_FILE = 8 << 20;

export interface Folder {
  readonly folder: string;
  /** Whether the person trusts the git repository that it is in. */
  readonly asksGit: boolean;
}

/** Of all files that a patch names those that lie in the folder, which may be a part of the tree. */
export function diskWorkspace(place: Folder): Workspace {
  const own = diskFolder(place);
  const read = async (file: string): Promise<string | undefined> => {
    for (const name of namesBelow(path.resolve(place.folder).replaceAll(path.sep, "/"), file)) {
      const text = await own.read(name);
      if (text !== undefined) return text;
    }
    return undefined;
  };
  return { ...own, read };
}

export function diskFolder({ folder, asksGit }: Folder): Workspace {
  const read = async (file: string): Promise<string | undefined> => readInside(folder, file);
  return asksGit ? { read, history: async (wanted) => gitHistory(folder, wanted) } : { read };
}

/** Undefined for what is absolute, leads out of the folder by `..` or a symbolic link, is no plain file or is not there. */
async function readInside(folder: string, file: string): Promise<string | undefined> {
  if (file === "" || file.includes("\0") || path.isAbsolute(file) || path.win32.isAbsolute(file)) return undefined;
  if (file.split(/[/\\]/).includes("..")) return undefined;
  try {
    const root = await realpath(folder);
    const real = await realpath(path.join(root, file));
    const within = path.relative(root, real);
    if (within.startsWith("..") || path.isAbsolute(within)) return undefined;
    const { size, isFile } = await fileStatus(real);
    return isFile && size <= LARGEST_FILE ? await readFile(real, "utf8") : undefined;
  } catch {
    // Not there, or not readable: the review then goes by what the document shows, and says so.
    return undefined;
  }
}

async function fileStatus(file: string): Promise<{ size: number; isFile: boolean }> {
  const status = await stat(file);
  return { size: status.size, isFile: status.isFile() };
}
