/** Other editors: Neovim and Emacs as Debian ships them, with the built server. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { needs } from "../support/needs";
import { dist, fixtures, root } from "../support/paths";

const run = promisify(execFile);
const file = path.join(fixtures, "patches/kref-get.patch");
const server = path.join(dist, "server.js");
const script = (name: string) => path.join(root, "test/language", name);

/** The line that the script prints with what it saw. */
async function seenBy(program: string, args: readonly string[]): Promise<unknown> {
  const env = { ...process.env, LASTPUT_SERVER: server, LASTPUT_FILE: file, LC_ALL: "C.UTF-8" };
  const { stdout, stderr } = await run(program, args, { env, timeout: 120_000 });
  const line = `${stdout}\n${stderr}`.split("\n").find((each) => each.startsWith("RESULT "));
  assert.ok(line !== undefined, `${program} printed no result:\n${stdout}\n${stderr}`);
  return JSON.parse(line.slice("RESULT ".length));
}

const LENS = /^Simulate this interleaving: .* ∥ .*: add-on-zero in \d+ steps$/;
const TABLE = /CPU 0 .*CPU \d/;

test("Neovim shows the finding, the lens, the hover and the trace", async (t) => {
  if (!needs(t, "neovim")) return;
  const args = ["--headless", "-u", "NONE", "-i", "NONE", "-n", file, "-c", `luafile ${script("neovim.lua")}`];
  const seen = (await seenBy("nvim", args)) as {
    diagnostics: { line: number; code: string; message: string; related: number }[];
    drawn: string[];
    hover: string;
    trace: string;
  };
  const onZero = seen.diagnostics.find(({ code }) => code === "refcount.add-on-zero");
  assert.ok(onZero !== undefined && onZero.line === 21 && onZero.related > 3);
  assert.ok(
    seen.drawn.some((title) => LENS.test(title)),
    seen.drawn.join("\n"),
  );
  assert.match(seen.hover, /refcount_t: addition on 0/);
  assert.match(seen.trace, TABLE);
});

test("Emacs shows the finding, and gets the lens, the hover and the trace", async (t) => {
  if (!needs(t, "emacs")) return;
  const seen = (await seenBy("emacs", ["-Q", "--batch", "-l", script("emacs.el")])) as {
    diagnostics: { line: number; text: string }[];
    lenses: string[];
    hover: string;
    trace: string;
  };
  assert.ok(seen.diagnostics.some(({ line, text }) => line === 21 && text.includes("addition on 0")));
  assert.ok(
    seen.lenses.some((title) => LENS.test(title)),
    seen.lenses.join("\n"),
  );
  assert.match(seen.hover, /refcount_t: addition on 0/);
  assert.match(seen.trace, TABLE);
});
