/** Large models explored in other threads come out as they do in this one, whatever happens to the threads. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { Worker } from "node:worker_threads";
import type { Model } from "../../server/src/model/ir";
import { HERE } from "../../server/src/simulate";
import type { ExploreOptions } from "../../server/src/simulate/explore";
import { Pool, type ExplorerHandle, type FromExplorer } from "../../server/src/simulate/pool";
import { dist } from "../support/paths";
import { model } from "./support/notation";

const options: ExploreOptions = {
  maxStates: 200_000,
  facts: true,
  stopAtFirst: false,
  freeChoices: true,
  reduce: false,
};
const goOn = (): Promise<boolean> => Promise.resolve(true);

/** Threads that count: states grow with every thread, and with a reference too many there is a finding. */
function counting(threads: number, extra: string): Model {
  const all = Array.from({ length: threads }, (_, index) => `thread CPU ${index}: p 1`);
  const steps = ["inc r.count", "inc r.count", "dec r.count", "dec r.count", ...extra.split("\n"), "end"];
  return model(
    [
      "type root: count refcount 20",
      "object root: count=1",
      ...all,
      "program p root:r",
      ...steps.map((s) => `  ${s}`),
    ].join("\n"),
  );
}

const models = [counting(4, ""), counting(5, ""), counting(5, "dec r.count"), counting(6, ""), counting(2, "")];

test("other threads give the same explorations", async (t) => {
  const workers: Worker[] = [];
  t.after(() => Promise.all(workers.map((worker) => worker.terminate())));
  let sent = 0;
  const pool = new Pool(2, () => {
    const handle = startWorker(workers);
    return { ...handle, send: (message) => (sent++, handle.send(message)) };
  });
  const wanted = await Promise.all(models.map((each) => HERE.explore(each, options, goOn)));
  const found = await Promise.all(models.map((each) => pool.explore(each, options, goOn)));
  assert.deepEqual(found, wanted);
  assert.ok(sent > 0, "no model was large enough for another thread");
  assert.equal(workers.length <= 2, true);
});

test("a thread that ends takes no exploration with it", async () => {
  const dying = (): ExplorerHandle => {
    let ended = (): void => undefined;
    return { send: () => setTimeout(ended, 1), listen: () => undefined, onEnd: (tell) => (ended = tell) };
  };
  const large = models[3] as Model;
  assert.deepEqual(await new Pool(1, dying).explore(large, options, goOn), await HERE.explore(large, options, goOn));
});

test("a thread that ended while it was idle keeps nobody waiting", async (t) => {
  const workers: Worker[] = [];
  t.after(() => Promise.all(workers.map((worker) => worker.terminate())));
  const pool = new Pool(1, () => startWorker(workers));
  const large = models[3] as Model;
  const wanted = await HERE.explore(large, options, goOn);
  assert.deepEqual(await pool.explore(large, options, goOn), wanted);
  await Promise.all(workers.map((worker) => worker.terminate()));
  assert.deepEqual(await pool.explore(large, options, goOn), wanted);
});

test("who asks to stop is not kept waiting", async (t) => {
  const workers: Worker[] = [];
  t.after(() => Promise.all(workers.map((worker) => worker.terminate())));
  let left = 3;
  const pool = new Pool(1, () => startWorker(workers));
  assert.equal(await pool.explore(models[3] as Model, options, () => Promise.resolve(left-- > 0)), null);
  // What was stopped leaves the thread free for the next one.
  assert.deepEqual(
    await pool.explore(models[1] as Model, options, goOn),
    await HERE.explore(models[1] as Model, options, goOn),
  );
});

function startWorker(workers: Worker[]): ExplorerHandle {
  const worker = new Worker(join(dist, "explorer.js"));
  workers.push(worker);
  return {
    send: (message) => worker.postMessage(message),
    listen: (receive) => worker.on("message", (message: FromExplorer) => receive(message)),
    onEnd: (ended) => worker.on("error", ended).on("exit", ended),
  };
}
