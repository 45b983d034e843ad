/** When reviews run, and which of them an editor gets to see. */
import assert from "node:assert/strict";
import test from "node:test";
import {
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  WorkDoneProgressCreateRequest,
} from "vscode-languageserver-protocol/node";
import type { WorkerHandle } from "../../server/src/language/messages";
import type { ReviewDocument } from "../../server/src/review/api";
import { messageOf, serverWith, workerHere, type Editor } from "./editor";
import { PacedReviews } from "./paced";

const URI = "file:///work/a.patch";
const OTHER = "file:///work/b.patch";

async function started(reviews: PacedReviews): Promise<Editor> {
  const editor = serverWith(reviews.document);
  await editor.initialize();
  return editor;
}

test("an edit cancels the run under way, and only the last text's review is shown", async () => {
  const reviews = new PacedReviews();
  const editor = await started(reviews);
  await editor.open(URI, "HOLD; BUG(first);");
  await editor.until(() => reviews.begun.length === 1, "the first run");
  await editor.change(URI, { text: `BUG(second); ${"x".repeat(1 << 20)}` });
  const found = await editor.diagnostics(URI);
  assert.deepEqual(found.map(messageOf), ["second\nInterleaving of 1 step: put ∥ look."]);
  reviews.release();
  await editor.until(() => reviews.ended.length === 2, "the end of both runs");
  assert.equal(reviews.ended[0]?.cancelled, true);
  await editor.lenses(URI);
  assert.deepEqual(
    editor.published.map(({ version }) => version),
    [2],
  );
  await editor.quit();
});

test("keystrokes in quick succession start one run", async () => {
  const reviews = new PacedReviews();
  const editor = await started(reviews);
  await editor.open(URI, "a;");
  await editor.diagnostics(URI);
  for (let key = 1; key <= 30; key++) await editor.change(URI, { text: `a; BUG(key${key})` });
  assert.match(messageOf((await editor.diagnostics(URI))[0]), /^key30\n/);
  assert.deepEqual(reviews.begun, ["a;", "a; BUG(key30)"]);
  await editor.quit();
});

test("a document that is opened later does not wait for a long run on another", async () => {
  const reviews = new PacedReviews();
  const editor = await started(reviews);
  await editor.open(URI, "HOLD; BUG(long);");
  await editor.until(() => reviews.begun.length === 1, "the first run");
  await editor.open(OTHER, "BUG(short);");
  assert.match(messageOf((await editor.diagnostics(OTHER))[0]), /^short/);
  assert.deepEqual(reviews.ended, [{ text: "BUG(short);", cancelled: false }]);
  reviews.release();
  assert.match(messageOf((await editor.diagnostics(URI))[0]), /^long/);
  await editor.quit();
});

test("a long run shows what it has so far; the quiet lens waits for its end", async () => {
  const reviews = new PacedReviews();
  const editor = await started(reviews);
  await editor.open(URI, "HOLD; BUG(early);");
  const lenses = await editor.lenses(URI);
  assert.equal(lenses?.length, 1);
  assert.equal(reviews.ended.length, 0);
  await editor.change(URI, { text: "HOLD;" });
  assert.deepEqual(await editor.lenses(URI), []);
  const { refreshes } = editor;
  reviews.release();
  await editor.until(() => editor.refreshes > refreshes, "a refresh of the lenses");
  assert.match((await editor.lenses(URI))?.[0]?.command?.title ?? "", /^Lastput: no violation/);
  await editor.quit();
});

test("an editor that cannot refresh lenses gets them when the run has ended", async () => {
  const reviews = new PacedReviews();
  const editor = serverWith(reviews.document);
  await editor.initialize({}, { capabilities: {} });
  await editor.open(URI, "HOLD;");
  const lenses = editor.lenses(URI);
  await editor.diagnostics(URI);
  reviews.release();
  assert.equal((await lenses)?.length, 1);
  await editor.quit();
});

test("the editor is told how far a run is", async () => {
  const reviews = new PacedReviews();
  const editor = await started(reviews);
  await editor.open(URI, "HOLD;");
  await editor.until(() => editor.statuses.some(({ stage }) => stage === "partial"), "a status");
  reviews.release();
  await editor.until(() => editor.statuses.some(({ stage }) => stage === "complete"), "the last status");
  assert.deepEqual(editor.statuses[0], { uri: URI, stage: "syntax", done: 0, total: 2, states: 0 });
  assert.deepEqual(editor.statuses.at(-1), { uri: URI, stage: "complete", done: 2, total: 2, states: 40 });
  await editor.quit();
});

test("a long run has a progress bar whose button stops it and keeps what is known", async () => {
  const reviews = new PacedReviews();
  const editor = serverWith(reviews.document);
  let token: number | string = "";
  editor.connection.onRequest(WorkDoneProgressCreateRequest.type, (params) => {
    token = params.token;
    editor.connection.onProgress(WorkDoneProgress.type, token, ({ kind }) => {
      if (kind !== "begin") return;
      void editor.connection.sendNotification(WorkDoneProgressCancelNotification.type, { token });
    });
  });
  await editor.initialize({}, { capabilities: { window: { workDoneProgress: true } } });
  await editor.open(URI, "HOLD; BUG(known);");
  await editor.until(() => editor.statuses.some(({ stage }) => stage === "stopped"), "the stop");
  assert.match(messageOf((await editor.diagnostics(URI))[0]), /^known/);
  await editor.until(() => reviews.ended.some(({ cancelled }) => cancelled), "the end of the run");
  await editor.quit();
});

test("closing a document ends its run and takes away its squiggles", async () => {
  const reviews = new PacedReviews();
  const editor = await started(reviews);
  await editor.open(OTHER, "BUG(one);");
  await editor.diagnostics(OTHER);
  await editor.close(OTHER);
  await editor.until(() => editor.published.at(-1)?.diagnostics.length === 0, "the squiggles to go");
  await editor.open(URI, "HOLD; BUG(two);");
  await editor.until(() => reviews.begun.length === 2, "the run");
  const lenses = editor.lenses(URI);
  await editor.close(URI);
  assert.equal(await lenses, null);
  await editor.until(() => reviews.ended.length === 2, "the end of the run");
  assert.equal(reviews.ended[1]?.cancelled, true);
  assert.deepEqual(editor.published.at(-1)?.diagnostics, []);
  await editor.quit();
});

test("a review that fails is told at the document, and the next one runs", async () => {
  const fails: ReviewDocument = async function* ({ text }, surroundings) {
    if (text.includes("fail")) throw new Error("no such luck");
    yield* new PacedReviews().document({ name: "", text, language: "auto", options: NO_OPTIONS }, surroundings);
  };
  const editor = serverWith(fails);
  await editor.initialize();
  await editor.open(URI, "fail;");
  const [failure] = await editor.diagnostics(URI);
  assert.match(messageOf(failure), /^Lastput failed, so nothing here was checked: Error: no such luck/);
  assert.deepEqual(await editor.check({ uri: URI }), {
    verdict: null,
    message: "there is no result: Lastput failed; its log says how",
  });
  await editor.until(() => editor.logged.some((line) => /at .*scheduling/.test(line)), "the stack in the log");
  await editor.change(URI, { text: "BUG(found);" });
  assert.match(messageOf((await editor.diagnostics(URI))[0]), /^found/);
  await editor.quit();
});

const NO_OPTIONS = { maxStates: 1000, memoryModel: "sc", lineFacts: false } as const;

test("a worker that stops listening is replaced, and what else it had to do is done", async () => {
  const reviews = new PacedReviews();
  const workers: WorkerHandle[] = [];
  let stuck = 0;
  const sticks: ReviewDocument = async function* (request, surroundings) {
    if (request.text.includes("STICK") && workers.length === 1) {
      stuck += 1;
      await new Promise(() => undefined);
    }
    yield* reviews.document(request, surroundings);
  };
  const startWorker = () => {
    const worker = workerHere(sticks);
    workers.push(worker);
    return worker;
  };
  const editor = serverWith(sticks, { startWorker });
  await editor.initialize();
  await editor.open(OTHER, "HOLD; BUG(patient);");
  await editor.until(() => reviews.begun.length === 1, "the other run");
  await editor.open(URI, "STICK;");
  await editor.until(() => stuck === 1, "the run that sticks");
  await editor.change(URI, { text: "BUG(free);" });
  reviews.release();
  assert.match(messageOf((await editor.diagnostics(URI))[0]), /^free/);
  await editor.diagnostics(OTHER, ([first]) => first !== undefined && messageOf(first).startsWith("patient"));
  await editor.until(() => workers.length === 2, "the new worker");
  await editor.quit();
});

test("a worker that ends is told at the documents it had, and there is a new one for the next text", async () => {
  const reviews = new PacedReviews();
  const ends: ((reason: string) => void)[] = [];
  const startWorker = () => {
    const worker = workerHere(reviews.document);
    const onEnd = (ended: (reason: string) => void) => {
      ends.push((reason) => {
        worker.terminate();
        ended(reason);
      });
    };
    return { ...worker, onEnd };
  };
  const editor = serverWith(reviews.document, { startWorker });
  await editor.initialize();
  await editor.open(URI, "HOLD;");
  await editor.until(() => reviews.begun.length === 1, "the run");
  ends[0]?.("out of memory");
  assert.match(messageOf((await editor.diagnostics(URI))[0]), /The worker ended: out of memory/);
  reviews.release();
  await editor.change(URI, { text: "BUG(again);" });
  assert.match(messageOf((await editor.diagnostics(URI))[0]), /^again/);
  assert.equal(ends.length, 2);
  await editor.quit();
});
