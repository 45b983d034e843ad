/** The entry of `dist/worker.js`, in which the server's reviews run. */
import { parentPort } from "node:worker_threads";
import type { ToWorker } from "../language/messages";
import { serveReviews } from "../language/worker";
import { askFurther, reviewDocument } from "../review";
import { nodeParser } from "./parser";
import { threadedEngine } from "./threads";

if (parentPort === null) throw new Error("dist/worker.js is a part of the server, which starts it as a thread.");
const port = parentPort;
serveReviews(
  {
    send: (message) => port.postMessage(message),
    listen: (receive) => port.on("message", (message: ToWorker) => receive(message)),
  },
  { reviewDocument, askFurther },
  nodeParser(),
  threadedEngine(),
);
