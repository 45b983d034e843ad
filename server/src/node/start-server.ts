/** The language server in a process of its own, for `dist/server.js` and `lastput server`. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { version } from "../../../package.json";
import { startServer } from "../language/server";
import { traceTable } from "../report";
import type { Workspace } from "../review/api";
import { codePage } from "./code-page";
import { diskFolder } from "../disk/workspace";
import { startWorkerThread } from "./worker-thread";

const TRANSPORTS = /^--(stdio|node-ipc|socket|pipe)\b/;

/** Speaks over what the command line names, else over standard input and output. */
export function startNodeServer(): void {
  if (!process.argv.some((argument) => TRANSPORTS.test(argument))) process.argv.push("--stdio");
  startServer(createConnection(ProposedFeatures.all), {
    version,
    startWorker: startWorkerThread,
    filesOf,
    codePage,
    profileUri: (file) => {
      const onDisk = path.join(__dirname, "profiles", file);
      return existsSync(onDisk) ? pathToFileURL(onDisk).href : null;
    },
    traceTable: (finding, lineOf) => traceTable(finding, { width: 100, lineOf }).join("\n"),
  });
}

/** Folders that are on no disk, or not on one of this machine, hold nothing for us. */
function filesOf(uri: string, asksGit: boolean): Workspace {
  try {
    return diskFolder({ folder: fileURLToPath(uri), asksGit });
  } catch {
    return { read: async () => undefined };
  }
}
