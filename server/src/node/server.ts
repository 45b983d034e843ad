/** The entry of `dist/server.js`. */
import { startNodeServer } from "./start-server";

startNodeServer();
