/** As many exploring threads as the machine has room for beside the one that asks. */
import { availableParallelism } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { HERE, type Engine } from "../simulate/engine";
import { Pool, type ExplorerHandle, type FromExplorer } from "../simulate/pool";

/** Each takes some tens of megabytes, and there are seldom more large models than this. */
const MOST_THREADS = 4;

export function threadedEngine(): Engine {
  const threads = Math.min(MOST_THREADS, availableParallelism() - 1);
  return threads > 0 ? new Pool(threads, startExplorer) : HERE;
}

function startExplorer(): ExplorerHandle {
  const worker = new Worker(path.join(__dirname, "explorer.js"));
  // What nobody waits for any more must not keep the process alive.
  worker.unref();
  return {
    send: (message) => worker.postMessage(message),
    listen: (receive) => worker.on("message", (message: FromExplorer) => receive(message)),
    onEnd: (ended) => worker.on("error", ended).on("exit", ended),
  };
}
