/** A thread's side of the pool. */
import { HERE } from "./engine";
import type { FromExplorer, ToExplorer } from "./pool";

export interface ExplorerPort {
  send(message: FromExplorer): void;
  listen(receive: (message: ToExplorer) => void): void;
}

export function serveExplorations(port: ExplorerPort): void {
  let isStopped = false;
  port.listen((message) => {
    isStopped = message.kind === "stop";
    if (message.kind === "stop") return;
    const { model, options } = message;
    HERE.explore(model, options, async () => nextTurn().then(() => !isStopped)).then(
      (exploration) => port.send({ kind: "done", exploration, failure: null }),
      (error: unknown) => {
        const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
        port.send({ kind: "done", exploration: null, failure });
      },
    );
  });
}

/** Lets messages come in. */
async function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
