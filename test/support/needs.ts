/**
 * What a test needs beside Node, and whether this machine has it.
 *
 *     test("the mails of the corpus", (t) => {
 *       if (!needs(t, "corpus")) return;
 *
 * A test whose need is missing is skipped with one line that says what is missing. On a machine that promised to
 * have it (its name is in the comma-separated LASTPUT_REQUIRE) the test fails instead.
 */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { TestContext } from "node:test";
import { kernelArchive, type Release } from "./kernel-tree";
import { root } from "./paths";

export type Need =
  | "corpus"
  | "chromium"
  | "neovim"
  | "emacs"
  | "native-tree-sitter"
  | "spin"
  | "git"
  | "kernel-6.1"
  | "kernel-6.12"
  | "e2e"
  | "soak";

/** True when the test may go on. */
export function needs(t: TestContext, ...what: readonly Need[]): boolean {
  for (const need of what) {
    const missing = missingFor[need]();
    if (missing === null) continue;
    const promised = (process.env["LASTPUT_REQUIRE"] ?? "").split(",").map((name) => name.trim());
    if (promised.includes(need)) throw new Error(`LASTPUT_REQUIRE names ${need}, but ${missing}`);
    t.skip(`${need}: ${missing}`);
    return false;
  }
  return true;
}

/** The folder of real mails; only after `needs(t, "corpus")`. */
export function corpus(): string {
  return path.resolve(root, process.env["LASTPUT_CORPUS"] ?? "");
}

/** The browser for the tests in a real VS Code; only after `needs(t, "chromium")`. */
export function chromium(): string {
  return process.env["CHROMIUM"] ?? onPath("chromium") ?? onPath("chromium-browser") ?? "chromium";
}

/** Null when it is there, else a clause that tells the person what to do. */
const missingFor: Readonly<Record<Need, () => string | null>> = {
  corpus: () => {
    if (process.env["LASTPUT_CORPUS"] === undefined) return "set LASTPUT_CORPUS to the folder of mails";
    return existsSync(corpus()) ? null : `there is no folder ${corpus()} (LASTPUT_CORPUS)`;
  },
  chromium: () => (existsSync(chromium()) ? null : "no chromium on PATH; install it or set CHROMIUM"),
  neovim: () => (onPath("nvim") === null ? "no nvim on PATH" : null),
  emacs: () => {
    if (onPath("emacs") === null) return "no emacs on PATH";
    return hasEglot() ? null : "Emacs is there, but not Debian's elpa-eglot";
  },
  "native-tree-sitter": () => {
    try {
      createRequire(path.join(root, "package.json"))("tree-sitter");
      return null;
    } catch {
      return "the optional package tree-sitter is not installed (it needs a C++ compiler)";
    }
  },
  spin: () => {
    if (onPath("spin") === null) return "no spin on PATH";
    return onPath("gcc") === null ? "spin is there, but no gcc to compile what it writes" : null;
  },
  git: () => (onPath("git") === null ? "no git on PATH" : null),
  "kernel-6.1": () => missingKernel("6.1"),
  "kernel-6.12": () => missingKernel("6.12"),
  // Not something to install: these tests take half a minute, so they have a command of their own.
  e2e: () => (process.env["LASTPUT_E2E"] === "1" ? null : "run npm run test:e2e for the tests in a real VS Code"),
  // An hour and more.
  soak: () => (process.env["LASTPUT_SOAK"] === "1" ? null : "run npm run soak for the large models and all others"),
};

function missingKernel(release: Release): string | null {
  const archive = kernelArchive(release);
  return existsSync(archive) ? null : `no ${archive} (Debian's package linux-source-${release})`;
}

function hasEglot(): boolean {
  const elpa = "/usr/share/emacs/site-lisp/elpa";
  return existsSync(elpa) && readdirSync(elpa).some((name) => name.startsWith("eglot"));
}

function onPath(program: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, program);
    if (existsSync(file)) return file;
  }
  return null;
}
