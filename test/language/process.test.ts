/** The built server as editors start it: a process that speaks over standard input and output. */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { DiagnosticSeverity, ExitNotification } from "vscode-languageserver-protocol/node";
import { dist, fixtures } from "../support/paths";
import { exitOf, messageOf, serverProcess, type Editor } from "./editor";

const URI = "file:///work/kref-get.patch";
const buggy = fixture("kref-get.patch");
const sound = fixture("kref-get-unless-zero.patch");

function fixture(name: string): string {
  return readFileSync(path.join(fixtures, "patches", name), "utf8");
}

async function started(options: unknown = { tracePanel: true }): Promise<Editor> {
  const editor = serverProcess();
  await editor.initialize(options);
  return editor;
}

test("a buggy patch shows squiggle, lens, trace and hover", async () => {
  const editor = await started();
  await editor.open(URI, buggy);
  await editor.check({ uri: URI });
  const line = lineOf(buggy, "kref_get(&s->ref)");
  const found = await editor.diagnostics(URI);
  const onZero = found.find(({ code }) => code === "refcount.add-on-zero");
  assert.deepEqual([onZero?.severity, onZero?.range.start.line], [DiagnosticSeverity.Error, line]);

  const related = onZero?.relatedInformation ?? [];
  assert.match(messageOf(onZero), new RegExp(`Interleaving of ${related.length} steps`));
  const files = new Set(related.map(({ location }) => location.uri));
  assert.ok(files.size > 1, "some steps stand in the profile's files");
  for (const uri of files) if (uri !== URI) assert.ok(readFileSync(fileURLToPath(uri), "utf8").length > 0);

  const lens = (await editor.lenses(URI))?.find(({ range }) => range.start.line === line);
  assert.match(lens?.command?.title ?? "", /^Simulate this interleaving: .* ∥ .*: add-on-zero in \d+ steps$/);
  const trace = await editor.trace(lens?.command?.arguments?.[0]);
  assert.equal(trace?.steps.length, related.length);
  assert.ok(trace.steps.every(({ thread }) => trace.threads[thread] !== undefined));
  const last = trace.steps.at(-1);
  assert.ok(
    last !== undefined && last.changed.length > 0 && Object.keys(last.state).every((o) => trace.objects.includes(o)),
  );

  const hover = await editor.hover(URI, lineOf(buggy, "rcu_read_unlock"), 4);
  assert.match(JSON.stringify(hover), /Meanwhile under way/);
  assert.equal(await editor.quit(), 0);
});

test("in a mailbox a finding leads to the patch that ends it, and the series says what holds at its end", async () => {
  const folder = path.join(fixtures, "series/put-under-lock");
  const names = readdirSync(folder).sort();
  const series = names.map((name) => readFileSync(path.join(folder, name), "utf8")).join("");
  const uri = "file:///work/session.mbox";
  const editor = await started();
  await editor.open(uri, series, "mbox");
  await editor.check({ uri });
  const [put, dropped] = [lineOf(series, "+\tsession_put(s);"), lineOf(series, "-\tsession_put(s);")];
  const found = await editor.diagnostics(uri);
  assert.deepEqual(
    found.map(({ code, severity, range }) => [code, severity, range.start.line]),
    [
      ["lifetime.use-after-free", DiagnosticSeverity.Error, put],
      ["refcount.underflow", DiagnosticSeverity.Error, put],
      ["series.not-bisectable", DiagnosticSeverity.Warning, put],
    ],
  );
  for (const diagnostic of found) {
    const last = diagnostic.relatedInformation?.at(-1);
    assert.deepEqual([last?.message, last?.location.range.start.line], ["gone since 4/5", dropped]);
  }
  const lenses = (await editor.lenses(uri)) ?? [];
  const titlesAt = (line: number): string[] =>
    lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title ?? "");
  assert.match(titlesAt(dropped).join("\n"), /^Ends what 2\/5 brings: .*use-after-free in 6 steps$/m);
  assert.match(titlesAt(lineOf(series, "diff --git")).join("\n"), /^Lastput: the series: at its end no violation/m);
  const hover = JSON.stringify(await editor.hover(uri, dropped, 4));
  assert.match(hover, /ends what 2\/5 brings: session is used after it was freed/);
  assert.equal(await editor.quit(), 0);
});

test("why a line is there is asked, shown as a message, and known to hover, lens and trace until the next edit", async () => {
  const editor = await started({ tracePanel: false });
  await editor.open(URI, sound);
  await editor.check({ uri: URI });
  const line = lineOf(sound, "kref_get_unless_zero");
  const ask = (await editor.lenses(URI))?.find(({ command }) => command?.command === "lastput.why");
  assert.match(ask?.command?.title ?? "", /^Why is each line of session_lookup\(\) here\?$/);

  const action = (await editor.actions(URI, line)).find(({ title }) => title === "Lastput: Why is this line here?");
  assert.ok(action?.command !== undefined);
  const refreshes = editor.refreshes;
  const told = await editor.execute(action.command);
  await editor.until(() => editor.refreshes > refreshes, "the editor to be told to ask for lenses again");
  assert.match(String(told), new RegExp(`^Line ${line + 1}: without this line.*session is used after it was freed`));
  assert.match(String(told), /CPU 0 .*CPU 1/);
  assert.deepEqual(editor.messages, [told]);

  const hover = JSON.stringify(await editor.hover(URI, line, 4));
  assert.match(hover, /Why is this line here\?.*without this line.*weakened/);
  const known = (await editor.lenses(URI))?.find(({ range }) => range.start.line === line);
  assert.match(known?.command?.title ?? "", /^Without this line: session is used after it was freed, in \d+ steps$/);
  const trace = await editor.trace(known?.command?.arguments?.[0]);
  assert.ok((trace?.steps.length ?? 0) > 0);

  await editor.change(URI, { text: `${sound}\n` });
  await editor.check({ uri: URI });
  assert.doesNotMatch(JSON.stringify(await editor.hover(URI, line, 4)), /Why is this line here/);
  assert.equal(await editor.quit(), 0);
});

test("single changes that remove a finding are asked for, and offered as an edit where that is exact", async () => {
  const editor = await started({ tracePanel: false });
  const kfree = fixture("kfree.patch");
  await editor.open(URI, kfree);
  await editor.check({ uri: URI });
  const line = lineOf(kfree, "+\tkfree(root)");
  const isQuestion = (title: string): boolean => title.startsWith("Lastput: Which single change removes this");
  const question = (await editor.actions(URI, line)).find(({ title }) => isQuestion(title));
  assert.ok(question?.command !== undefined);
  const told = String(await editor.execute(question.command));
  assert.match(told, /nothing about the rest of the kernel/);
  assert.match(told, /^\+ +kfree_rcu\(root, rcu_head\);$/m);
  assert.match(JSON.stringify(await editor.hover(URI, line, 4)), /```diff.*kfree_rcu/);
  const edits = (await editor.actions(URI, line)).flatMap(({ edit }) => edit?.changes?.[URI] ?? []);
  const [{ range, newText } = { range: null, newText: "" }] = edits;
  assert.deepEqual(range?.start, { line, character: 1 });
  assert.equal(newText, "\tkfree_rcu(root, rcu_head);");
  assert.equal(await editor.quit(), 0);
});

test("mending the patch takes the squiggles away, and breaking it brings them back", async () => {
  const editor = await started();
  await editor.open(URI, buggy);
  await editor.check({ uri: URI });
  const before = await editor.diagnostics(URI);
  assert.ok(before.length > 0);
  await editor.change(URI, { text: sound });
  await editor.check({ uri: URI });
  const mended = await editor.diagnostics(URI);
  assert.ok(mended.every(({ severity }) => severity === DiagnosticSeverity.Hint));
  assert.ok(mended.every((hint) => messageOf(hint).startsWith("Fixes: ")));
  const all = (await editor.lenses(URI))?.map(({ command }) => command?.title ?? "") ?? [];
  const titles = all.filter((title) => !title.startsWith("Why is each line"));
  assert.match(titles.at(-1) ?? "", /^Lastput: .*scenario/);
  assert.ok(titles.slice(0, -1).every((title) => title.startsWith("Step through what this fixes: ")));
  await editor.change(URI, { text: buggy });
  await editor.check({ uri: URI });
  assert.deepEqual(await editor.diagnostics(URI), before);
  assert.equal(await editor.quit(), 0);
});

test("an edit inside a line gives what the edited text gives as a whole", async () => {
  const editor = await started();
  await editor.open(URI, sound);
  await editor.check({ uri: URI });
  const line = lineOf(sound, "kref_get_unless_zero");
  const text = sound.split("\n")[line] ?? "";
  const replacement = "+\t\tkref_get(&s->ref);\tif (!s)";
  const range = { start: { line, character: 0 }, end: { line, character: text.length } };
  await editor.change(URI, { range, text: replacement });
  const whole = sound.replace(text, replacement);
  const fresh = "file:///work/fresh.patch";
  await editor.open(fresh, whole);
  const results = await Promise.all([editor.check({ uri: URI }), editor.check({ uri: fresh })]);
  assert.deepEqual(results[0], results[1]);
  const bare = async (uri: string) => (await editor.diagnostics(uri)).map(({ range, message }) => ({ range, message }));
  assert.deepEqual(await bare(URI), await bare(fresh));
  assert.deepEqual(results[0]?.verdict, "violated");
  assert.equal(await editor.quit(), 0);
});

test("while a review runs the server answers at once", async () => {
  const editor = await started();
  await editor.open(URI, fixture("put-root-open.patch"));
  await editor.until(() => editor.statuses.length > 0, "the run to begin");
  let slowest = 0;
  for (let count = 0; count < 50; count++) {
    const asked = performance.now();
    await editor.trace({ uri: "file:///not/open", fingerprint: "" });
    slowest = Math.max(slowest, performance.now() - asked);
  }
  assert.ok(!editor.statuses.some(({ stage }) => stage === "complete"), "the run was over too soon to tell");
  assert.ok(slowest < 1000, `one answer took ${slowest} ms`);
  await editor.change(URI, { text: buggy });
  const edited = performance.now();
  await editor.diagnostics(URI, (found) => found.some(({ code }) => code === "refcount.add-on-zero"));
  assert.ok(performance.now() - edited < 10_000, "the long run was not cancelled");
  assert.equal(await editor.quit(), 0);
});

test("exit without shutdown, or a closed input, ends the process with 1", async () => {
  const rude = await started();
  assert.ok(rude.process !== null);
  await rude.connection.sendNotification(ExitNotification.type);
  assert.equal(await exitOf(rude.process), 1);
  const gone = await started();
  await gone.open(URI, buggy);
  gone.process?.stdin?.end();
  assert.ok(gone.process !== null);
  assert.equal(await exitOf(gone.process), 1);
});

test("bytes that are no message do not keep the server from ending", async () => {
  const editor = await started();
  assert.ok(editor.process !== null);
  editor.process.stdin?.write("Content-Length: 5\r\n\r\n{oops");
  editor.process.stdin?.write("Content-Length: 2\r\n\r\n[]");
  await editor.open(URI, buggy);
  await editor.diagnostics(URI, (found) => found.length > 0);
  assert.equal(await editor.quit(), 0);
});

test("the command line starts the same server", async () => {
  const editor = serverProcess(path.join(dist, "cli.js"), ["server", "--stdio"]);
  const { serverInfo } = await editor.initialize();
  assert.equal(serverInfo?.name, "lastput");
  await editor.open(URI, buggy);
  await editor.check({ uri: URI });
  assert.ok((await editor.diagnostics(URI)).length > 0);
  assert.equal(await editor.quit(), 0);
});

test("an installation without its WebAssembly files says so at the document", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "lastput-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const file of ["server.js", "worker.js"]) copyFileSync(path.join(dist, file), path.join(folder, file));
  const editor = serverProcess(path.join(folder, "server.js"));
  await editor.initialize();
  await editor.open(URI, buggy);
  const [failure] = await editor.diagnostics(URI, (found) => found.length > 0);
  assert.match(messageOf(failure), /The C parser cannot be loaded from .*build or install again/);
  assert.equal(await editor.quit(), 0);
});

test("a worker that cannot even start is told at the document", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "lastput-"));
  t.after(() => rmSync(folder, { recursive: true }));
  copyFileSync(path.join(dist, "server.js"), path.join(folder, "server.js"));
  const editor = serverProcess(path.join(folder, "server.js"));
  await editor.initialize();
  await editor.open(URI, buggy);
  const [failure] = await editor.diagnostics(URI, (found) => found.length > 0);
  assert.match(messageOf(failure), /The worker ended: .*worker\.js/);
  assert.equal(await editor.quit(), 0);
});

function lineOf(text: string, part: string): number {
  const line = text.split("\n").findIndex((each) => each.startsWith("+") && each.includes(part));
  return line >= 0 ? line : text.split("\n").findIndex((each) => each.includes(part));
}
