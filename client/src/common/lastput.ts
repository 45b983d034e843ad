/** The extension: its language client, its commands and its panel, whatever it runs on. */
import { commands, window, workspace, type ExtensionContext } from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import { CheckedDocuments, ALWAYS_CHECKED } from "./documents";
import { TracePanel } from "./panel";
import type { TraceParams } from "./trace";

/** Makes the client for the kind of process that the server runs in here. */
export type ClientFactory = (context: ExtensionContext, options: LanguageClientOptions) => BaseLanguageClient;

export async function startLastput(context: ExtensionContext, createClient: ClientFactory): Promise<void> {
  const client = createClient(context, {
    documentSelector: ALWAYS_CHECKED,
    initializationOptions: { trusted: workspace.isTrusted },
    markdown: { isTrusted: false, supportHtml: false },
  });
  const documents = new CheckedDocuments(client);
  const panel = new TracePanel(context, client);
  context.subscriptions.push(
    client,
    documents,
    panel,
    commands.registerCommand("lastput.checkDocument", () => checkActiveDocument(documents)),
    commands.registerCommand("lastput.openTrace", (params: TraceParams) => panel.open(params)),
  );
  await client.start();
}

async function checkActiveDocument(documents: CheckedDocuments): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document === undefined) {
    await window.showInformationMessage("Lastput: open the patch, the mail or the C file to check first.");
  } else if (!documents.add(document)) {
    await window.showInformationMessage("Lastput: this document is checked already, and again whenever it changes.");
  }
}
