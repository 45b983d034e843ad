/** The house rules that a compiler does not know: which folder may import which, and how long a file may be. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import test from "node:test";
import { root } from "../support/paths";

/** In this order; a stage imports from itself and from stages before it. */
const STAGES = ["text", "c", "image", "model", "simulate", "review"];
/** What shows a review. They see every stage, but not each other. */
const FACES = ["report", "language", "cli"];
/** Files and repositories of the machine; only entries and tests import it. */
const MACHINE = "disk";
/** Entries: they give the rest its IO and hold no logic. */
const ENTRIES = ["server/src/node", "server/src/browser", "client/src/node", "client/src/browser"];
const LONGEST_ENTRY = 40;
const LONGEST_FILE = 500;

const sources = ["server/src", "client/src", "test"].flatMap(filesBelow);

test("a stage imports only what stands before it", () => {
  const wrong = importsOf(inFolder("server/src")).filter(({ from, to }) => !mayImport(folderOf(from), to));
  assert.deepEqual(wrong.map(describe), []);
});

test("the core does no IO and knows no editor", () => {
  const core = new Set([...STAGES, "report"]);
  const wrong = importsOf(inFolder("server/src").filter((file) => core.has(folderOf(file)))).filter(
    ({ to }) => isNodeModule(to) || isLanguageServer(to),
  );
  assert.deepEqual(wrong.map(describe), []);
});

test("only the language face and the entries know the language server protocol", () => {
  const wrong = importsOf(inFolder("server/src")).filter(
    ({ from, to }) => isLanguageServer(to) && !["language", "node", "browser"].includes(folderOf(from)),
  );
  assert.deepEqual(wrong.map(describe), []);
});

test("only the client imports vscode, and the client imports nothing of the server", () => {
  const wrong = [
    ...importsOf(inFolder("server/src")).filter(({ to }) => to === "vscode"),
    ...importsOf(inFolder("client/src")).filter(({ to }) => to.startsWith("server/")),
    ...importsOf(inFolder("client/src/panel")).filter(({ to }) => to === "vscode" || isNodeModule(to)),
  ];
  assert.deepEqual(wrong.map(describe), []);
});

test(`an entry has at most ${LONGEST_ENTRY} lines, any other file at most ${LONGEST_FILE}`, () => {
  const wrong = sources
    .map((file) => ({ file, lines: lineCount(file), longest: isEntry(file) ? LONGEST_ENTRY : LONGEST_FILE }))
    .filter(({ lines, longest }) => lines > longest)
    .map(({ file, lines, longest }) => `${file} has ${lines} lines; at most ${longest}`);
  assert.deepEqual(wrong, []);
});

test("there is something to look at", () => {
  assert.ok(inFolder("server/src").length > 3 && importsOf(sources).length > 10);
});

interface Import {
  readonly from: string;
  /** A path from the root when it is one of ours, else the name of the package. */
  readonly to: string;
}

function mayImport(folder: string, to: string): boolean {
  if (!to.startsWith("server/src/")) return !to.startsWith("client/") && !to.startsWith("test/");
  if (["", "node", "browser"].includes(folder)) return true;
  const target = folderOf(to);
  if (target === folder || target === "") return target === folder;
  if (folder === MACHINE) return STAGES.includes(target);
  if (FACES.includes(folder)) return STAGES.includes(target) || (folder === "cli" && target === "report");
  return STAGES.includes(target) && STAGES.indexOf(target) < STAGES.indexOf(folder);
}

/** The stage, face or entry folder of a file of the server; empty for what lies directly in src. */
function folderOf(file: string): string {
  const [folder, rest] = path.relative("server/src", file).split(path.sep);
  return rest === undefined ? "" : (folder ?? "");
}

function isEntry(file: string): boolean {
  return ENTRIES.includes(path.dirname(file));
}

function isNodeModule(name: string): boolean {
  return name.startsWith("node:") || builtinModules.includes(name);
}

function isLanguageServer(name: string): boolean {
  return /^vscode(-|$)/.test(name);
}

function importsOf(files: readonly string[]): Import[] {
  return files.flatMap((from) =>
    importedNames(readFileSync(path.join(root, from), "utf8")).map((name) => ({
      from,
      to: name.startsWith(".") ? resolved(path.join(path.dirname(from), name)) : name,
    })),
  );
}

/** A folder stands for its index. */
function resolved(file: string): string {
  const isFolder = statSync(path.join(root, file), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? path.join(file, "index") : file;
}

function importedNames(text: string): string[] {
  const withoutComments = text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "");
  const statement =
    /\b(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|\b(?:import|require)\s*\(?\s*["']([^"']+)["']/g;
  return [...withoutComments.matchAll(statement)].map((match) => match[1] ?? match[2] ?? "");
}

function inFolder(folder: string): string[] {
  return sources.filter((file) => file.startsWith(folder + path.sep));
}

function filesBelow(folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("fixtures"))
    .map((file) => path.join(folder, file))
    .toSorted();
}

function lineCount(file: string): number {
  return readFileSync(path.join(root, file), "utf8").split("\n").length - 1;
}

function describe({ from, to }: Import): string {
  return `${from} imports ${to}`;
}
