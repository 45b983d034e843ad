/** The entry of `dist/cli.js`: the command line, and the thread that it runs reviews in. What is not needed is not loaded. */
import path from "node:path";
import { isMainThread } from "node:worker_threads";
import { version } from "../../../package.json";

if (isMainThread) void runCommand();
else void import("./review-thread");

async function runCommand(): Promise<void> {
  const { main } = await import("../cli/main");
  await main(process.argv.slice(2), {
    tool: { name: "lastput", version },
    reviewThread: __filename,
    startServer: async () => (await import("./start-server")).startNodeServer(),
    exportModel: async (command) => {
      const parts = [import("../cli/export"), import("./parser"), import("../disk/workspace")] as const;
      const [{ exportModel }, { nodeParser }, { diskWorkspace }] = await Promise.all(parts);
      return exportModel(command, { parser: await nodeParser(), workspace: diskWorkspace(command.root) });
    },
    litmus: async (files) => {
      const [{ litmus }, { nodeParser }] = await Promise.all([import("../cli/litmus"), import("./parser")]);
      return litmus(files, await nodeParser());
    },
    bench: async (command) => {
      const [{ bench }, { nodeParser }] = await Promise.all([import("../cli/bench"), import("./parser")]);
      return bench(command, {
        createParser: nodeParser,
        server: path.join(__dirname, "server.js"),
        script: __filename,
      });
    },
  });
}
