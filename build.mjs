/**
 * Bundles Lastput into dist/.
 *
 *   node build.mjs                      the extension, the server, the command line and the library
 *   node build.mjs --tests [WORD...]    the tests as well (only those whose path holds one of the words)
 *   node build.mjs --production         minified, without source maps
 *
 * Everything is bundled, so that what is shipped needs no node_modules. A bundle that cannot be made is reported
 * and the others are made all the same; the exit status then is 1.
 */
import { build } from "esbuild";
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, "dist");
const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const words = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const production = options.includes("--production");

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  // The names of classes and functions stay: they are in the stack traces that people send.
  keepNames: production,
  sourcemap: production ? false : "linked",
  logLevel: "warning",
  // Profiles are data; core code that needs one without any IO imports it.
  loader: { ".c": "text", ".h": "text", ".patch": "text" },
};

const node = {
  ...common,
  platform: "node",
  target: "node20",
  format: "cjs",
  mainFields: ["module", "main"],
  // Its ES module finds the wasm file by import.meta.url, which a CommonJS bundle does not have.
  alias: { "web-tree-sitter": path.join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs") },
  external: ["vscode", "tree-sitter", "tree-sitter-c", "playwright-core"],
};

const page = { ...common, platform: "browser", target: "es2022", format: "iife" };

const bundles = [
  { ...node, entry: "server/src/node/cli.ts", out: "cli.js", banner: { js: "#!/usr/bin/env node" } },
  { ...node, entry: "server/src/node/server.ts", out: "server.js", banner: { js: "#!/usr/bin/env node" } },
  { ...node, entry: "server/src/node/worker.ts", out: "worker.js" },
  { ...node, entry: "server/src/node/explorer.ts", out: "explorer.js" },
  { ...node, entry: "server/src/index.ts", out: "lastput.js" },
  { ...node, entry: "client/src/node/extension.ts", out: "client/extension.js" },
  { ...page, entry: "client/src/panel/main.ts", out: "client/panel.js" },
];

const outcomes = await Promise.all([
  ...bundles.map(bundle),
  copyData(),
  ...(options.includes("--tests") ? [tests()] : []),
]);
process.exitCode = outcomes.every(Boolean) ? 0 : 1;

async function bundle({ entry, out, ...settings }) {
  return made(out, { ...settings, entryPoints: [entry], outfile: path.join(dist, out) });
}

/** Each test file, and each command that shares the tests' code, becomes one bundle at the same path below dist/test. */
async function tests() {
  const files = await filesBelow(path.join(root, "test"), ".ts");
  const all = files.filter((file) => file.endsWith(".test.ts") || path.basename(file) === "command.ts");
  const wanted = all.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  await removeStaleTests(all);
  if (wanted.length === 0) return true;
  const entryPoints = wanted.map((file) => path.join("test", file));
  const together = { ...node, entryPoints, outdir: path.join(dist, "test"), outbase: "test", logLevel: "silent" };
  if (await made("test", together, true)) return true;
  // One test that does not build must not keep the others from running.
  const each = await Promise.all(
    wanted.map((file) => {
      const outfile = path.join(dist, "test", file.replace(/\.ts$/, ".js"));
      return made(`test/${file}`, { ...node, entryPoints: [path.join("test", file)], outfile });
    }),
  );
  return each.every(Boolean);
}

async function removeStaleTests(sources) {
  const kept = new Set(sources.map((file) => file.replace(/\.ts$/, ".js")));
  const built = await filesBelow(path.join(dist, "test"), ".test.js");
  await Promise.all(built.filter((file) => !kept.has(file)).map((file) => rm(path.join(dist, "test", file))));
}

async function copyData() {
  await mkdir(dist, { recursive: true });
  await Promise.all([
    cp(path.join(root, "node_modules/web-tree-sitter/web-tree-sitter.wasm"), path.join(dist, "web-tree-sitter.wasm")),
    cp(path.join(root, "node_modules/tree-sitter-c/tree-sitter-c.wasm"), path.join(dist, "tree-sitter-c.wasm")),
    copyFolder("profiles"),
    cp(path.join(root, "docs/findings.md"), path.join(dist, "findings.md")),
  ]);
  return true;
}

async function copyFolder(name) {
  const from = path.join(root, name);
  if (existsSync(from)) await cp(from, path.join(dist, name), { recursive: true });
}

/** Paths relative to the folder, in a stable order; none where the folder does not exist. */
async function filesBelow(folder, ending) {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(ending)).toSorted();
}

async function made(what, settings, quiet = false) {
  try {
    await build(settings);
    return true;
  } catch (error) {
    // esbuild has printed its own messages; anything else is ours to show.
    if (!Array.isArray(error.errors)) throw error;
    if (!quiet) console.error(`build: ${what} could not be bundled`);
    return false;
  }
}
