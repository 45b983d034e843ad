/** The command line as a process of its own, as people start it. */
import { spawn } from "node:child_process";
import path from "node:path";
import { dist, root } from "../support/paths";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs in the repository's root unless `cwd` says otherwise. */
export async function lastput(
  words: readonly string[],
  {
    input = "",
    cwd = root,
    env = {},
  }: { readonly input?: string | Buffer; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const child = start(words, cwd, env);
  // It may end before it has read everything.
  child.stdin.on("error", () => undefined).end(input);
  return ended(child);
}

export function start(words: readonly string[], cwd = root, more: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, NO_COLOR: "1", ...more };
  return spawn(process.execPath, [path.join(dist, "cli.js"), ...words], { cwd, env, stdio: "pipe" });
}

export async function ended(child: ReturnType<typeof start>): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { status, stdout, stderr };
}

/** A patch of the smallest profile with a known bug, which takes a second. */
export const PATCH = "test/fixtures/patches/kref-get.patch";
