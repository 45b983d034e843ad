/**
 * Runs git for questions whose answers are data. A repository may be anybody's: whoever calls this has asked whether the
 * person trusts it, and still nothing that its settings name is run as far as git can be told so.
 */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { devNull } from "node:os";
import path from "node:path";

export interface GitAnswer {
  /** Whether git ended by itself and well; what it printed before it was cut short is in `output`. */
  readonly isGood: boolean;
  readonly output: Buffer;
  /** The first line that git complained with, without its `fatal:`. */
  readonly complaint: string;
}

/** Milliseconds that one question may take, and bytes that its answer may have. */
const PATIENCE = 20_000;
const LONGEST_ANSWER = 64 << 20;

/** Null when no git is installed. */
export async function git(
  folder: string,
  words: readonly string[],
  input: string | Buffer = "",
): Promise<GitAnswer | null> {
  const program = findGit();
  if (program === null) return null;
  const options = {
    // Not the folder: where programs are looked for in the current directory first, that would be somebody else's.
    cwd: path.dirname(program),
    env: environment(),
    encoding: "buffer" as const,
    timeout: PATIENCE,
    maxBuffer: LONGEST_ANSWER,
    windowsHide: true,
  };
  return new Promise((resolve) => {
    const child = execFile(program, ["-C", folder, ...HARMLESS, ...words], options, (error, output, complaint) =>
      resolve({ isGood: error === null, output, complaint: firstLine(complaint.toString("utf8")) }),
    );
    // It may end before it has read everything, and says why then.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/** No hooks, no watchers, no transports; and of several objects that an id may mean the blob. */
const SETTINGS = [
  `core.hooksPath=${devNull}`,
  "core.fsmonitor=false",
  "core.disambiguate=blob",
  "core.warnAmbiguousRefs=false",
  "protocol.allow=never",
  "gc.auto=0",
];
const HARMLESS = [
  "--no-pager",
  "--no-replace-objects",
  "--literal-pathspecs",
  ...SETTINGS.flatMap((setting) => ["-c", setting]),
];

/** Of the variables that steer git only those by which the person says which repositories are safe, and how far to look for one. */
const KEPT = /^GIT_(CONFIG|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)/;

function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^GIT_/i.test(name) || KEPT.test(name));
  return {
    ...Object.fromEntries(own),
    LC_ALL: "C",
    LANGUAGE: "C",
    GIT_ALLOW_PROTOCOL: "",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
  };
}

/** In the folders of the search path, but for relative ones, which lead into whatever folder one is in. */
function findGit(): string | null {
  const names = process.platform === "win32" ? ["git.exe"] : ["git"];
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").replace(/^fatal: /, "").trim();
}
