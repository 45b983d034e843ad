/** The entry of `dist/explorer.js`: a thread that explores the larger models of a review. */
import { parentPort } from "node:worker_threads";
import type { ToExplorer } from "../simulate/pool";
import { serveExplorations } from "../simulate/serve";

if (parentPort === null) throw new Error("dist/explorer.js is a part of Lastput, which starts it as a thread.");
const port = parentPort;
serveExplorations({
  send: (message) => port.postMessage(message),
  listen: (receive) => port.on("message", (message: ToExplorer) => receive(message)),
});
