/** Where things are, for tests that run from bundles in dist/test. */
import { existsSync } from "node:fs";
import path from "node:path";

/** The repository's root. */
export const root = findRoot();
/** Our own test data, as files. */
export const fixtures = path.join(root, "test/fixtures");
/** What `node build.mjs` made: bundles, wasm files, profiles. */
export const dist = path.join(root, "dist");
/** Downloads that tests keep between runs; not in the repository. */
export const cache = path.join(root, ".cache");

function findRoot(): string {
  for (const start of [__dirname, process.cwd()]) {
    for (let folder = start; folder !== path.dirname(folder); folder = path.dirname(folder)) {
      if (existsSync(path.join(folder, "build.mjs")) && existsSync(path.join(folder, "package.json"))) return folder;
    }
  }
  throw new Error(`the repository's root is neither above ${__dirname} nor above ${process.cwd()}`);
}
