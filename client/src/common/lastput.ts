/** The extension: its language client, its commands and its panel, whatever it runs on. */
import { commands, window, workspace, type ExtensionContext } from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import { BaseFiles } from "./base-files";
import { CheckedDocuments, ALWAYS_CHECKED } from "./documents";
import { TracePanel } from "./panel";
import { openRepairs, openWhy } from "./questions";
import { CHECK_REQUEST, TRUST_NOTIFICATION, type CheckParams, type CheckResult, type WhyParams } from "./requests";
import { showStatus } from "./status";
import type { TraceParams } from "./trace";

/** Makes the client for the kind of process that the server runs in here. */
export type ClientFactory = (context: ExtensionContext, options: LanguageClientOptions) => BaseLanguageClient;

export async function startLastput(context: ExtensionContext, createClient: ClientFactory): Promise<void> {
  const base = new BaseFiles(context);
  const client = createClient(context, {
    documentSelector: ALWAYS_CHECKED,
    // Lenses then open the panel here instead of a table of text.
    initializationOptions: { tracePanel: true, trusted: workspace.isTrusted },
    middleware: {
      handleDiagnostics: (uri, diagnostics, next) => {
        base.showIn(diagnostics);
        next(uri, diagnostics);
      },
    },
    markdown: { isTrusted: false, supportHtml: false },
  });
  const documents = new CheckedDocuments(client);
  const panel = new TracePanel(context, client, base);
  context.subscriptions.push(
    client,
    base,
    documents,
    panel,
    ...showStatus(client),
    workspace.onDidGrantWorkspaceTrust(async () => client.sendNotification(TRUST_NOTIFICATION)),
    commands.registerCommand("lastput.checkDocument", () => checkActiveDocument(client, documents)),
    commands.registerCommand("lastput.openTrace", (params: TraceParams) => panel.open(params)),
    commands.registerCommand("lastput.openWhy", (params?: WhyParams) => openWhy(client, panel, params)),
    commands.registerCommand("lastput.openRepairs", (params: TraceParams) => openRepairs(client, params)),
  );
  await client.start();
}

async function checkActiveDocument(client: BaseLanguageClient, documents: CheckedDocuments): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document === undefined) {
    await window.showInformationMessage("Lastput: open the patch, the mail or the C file to check first.");
    return;
  }
  documents.add(document);
  const params: CheckParams = { uri: document.uri.toString() };
  const checked = client.sendRequest<CheckResult>(CHECK_REQUEST, params);
  window.setStatusBarMessage("$(loading~spin) Lastput is checking the document", checked);
  await window.showInformationMessage(`Lastput: ${(await checked).message}`);
}
