/** The parts of real kernels that tests read, unpacked once from Debian's packages and kept between runs. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { cache } from "./paths";

export type Release = "6.1" | "6.12";

export const RELEASES: readonly Release[] = ["6.1", "6.12"];

/** The archive of Debian's linux-source-6.1 or linux-source-6.12. */
export function kernelArchive(release: Release): string {
  return `/usr/src/linux-source-${release}.tar.xz`;
}

/** The top of a tree that has what is listed below; only after `needs(t, "kernel-6.1")` or that of the other release. */
export function kernelTree(release: Release): string {
  const tree = path.join(cache, `kernel-${release}-${LIST}`);
  if (existsSync(tree)) return tree;
  mkdirSync(cache, { recursive: true });
  // Several test files may ask at the same time: each unpacks beside, and the first to be ready wins.
  const own = mkdtempSync(path.join(cache, "unpacking-"));
  const parts = PARTS[release].map((part) => `linux-source-${release}/${part}`);
  execFileSync("tar", ["-C", own, "--strip-components=1", "-xf", kernelArchive(release), ...parts]);
  try {
    renameSync(own, tree);
  } catch (error) {
    if (!existsSync(tree)) throw error;
    rmSync(own, { recursive: true, force: true });
  }
  return tree;
}

/** To be raised with the list of parts, so that they are unpacked anew. */
const LIST = 2;

const PARTS: Readonly<Record<Release, readonly string[]>> = {
  "6.1": ["arch/x86/kvm", "virt", "net", "fs", "include/linux/kvm_host.h", "tools/memory-model/litmus-tests"],
  "6.12": ["arch/x86/kvm", "virt", "include/linux/kvm_host.h"],
};
