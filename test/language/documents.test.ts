/** Which documents are worked on, and that the server's copies stay those of the editor. */
import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  ExecuteCommandRequest,
  FileChangeType,
  InitializeRequest,
  RegistrationRequest,
  type Diagnostic,
  type FileEvent,
  type ResponseError,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { NO_HISTORY } from "../../server/src/image/history";
import type { ReviewDocument, Workspace } from "../../server/src/review/api";
import { serverWith, type Editor } from "./editor";
import { PacedReviews } from "./paced";
import { finding, patch, review } from "./written";

const URI = "file:///work/a.patch";

async function started(reviews: PacedReviews): Promise<Editor> {
  const editor = serverWith(reviews.document);
  await editor.initialize();
  return editor;
}

const UNRELATED: readonly (readonly [what: string, languageId: string, text: string])[] = [
  ["a diff of another language", "diff", "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a;\n+b;\n"],
  ["an empty diff", "diff", ""],
  ["prose", "lastput-mail", "Subject: lunch\n\nAt noon, as ever?\n"],
  ["a C file that nobody asked for", "c", "int main(void) { return 0; }\n"],
  ["Markdown", "markdown", "```c\nint x;\n```\n"],
];

for (const [what, languageId, text] of UNRELATED) {
  test(`${what} is not worked on`, async () => {
    const reviews = new PacedReviews();
    const editor = await started(reviews);
    await editor.open(URI, text, languageId);
    assert.deepEqual(await editor.diagnostics(URI), []);
    assert.equal(await editor.lenses(URI), null);
    assert.equal(await editor.hover(URI, 0, 0), null);
    assert.deepEqual(reviews.begun, []);
    assert.deepEqual(editor.statuses, []);
    await editor.quit();
  });
}

const RELATED: readonly (readonly [what: string, languageId: string, text: string])[] = [
  ["a diff of a C file", "diff", "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a;\n+b;\n"],
  [
    "a diff with a C file behind others",
    "diff",
    "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\n+++ b/y.h\n",
  ],
  ["a loose hunk", "diff", "@@ -1,2 +1,2 @@\n a;\n-b;\n+c;\n"],
  ["a quoted diff in a mail", "lastput-mail", "> --- a/x.c\n> +++ b/x.c\n> @@ -1 +1 @@\n> -a;\n> +b;\n"],
  ["a mail about Python with C quoted in it", "mail", "+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n> put(root);\n"],
];

for (const [what, languageId, text] of RELATED) {
  test(`${what} is worked on unasked`, async () => {
    const reviews = new PacedReviews();
    const editor = await started(reviews);
    await editor.open(URI, text, languageId);
    await editor.diagnostics(URI);
    assert.deepEqual(reviews.begun, [text]);
    await editor.quit();
  });
}

test("any document is worked on when the person asks, from then on", async () => {
  const languages: string[] = [];
  const reviews: ReviewDocument = async function* ({ text, language }) {
    languages.push(language);
    yield review({ problems: [{ code: "text.note", message: text, range: null }] });
  };
  const editor = serverWith(reviews);
  await editor.initialize();
  await editor.open("untitled:Untitled-1", "put(x)", "plaintext");
  assert.deepEqual(await editor.diagnostics("untitled:Untitled-1"), []);
  const result = await editor.check({ uri: "untitled:Untitled-1", languageId: "c" });
  assert.deepEqual(result, { verdict: "safe", message: "nothing to check was found" });
  await editor.change("untitled:Untitled-1", { text: "get(x)" });
  assert.equal((await editor.diagnostics("untitled:Untitled-1"))[0]?.message, "get(x)");
  await editor.close("untitled:Untitled-1");
  await editor.open("untitled:Untitled-1", "again", "plaintext");
  await editor.diagnostics("untitled:Untitled-1", ([first]) => first?.message === "again");
  assert.deepEqual(languages, ["c", "c", "c"]);
  await editor.quit();
});

test("asking for a patch that is under review answers with that review", async () => {
  const reviews = new PacedReviews();
  const editor = await started(reviews);
  await editor.open(URI, "BUG(a); BUG(b);");
  const { message } = await editor.check({ uri: URI });
  assert.equal(message, "2 findings: lifetime.use-after-free");
  await editor.quit();
});

/** Whatever is typed, in whatever order: the server's text is the editor's. */
test("incremental edits give what a full check of the same text gives", async () => {
  const reviews = new PacedReviews();
  const editor = await started(reviews);
  const piece = fc.constantFrom("BUG(a)", "\n", "\r\n", "🏮", "x;", "灯", "@@ ", "BUG(bb)\n", "");
  const edit = fc.record({ from: fc.nat(60), length: fc.nat(12), text: piece });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 12 }),
      fc.array(edit, { minLength: 1, maxLength: 6 }),
      async (pieces, edits) => {
        runs += 1;
        const uri = `file:///work/${runs}.patch`;
        const start = `@@ ${pieces.join("")}`;
        await editor.open(uri, start);
        let mirror = TextDocument.create(uri, "diff", 1, start);
        for (const { from, length, text } of edits) {
          const range = { start: mirror.positionAt(from), end: mirror.positionAt(from + length) };
          mirror = TextDocument.update(mirror, [{ range, text }], mirror.version + 1);
          await editor.change(uri, { range, text });
        }
        const fresh = `file:///work/${runs}-fresh.patch`;
        await editor.open(fresh, mirror.getText());
        const [edited, whole] = await Promise.all([editor.diagnostics(uri), editor.diagnostics(fresh)]);
        const bare = (diagnostics: typeof edited) => diagnostics.map(({ range, message }) => ({ range, message }));
        assert.deepEqual(bare(edited), bare(whole));
        await Promise.all([editor.close(uri), editor.close(fresh)]);
      },
    ),
    { numRuns: 25 },
  );
  await editor.quit();
});

async function errorOf(request: Promise<unknown>): Promise<number | undefined> {
  return request.then(
    () => undefined,
    (error: ResponseError) => error.code,
  );
}

test("malformed requests are answered with errors and harm nothing", async () => {
  const editor = await started(new PacedReviews());
  const { connection } = editor;
  await editor.open(URI, "BUG(a);");
  assert.equal(await errorOf(editor.trace({})), ErrorCodes.InvalidParams);
  assert.equal(await errorOf(editor.trace({ uri: 1, fingerprint: [] })), ErrorCodes.InvalidParams);
  assert.equal(await errorOf(editor.trace(null)), ErrorCodes.InvalidParams);
  assert.equal(await errorOf(editor.check({ uri: "file:///not/open" })), ErrorCodes.InvalidParams);
  assert.equal(await errorOf(editor.check({ uri: URI, languageId: 7 })), ErrorCodes.InvalidParams);
  assert.equal(await errorOf(connection.sendRequest("lastput/nothing", {})), ErrorCodes.MethodNotFound);
  const command = { command: "lastput.nothing", arguments: [] };
  assert.equal(await errorOf(connection.sendRequest(ExecuteCommandRequest.type, command)), ErrorCodes.InvalidParams);
  const again = { processId: null, rootUri: null, capabilities: {} };
  assert.equal(await errorOf(connection.sendRequest(InitializeRequest.type, again)), ErrorCodes.InvalidRequest);
  assert.equal((await errorOf(connection.sendRequest("textDocument/hover", {}))) !== undefined, true);
  assert.equal(await editor.trace({ uri: "file:///not/open", fingerprint: "a" }), null);
  assert.equal((await editor.diagnostics(URI)).length, 1);
  await editor.quit();
});

test("the memory model and data races are as the person has set them, and nonsense is the default", async () => {
  const reviews = new PacedReviews();
  const editor = serverWith(reviews.document);
  await editor.initialize({ memoryModel: "tso" });
  await editor.open(URI, "BUG(a);");
  await editor.diagnostics(URI);
  const change = async (settings: unknown) =>
    editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  await change({ lastput: { memoryModel: "arm", races: true } });
  await editor.until(() => reviews.begun.length === 2, "the second run");
  assert.deepEqual(
    reviews.options.map(({ memoryModel, races }) => [memoryModel, races]),
    [
      ["tso", false],
      ["sc", true],
    ],
  );
  await editor.quit();
});

test("the bound on states is the person's, and another one starts the checks again", async () => {
  const reviews = new PacedReviews();
  const editor = serverWith(reviews.document);
  await editor.initialize({ bounds: { states: 5000 } });
  await editor.open(URI, "BUG(a);");
  await editor.diagnostics(URI);
  const change = async (settings: unknown) =>
    editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  await change({ lastput: { bounds: { states: 1 } } });
  await editor.until(() => reviews.begun.length === 2, "the second run");
  await change({ lastput: { bounds: { states: "many" } } });
  await editor.until(() => reviews.begun.length === 3, "the third run");
  await change({ lastput: { bounds: { threads: 4, objects: 100 } } });
  await editor.until(() => reviews.begun.length === 4, "the fourth run");
  assert.deepEqual(
    reviews.options.map(({ maxStates }) => maxStates),
    [5000, 1000, 2_000_000, 2_000_000],
  );
  assert.deepEqual(
    reviews.options.map(({ scale }) => [scale?.threads, scale?.objects]),
    [...Array.from({ length: 3 }, () => [null, null]), [4, 8]],
  );
  await editor.quit();
});

const readsLamp: ReviewDocument = async function* (_request, { workspace }) {
  const message = (await workspace.read("drivers/lamp.c")) ?? "not there";
  yield review({ problems: [{ code: "text.note", message, range: null }] });
};

/** Two workspace folders, the second of which has the file. */
function folders(): { readonly disk: Map<string, string>; readonly editor: Editor; readonly params: object } {
  const disk = new Map([["file:///two/drivers/lamp.c", "on the disk"]]);
  const filesOf = (folder: string) => ({ read: async (path: string) => disk.get(`${folder}/${path}`) });
  const workspaceFolders = ["file:///one", "file:///two"].map((uri) => ({ uri, name: uri }));
  return { disk, editor: serverWith(readsLamp, { filesOf }), params: { workspaceFolders } };
}

const says = (text: string) => (found: Diagnostic[]) => found[0]?.message === text;

test("workspace files are read from the folders, unsaved text before the disk's", async () => {
  const { editor, params } = folders();
  await editor.initialize({}, params);
  await editor.open(URI, "a;");
  await editor.diagnostics(URI, says("on the disk"));
  await editor.open("file:///two/drivers/lamp.c", "in the editor", "c");
  await editor.diagnostics(URI, says("in the editor"));
  await editor.change("file:///two/drivers/lamp.c", { text: "edited" });
  await editor.diagnostics(URI, says("edited"));
  await editor.quit();
});

test("a patch is read again when a file that it changes is another one on the disk", async () => {
  const { editor, params, disk } = folders();
  const registered: unknown[] = [];
  editor.connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
    registered.push(...registrations);
  });
  const capabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } };
  await editor.initialize({}, { ...params, capabilities });
  await editor.open(URI, "a;");
  await editor.diagnostics(URI, says("on the disk"));
  assert.match(JSON.stringify(registered), /didChangeWatchedFiles/);
  disk.set("file:///two/drivers/lamp.c", "pulled");
  const changes: FileEvent[] = [{ uri: "file:///two/drivers%2Flamp.c", type: FileChangeType.Changed }];
  await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  await editor.diagnostics(URI, says("pulled"));
  await editor.quit();
});

/** Two findings, the first of which the project has accepted. */
const twoFindings: ReviewDocument = async function* () {
  const fingerprints = ["00000000000000aa", "00000000000000bb"];
  const findings = fingerprints.map((fingerprint, at) => finding({ start: 0, end: 1 + at }, { fingerprint }));
  yield Promise.resolve(review({ verdict: "violated", patches: [patch({ start: 0, end: 2 })], findings }));
};

function accepting(...fingerprints: string[]): string {
  const accepted = fingerprints.map((fingerprint) => ({ fingerprint, code: "a.b", function: null, message: "" }));
  return JSON.stringify({ baselineVersion: 1, accepted });
}

const BASELINE = "file:///two/review/accepted.json";

function project(): { readonly disk: Map<string, string>; readonly editor: Editor; readonly params: object } {
  const disk = new Map([[BASELINE, accepting("00000000000000aa")]]);
  const filesOf = (folder: string) => ({
    read: async (path: string) => Promise.resolve(disk.get(`${folder}/${path}`)),
  });
  const workspaceFolders = ["file:///one", "file:///two"].map((uri) => ({ uri, name: uri }));
  return { disk, editor: serverWith(twoFindings, { filesOf }), params: { workspaceFolders } };
}

const shows = (count: number) => (found: Diagnostic[]) => found.length === count;

test("what a baseline accepts is not shown, and that it is not shown is", async () => {
  const { disk, editor, params } = project();
  await editor.initialize({ baseline: "review/accepted.json" }, params);
  await editor.open(URI, "a;");
  const [left] = await editor.diagnostics(URI, shows(1));
  assert.deepEqual(left?.data, { fingerprint: "00000000000000bb" });
  const titles = ((await editor.lenses(URI)) ?? []).map(({ command }) => command?.title);
  assert.ok(titles.includes("Lastput: 1 accepted finding is not shown"), titles.join("\n"));
  assert.match((await editor.check({ uri: URI })).message, /1 finding: .*; 1 accepted finding is not shown/);
  const change = async (text: string, published: number): Promise<void> => {
    disk.set(BASELINE, text);
    const changes: FileEvent[] = [{ uri: BASELINE.replace("accepted", "%61ccepted"), type: FileChangeType.Changed }];
    const before = editor.published.length;
    await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
    await editor.until(
      () => editor.published.slice(before).some(({ diagnostics }) => diagnostics.length === published),
      `${published} findings`,
    );
  };
  await change(accepting("00000000000000aa", "00000000000000bb"), 0);
  await change("{\n  baselineVersion", 2);
  assert.deepEqual(editor.messages, ["lastput.baseline: review/accepted.json:2: this is no JSON; nothing is hidden."]);
  await change(accepting("00000000000000bb"), 1);
  await editor.quit();
});

test("a baseline outside the workspace, or none, hides nothing and is told of once", async () => {
  for (const [baseline, told] of [
    ["../accepted.json", "this is no relative path inside the workspace"],
    ["gone.json", "there is no such file in the workspace"],
  ] as const) {
    const { editor, params } = project();
    await editor.initialize({ baseline }, params);
    await editor.open(URI, "a;");
    await editor.until(() => editor.messages.length > 0, "the complaint");
    await editor.change(URI, { text: "b;" });
    assert.equal((await editor.diagnostics(URI)).length, 2);
    assert.deepEqual(editor.messages, [`lastput.baseline: ${baseline}: ${told}; nothing is hidden.`]);
    await editor.quit();
  }
});

test("a baseline of a workspace that nobody trusts hides nothing", async () => {
  const { editor, params } = project();
  await editor.initialize({ trusted: false, baseline: "review/accepted.json" }, params);
  await editor.open(URI, "a;");
  await editor.check({ uri: URI });
  assert.equal((await editor.diagnostics(URI)).length, 2);
  assert.deepEqual(editor.messages, []);
  await editor.quit();
});

test("in a workspace that is not trusted no file is read", async () => {
  const { editor, params } = folders();
  await editor.initialize({ trusted: false }, params);
  await editor.open(URI, "a;");
  assert.ok(says("not there")(await editor.diagnostics(URI)));
  await editor.quit();
});

test("a kernel tree that is set has what no workspace folder has", async () => {
  for (const [tree, trusted, said] of [
    ["/a tree/of/mine", undefined, "in the tree"],
    ["file:///a%20tree/of/mine", undefined, "in the tree"],
    ["of/mine", undefined, "not there"],
    ["/a tree/of/mine", false, "not there"],
  ] as const) {
    const disk = new Map([["file:///a%20tree/of/mine/drivers/lamp.c", "in the tree"]]);
    const filesOf = (folder: string) => ({ read: async (path: string) => disk.get(`${folder}/${path}`) });
    const editor = serverWith(readsLamp, { filesOf });
    const workspaceFolders = [{ uri: "file:///one", name: "one" }];
    await editor.initialize({ tree, ...(trusted === undefined ? {} : { trusted }) }, { workspaceFolders });
    await editor.open(URI, "a;");
    assert.ok(says(said)(await editor.diagnostics(URI)), tree);
    await editor.quit();
  }
});

test("a tree that is set later is read from then on", async () => {
  const { editor, params, disk } = folders();
  disk.clear();
  disk.set("file:///linux/drivers/lamp.c", "in the tree");
  await editor.initialize({}, params);
  await editor.open(URI, "a;");
  await editor.diagnostics(URI, says("not there"));
  const settings = { lastput: { tree: "/linux" } };
  await editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  await editor.diagnostics(URI, says("in the tree"));
  await editor.quit();
});

const looksBack: ReviewDocument = async function* (_request, { workspace }) {
  const wanted = { blobs: ["1a2b3c4"], files: [], prerequisites: [] };
  const blob = (await workspace.history?.(wanted))?.blobs.get("1a2b3c4");
  const message = blob !== undefined && "text" in blob ? blob.text : "not asked";
  yield review({ problems: [{ code: "text.note", message, range: null }] });
};

/** Two folders, of which the second is in a repository that has the blob. */
function repositories(): { readonly editor: Editor; readonly params: object } {
  const filesOf = (folder: string, asksGit: boolean): Workspace => {
    const blobs = new Map([["1a2b3c4", { id: "1a2b3c4d", text: "from git" }]]);
    const history = async () => Promise.resolve(folder === "file:///two" ? { ...NO_HISTORY, blobs } : NO_HISTORY);
    const read = async () => Promise.resolve(undefined);
    return asksGit ? { read, history } : { read };
  };
  const workspaceFolders = ["file:///one", "file:///two"].map((uri) => ({ uri, name: uri }));
  return { editor: serverWith(looksBack, { filesOf }), params: { workspaceFolders } };
}

test("a git repository is asked only where the person trusts the workspace, and from then on", async () => {
  for (const [options, before] of [
    [{ trusted: true }, "from git"],
    [{}, "not asked"],
    [{ trusted: false }, "not asked"],
  ] as const) {
    const { editor, params } = repositories();
    await editor.initialize(options, params);
    await editor.open(URI, "a;");
    assert.ok(says(before)(await editor.diagnostics(URI)), JSON.stringify(options));
    if (before !== "from git") await editor.connection.sendNotification("lastput/trust");
    await editor.diagnostics(URI, says("from git"));
    await editor.quit();
  }
});

test("files are read once the person trusts the workspace", async () => {
  const { editor, params } = folders();
  await editor.initialize({ trusted: false }, params);
  await editor.open(URI, "a;");
  assert.ok(says("not there")(await editor.diagnostics(URI)));
  await editor.connection.sendNotification("lastput/trust");
  await editor.diagnostics(URI, says("on the disk"));
  await editor.quit();
});
