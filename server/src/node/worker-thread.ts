/** The worker as a thread of this process. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { FromWorker, WorkerHandle } from "../language/messages";

export function startWorkerThread(): WorkerHandle {
  // Its output would end up between the server's messages.
  const worker = new Worker(path.join(__dirname, "worker.js"), { stdout: true });
  worker.stdout.pipe(process.stderr);
  let over = false;
  return {
    send: (message) => worker.postMessage(message),
    listen: (receive) => worker.on("message", (message: FromWorker) => receive(message)),
    onEnd: (ended) => {
      const end = (reason: string) => {
        if (!over) ended(reason);
        over = true;
      };
      worker.on("error", (error) => end(error instanceof Error ? (error.stack ?? error.message) : String(error)));
      worker.on("exit", (code) => end(`exit status ${code}`));
    },
    terminate: () => {
      over = true;
      void worker.terminate();
    },
  };
}
