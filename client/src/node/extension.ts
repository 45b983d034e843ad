/** The extension as it runs in a desktop or remote VS Code: the server is a process of its own. */
import path from "node:path";
import type { ExtensionContext } from "vscode";
import { LanguageClient, TransportKind, type LanguageClientOptions } from "vscode-languageclient/node";
import { startLastput } from "../common/lastput";

export async function activate(context: ExtensionContext): Promise<void> {
  await startLastput(context, createClient);
}

function createClient(context: ExtensionContext, options: LanguageClientOptions): LanguageClient {
  const server = { module: context.asAbsolutePath(path.join("dist", "server.js")), transport: TransportKind.ipc };
  const debug = { ...server, options: { execArgv: ["--nolazy", "--inspect=6009"] } };
  return new LanguageClient("lastput", "Lastput", { run: server, debug }, options);
}
