/** The real file that latencies are measured on: from a kernel tree that was named, or out of Debian's archive. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export const FILE = "arch/x86/kvm/mmu/tdp_mmu.c";
const ARCHIVE = "/usr/src/linux-source-6.1.tar.xz";

export interface KernelFile {
  /** What the file came from, for a person. */
  readonly source: string;
  /** The folder that is the root of the tree; null when there is only the text. */
  readonly tree: string | null;
  readonly text: string;
  close(): Promise<void>;
}

/**
 * @param tree as typed; null looks for Debian's linux-source-6.1, and without that takes our own short rendition
 * @param own the text of that
 * @throws when the tree that was named has no such file
 */
export async function kernelFile(tree: string | null, own: string): Promise<KernelFile> {
  const nothing = async (): Promise<void> => Promise.resolve();
  if (tree !== null) {
    const text = await readFile(path.join(tree, FILE), "utf8");
    return { source: `${FILE} of ${path.basename(tree)}`, tree: path.resolve(tree), text, close: nothing };
  }
  if (!existsSync(ARCHIVE))
    return { source: "our own base file, for no kernel is here", tree: null, text: own, close: nothing };
  const folder = await mkdtemp(path.join(tmpdir(), "lastput-bench-"));
  const close = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const name = `linux-source-6.1/${FILE}`;
    // Nothing behind the first match is unpacked.
    await promisify(execFile)("tar", ["-xJf", ARCHIVE, "-C", folder, "--occurrence=1", name]);
    const root = path.join(folder, "linux-source-6.1");
    return {
      source: `${FILE} of Debian's linux-source-6.1`,
      tree: root,
      text: await readFile(path.join(root, FILE), "utf8"),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A tree with these folders of Debian's linux-source-6.1, or the one that was named.
 *
 * @throws when neither is there
 */
export async function kernelFolders(
  tree: string | null,
  folders: readonly string[],
): Promise<Omit<KernelFile, "text">> {
  if (tree !== null) {
    const nothing = async (): Promise<void> => Promise.resolve();
    return { source: path.basename(tree), tree: path.resolve(tree), close: nothing };
  }
  if (!existsSync(ARCHIVE)) throw new Error(`there is no ${ARCHIVE}; name a kernel tree with --root`);
  const folder = await mkdtemp(path.join(tmpdir(), "lastput-bench-"));
  const close = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const names = folders.map((name) => `linux-source-6.1/${name}`);
    await promisify(execFile)("tar", ["-xJf", ARCHIVE, "-C", folder, ...names]);
    return { source: "Debian's linux-source-6.1", tree: path.join(folder, "linux-source-6.1"), close };
  } catch (error) {
    await close();
    throw error;
  }
}
