/** Each patch of fixtures/git/patches on the repository of fixtures/git: what it is read from, and what is said of that. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { devNull } from "node:os";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { buildImages } from "../../server/src/image/build";
import type { WantedHistory } from "../../server/src/image/history";
import { diskWorkspace } from "../../server/src/disk/workspace";
import { gitHistory } from "../../server/src/disk/history";
import { readWorkspace } from "../../server/src/review/workspace-files";
import { readDocument } from "../../server/src/text/read";
import { reportOf } from "../image/report";
import { needs } from "../support/needs";
import { folder, makeRepository, run, scratch } from "./repository";

process.env["GIT_CONFIG_GLOBAL"] = devNull;
const patches = path.join(folder, "patches");
let made: string | null = null;

function pond(): string {
  if (made === null) {
    made = makeRepository("pond");
    run(made, "branch", "abcdef12");
  }
  return made;
}

for (const name of readdirSync(patches)
  .filter((file) => !file.endsWith(".expected"))
  .toSorted()) {
  test(`what ${name} is read from`, async (t) => {
    if (!needs(t, "git")) return;
    const actual = await reports(pond(), readFileSync(path.join(patches, name), "utf8"));
    const expected = path.join(patches, `${name}.expected`);
    // To be read before it is committed: LASTPUT_UPDATE=1 writes what is.
    if (process.env["LASTPUT_UPDATE"] === "1") writeFileSync(expected, actual);
    assert.equal(actual, readFileSync(expected, "utf8"));
  });
}

async function reports(root: string, text: string): Promise<string> {
  const document = readDocument(text);
  const read = await readWorkspace(document, "a.patch", diskWorkspace({ folder: root, asksGit: true }), []);
  const images = document.patches.map((patch) => buildImages(patch, { ...read.workspace, base: [], library: [] }));
  return images.map((each) => reportOf(each)).join("\n");
}

/** The blob that `frog.c` was in the second commit, the first commit, and nothing that is there. */
const WANTED: WantedHistory = {
  blobs: ["76844da", "0123456"],
  files: [{ commit: "ec394847d326", path: "drivers/pond/frog.c" }],
  prerequisites: [],
};

/** What of that was found, and why not. */
async function found(root: string): Promise<string[]> {
  const history = await gitHistory(root, WANTED);
  const texts = [...history.blobs, ...history.files].map(
    ([name, text]) => `${name} ${"text" in text ? text.id.slice(0, 7) : text.missing}`,
  );
  return [...(history.refusal === null ? [] : [history.refusal]), ...(history.isShallow ? ["shallow"] : []), ...texts];
}

const FOUND = ["76844da 76844da", "0123456 absent", "ec394847d326:drivers/pond/frog.c df15de8"];

const PLACES: Readonly<Record<string, readonly [make: (at: string) => string, found: readonly string[]]>> = {
  "the top of a checkout": [() => pond(), FOUND],
  "a folder in it": [() => path.join(pond(), "drivers/pond"), FOUND],
  "a bare repository": [(at) => (run(pond(), "clone", "-q", "--bare", pond(), at), at), FOUND],
  "a second worktree": [(at) => (run(pond(), "worktree", "add", "-q", at, "HEAD~1"), at), FOUND],
  "a shallow clone": [
    (at) => (run(pond(), "clone", "-q", "--depth=1", pathToFileURL(pond()).href, at), at),
    ["shallow", "76844da absent", "0123456 absent", "ec394847d326:drivers/pond/frog.c absent"],
  ],
  "a repository without a commit": [
    (at) => (run(pond(), "init", "-q", at), at),
    ["76844da absent", "0123456 absent", "ec394847d326:drivers/pond/frog.c absent"],
  ],
  "a folder in no repository": [(at) => (mkdirSync(at), at), []],
  "no folder": [(at) => at, []],
  "a repository that is none": [
    (at) => (mkdirSync(at), writeFileSync(path.join(at, ".git"), "gitdir: /nowhere\n"), at),
    [],
  ],
};

for (const [name, [make, expected]] of Object.entries(PLACES)) {
  test(`asks ${name}`, async (t) => {
    if (!needs(t, "git")) return;
    assert.deepEqual(await found(make(path.join(scratch, name.replaceAll(" ", "-")))), expected);
  });
}

test("a repository of somebody else is not asked, and the person is told so", async (t) => {
  if (!needs(t, "git")) return;
  if (process.getuid?.() !== 0) return t.skip("only root can give a folder away");
  const theirs = makeRepository("theirs");
  chownSync(theirs, 12_345, 12_345);
  chownSync(path.join(theirs, ".git"), 12_345, 12_345);
  assert.deepEqual(await found(theirs), ['git says "detected dubious ownership in repository"']);
});

test("without git that is said where there is a repository", async () => {
  const { PATH } = process.env;
  const here = path.join(scratch, "no-git");
  mkdirSync(path.join(here, "drivers"), { recursive: true });
  try {
    process.env["PATH"] = "relative:";
    assert.deepEqual(await found(here), []);
    mkdirSync(path.join(here, ".git"));
    assert.deepEqual(await found(path.join(here, "drivers")), ["git is not installed"]);
  } finally {
    process.env["PATH"] = PATH;
  }
});

test("nothing that a repository's settings name is run", { skip: process.platform === "win32" }, async (t) => {
  if (!needs(t, "git")) return;
  const hostile = makeRepository("hostile");
  const ran = path.join(scratch, "ran");
  const program = path.join(scratch, "program");
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${ran}\ncat\n`);
  chmodSync(program, 0o755);
  const settings = {
    "core.fsmonitor": program,
    "core.pager": program,
    "core.sshCommand": program,
    "core.askPass": program,
    "diff.external": program,
    "diff.evil.command": program,
    "diff.evil.textconv": program,
    "filter.evil.smudge": program,
    "filter.evil.clean": program,
    "gpg.program": program,
    "log.showSignature": "true",
    "credential.helper": program,
    // Objects that are missing are then fetched when somebody asks for them.
    "core.repositoryFormatVersion": "1",
    "extensions.partialClone": "origin",
    "remote.origin.url": `ext::${program} %S`,
    "remote.origin.promisor": "true",
    "remote.origin.uploadPack": program,
  };
  for (const [key, value] of Object.entries(settings)) run(hostile, "config", key, value);
  writeFileSync(path.join(hostile, ".git/info/attributes"), "* diff=evil filter=evil\n");
  for (const hook of ["post-checkout", "pre-auto-gc", "reference-transaction", "post-index-change"]) {
    symlinkSync(program, path.join(hostile, ".git/hooks", hook));
  }
  const prerequisites = [{ since: "ec394847d326", patchIds: [PATCH_ID, "5a".repeat(20)] }];
  const history = await gitHistory(hostile, { ...WANTED, prerequisites });
  assert.deepEqual([...(history.prerequisites[0]?.commits ?? [])], [[PATCH_ID, SECOND]]);
  assert.ok("text" in (history.blobs.get("76844da") ?? {}));
  assert.equal(existsSync(ran) ? readFileSync(ran, "utf8") : "nothing", "nothing");
  // The same settings would have run it: the test can fail.
  execFileSync("git", ["-C", hostile, "show", "--ext-diff", "HEAD"], { stdio: "ignore" });
  assert.notEqual(existsSync(ran) ? readFileSync(ran, "utf8") : "nothing", "nothing");
});

/** Of the second commit, as `git show | git patch-id --stable` tells it, and its id. */
const PATCH_ID = "bde0afb07a9310dad8bc4f651298101647df0dc5";
const SECOND = "b72a33d554144eeb53234f3523aa0f9695ea4141";

test("git is handed nothing that is no id of an object", async (t) => {
  if (!needs(t, "git")) return;
  const odd = ["HEAD", "--help", "main:drivers/pond/frog.c", "abc", "76844DA", "76844da\n0123456", "76844da^{commit}"];
  const history = await gitHistory(pond(), {
    blobs: odd,
    files: odd
      .map((commit) => ({ commit, path: "drivers/pond/frog.c" }))
      .concat(
        ["../secret.c", "/etc/passwd", "a\nHEAD:drivers/pond/frog.c"].map((file) => ({ commit: "ec39", path: file })),
      ),
    prerequisites: [{ since: "--all", patchIds: ["HEAD"] }],
  });
  const texts = [...history.blobs.values(), ...history.files.values()];
  assert.deepEqual(
    texts.filter((text) => "text" in text),
    [],
  );
  assert.deepEqual([...(history.prerequisites[0]?.commits ?? [])], []);
});

test("a folder that is a part of the tree has the files that a patch names from the top, and no others", async (t) => {
  if (!needs(t, "git")) return;
  symlinkSync(path.join(scratch, "outside.c"), path.join(pond(), "drivers/pond/link.c"));
  writeFileSync(path.join(scratch, "outside.c"), "int secret;\n");
  const disk = diskWorkspace({ folder: path.join(pond(), "drivers"), asksGit: false });
  const read = async (file: string) => (await disk.read(file))?.split("\n", 1)[0];
  assert.equal(await read("drivers/pond/newt.c"), "void newt_put(struct newt *n)");
  assert.equal(await read("pond/newt.c"), "void newt_put(struct newt *n)");
  for (const file of ["drivers/pond/link.c", "net/pond/newt.c", "drivers/../outside.c", "newt.c"]) {
    assert.equal(await read(file), undefined, file);
  }
});
